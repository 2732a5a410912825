#include "programs/train_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/config/transformer_options.h"
#include "core/store/metrics.h"
#include "core/store/trajectory.h"
#include "training/run/progress.h"

namespace kairo {
namespace {

std::string size_text(std::uintmax_t bytes) {
  const double mb = static_cast<double>(bytes) / 1e6;
  return mb < 1      ? fmt::format("{:.2f} MB", mb)
         : mb < 1000 ? fmt::format("{:.0f} MB", mb)
                     : fmt::format("{:.1f} GB", mb / 1000);
}

// ", accuracy 0.998", or "" where the metrics lack it.
std::string last_of(const Metrics& metrics, const std::string& column, const std::string& text) {
  const auto found = metrics.columns.find(column);
  if (found == metrics.columns.end() || found->second.empty()) return "";
  const double value = found->second.back();
  return std::isnan(value) ? "" : fmt::format(", {} {:.4g}", text, value);
}

// ", z gap 1.2" of the column z_shuffle_gap (training/evaluation.h), or "".
std::string last_gap(const Metrics& metrics) {
  const std::string ending = "_shuffle_gap";
  for (const auto& [column, values] : metrics.columns) {
    const std::size_t letters = column.size() - std::min(column.size(), ending.size());
    const bool is_gap = letters > 0 && column.substr(letters) == ending;
    if (is_gap) return last_of(metrics, column, column.substr(0, letters) + " gap");
  }
  return "";
}

// True for --resume, which has its value in the next word, and --resume=VALUE.
bool is_option(const std::string& word, const std::string& option) {
  return word == option || word.rfind(option + "=", 0) == 0;
}

std::string model_text(const ModelOptions& model) {
  const auto* words = dynamic_cast<const TransformerOptions*>(&model);
  if (words == nullptr) return fmt::format("model {}", model.kind());
  return fmt::format("{} layers, {} heads, d_model {}", words->n_layers, words->n_heads,
                     words->d_model);
}

}  // namespace

std::string run_header(const RunSettings& settings, const TrainingCost& cost, const Start& start) {
  const RunOptions& run = settings.run;
  const std::string title = run.data->title();
  std::string text = fmt::format(
      "training {}: {}{}, {}, {} parameters, seed {}, "
      "{}{} steps, in {}",
      run.experiment.name, run.task.name, title.empty() ? "" : " (" + title + ")",
      model_text(*run.model), cost.parameters, run.experiment.seed,
      run.training.stop_when_solved > 0 ? "at most " : "", run.training.max_steps,
      settings.directory().root());
  if (start.checkpoint) text += fmt::format("; resumed from step {}", start.checkpoint->step);
  return text;
}

std::vector<std::string> run_summary(const RunDirectory& directory) {
  const Metrics metrics = read_metrics(directory.metrics_file());
  const std::vector<TrajectoryPoint> points = find_checkpoints(directory.checkpoints());
  std::uintmax_t bytes = 0;
  for (const TrajectoryPoint& point : points) {
    std::error_code gone;
    const std::uintmax_t size = std::filesystem::file_size(point.path, gone);
    if (!gone) bytes += size;
  }
  std::string last = "no evaluation";
  if (!metrics.steps.empty()) {
    last = fmt::format("step {}", metrics.steps.back());
    const auto seconds = metrics.columns.find("seconds");
    if (seconds != metrics.columns.end()) last += " after " + clock_text(seconds->second.back());
    last += last_of(metrics, "loss", "loss") + last_of(metrics, "accuracy", "accuracy") +
            last_gap(metrics);
  }
  return {last, fmt::format("{} checkpoints, {}", points.size(), size_text(bytes))};
}

std::string command_to_continue(const Command& arguments) {
  Command command;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (is_option(arguments[i], "--overwrite")) continue;
    if (is_option(arguments[i], "--resume")) {
      if (arguments[i] == "--resume") ++i;
      continue;
    }
    command.push_back(arguments[i]);
  }
  command.insert(command.end(), {"--resume", "auto"});
  return shell_quoted(command);
}

std::string next_command(const Command& arguments, const RunSettings& settings) {
  const std::size_t slash = arguments.front().rfind('/');
  const std::string folder =
      slash == std::string::npos ? "" : arguments.front().substr(0, slash + 1);
  Command command = {folder + "analyze", "--experiment", settings.run.experiment.name};
  const std::string& base_dir = settings.output.base_dir;
  if (base_dir != OutputOptions().base_dir) {
    command.insert(command.end(), {"--output-dir", base_dir});
  }
  return shell_quoted(command);
}

}  // namespace kairo
