#include "programs/probe_program.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/store/record.h"
#include "programs/command_line/help_layout.h"
#include "programs/command_line/terminal.h"
#include "programs/compute_setup.h"
#include "programs/interruption.h"
#include "programs/probe_sections.h"
#include "programs/replay_setup.h"

namespace kairo {
namespace {

struct ProbeFlags : ReplayFlags {
  std::string label = "default";
  bool keep_going = false;
  bool list = false;
};

// What probes.<name>.* means, below the options of --help.
std::string help_of_keys(Probe& probe) {
  ConfigBinder keys;
  keys.bind(std::string("probes.") + probe.name(), probe.options());
  if (keys.paths().empty()) return "";
  return "\n\nKeys of this probe:\n" + keys.help(help_width());
}

ProbeFlags parse_flags(CommandLine& line, Probe& probe) {
  ProbeFlags flags;
  CLI::App& app = line.app();
  app.description(fmt::format("Runs the probe {} over the checkpoints of a run. {}", probe.name(),
                              probe.question()));
  add_replay_options(app, flags);
  app.add_option("--label", flags.label,
                 "Name of the record to write; default by default, which analyze reads.")
      ->type_name("LABEL");
  app.add_flag("--keep-going", flags.keep_going,
               "Leave out steps that fail; the exit code is then 4.");
  app.add_flag("--list", flags.list, "List all probes and their questions, then stop.");
  app.footer(app.get_footer() + help_of_keys(probe));
  line.leave_out({"--seed"});
  line.parse();
  const bool needs_run = !flags.list && !line.flags().help_config;
  if (flags.experiment.empty() && needs_run) {
    throw Error(ErrorKind::kUsage)
        .at(line.app().get_name())
        .fact("--experiment NAME is missing")
        .hint("for example: " + line.app().get_name() + " --experiment quick");
  }
  return flags;
}

void print_list(const ProbeSections& probes) {
  for (const auto& probe : probes.probes) {
    std::cout << fmt::format("{:<16} {}\n", probe->name(), probe->question());
  }
}

// "0.512 +- 0.003"; without the error where there is none.
std::string with_error(double mean, double standard_error) {
  if (std::isnan(standard_error)) return fmt::format("{:.4g}", mean);
  return fmt::format("{:.4g} +- {:.2g}", mean, standard_error);
}

// Of the last step of a record: entries of a quantity by their axes.
class LastStep {
 public:
  LastStep(const SeriesQuantity& quantity, std::size_t n_steps)
      : quantity_(quantity),
        size_(quantity.mean.size() / n_steps),
        begin_(quantity.mean.size() - size_) {}

  // The number, or of one with axes the entry that says most; `answer` is the position that
  // predicts the answer: where there is an axis of positions that has it, only entries there count.
  std::string summary(int64_t answer) const {
    if (quantity_.about.axes.empty()) return text(begin_);
    std::vector<std::size_t> entries;
    for (std::size_t i = begin_; i < begin_ + size_; ++i) {
      if (!std::isnan(quantity_.mean[i]) && is_at(i, answer)) entries.push_back(i);
    }
    if (entries.empty()) return "undefined";
    return extreme(entries);
  }

 private:
  std::string text(std::size_t i) const {
    return with_error(quantity_.mean[i], quantity_.standard_error[i]);
  }

  // The place of an entry along an axis.
  std::size_t along(std::size_t entry, std::size_t axis) const {
    std::size_t rest = entry - begin_;
    for (std::size_t a = quantity_.about.axes.size(); --a > axis;) {
      rest /= quantity_.about.axes[a].values.size();
    }
    return rest % quantity_.about.axes[axis].values.size();
  }

  bool is_at(std::size_t entry, int64_t answer) const {
    for (std::size_t a = 0; a < quantity_.about.axes.size(); ++a) {
      const Axis& axis = quantity_.about.axes[a];
      const bool has_answer =
          axis.name == "pos" &&
          std::find(axis.values.begin(), axis.values.end(), answer) != axis.values.end();
      if (has_answer && axis.values[along(entry, a)] != answer) return false;
    }
    return true;
  }

  std::string place(std::size_t entry) const {
    std::string where;
    for (std::size_t a = 0; a < quantity_.about.axes.size(); ++a) {
      const Axis& axis = quantity_.about.axes[a];
      where += fmt::format(" {} {}", axis.name, axis.coordinate(along(entry, a)));
    }
    return where;
  }

  // The largest of numbers that are never negative, the smallest of those that are never positive,
  // else the one farthest from zero.
  std::string extreme(const std::vector<std::size_t>& entries) const {
    const auto smaller = [this](std::size_t a, std::size_t b) {
      return quantity_.mean[a] < quantity_.mean[b];
    };
    const auto [least, most] = std::minmax_element(entries.begin(), entries.end(), smaller);
    if (entries.size() == 1) return text(*least) + " at" + place(*least);
    if (quantity_.mean[*least] >= 0) return "max " + text(*most) + " at" + place(*most);
    if (quantity_.mean[*most] <= 0) return "min " + text(*least) + " at" + place(*least);
    const bool least_is_farther = -quantity_.mean[*least] > quantity_.mean[*most];
    const std::size_t farthest = least_is_farther ? *least : *most;
    return "max |.| " + text(farthest) + " at" + place(farthest);
  }

  const SeriesQuantity& quantity_;
  std::size_t size_;
  std::size_t begin_;
};

// `answer`: the position that predicts the answer.
void print_record(const std::string& path, int64_t answer) {
  const Record record = read_record(path);
  const int64_t n = record.key.n_examples;
  std::cout << fmt::format(
      "step {}, {}\n", record.steps.back(),
      n > 0 ? fmt::format("{} examples (some quantities use fewer)", n) : "exact from the weights");
  bool has_positions = false;
  for (const SeriesQuantity& quantity : record.quantities) {
    for (const Axis& axis : quantity.about.axes) has_positions |= axis.name == "pos";
    std::cout << fmt::format("  {:<28} {} ({})\n", quantity.about.name,
                             LastStep(quantity, record.steps.size()).summary(answer),
                             quantity.about.units);
  }
  if (has_positions) {
    std::cout << fmt::format("  pos {} predicts the answer; other positions are in the record\n",
                             answer);
  }
  for (const std::string& note : record.notes) std::cout << "  note: " << note << "\n";
  std::cout << path << "\n";
}

ExitCode say_what_came(const ReplayResult& result, const RunDirectory& run,
                       const CommonFlags& common) {
  clear_status();
  const ProbeOutcome& outcome = result.probes.front();
  for (const ReplayFailure& failure : result.failures) {
    std::cerr << "step " << failure.step << " failed: " << failure.message << "\n";
  }
  if (result.was_stopped) {
    std::cerr << "interrupted; " << outcome.n_measured + outcome.n_reused
              << " steps are kept. Run the same command again to continue.\n";
    return ExitCode::kInterrupted;
  }
  if (!outcome.left_out.empty()) {
    std::cout << outcome.probe << " is left out of " << run.experiment() << ": " << outcome.left_out
              << "\n";
    return ExitCode::kDone;
  }
  if (common.dry_run) {
    std::cout << outcome.n_measured << " steps to measure, " << outcome.n_reused
              << " there already: " << outcome.record << "\n";
    return ExitCode::kDone;
  }
  if (outcome.is_complete && !common.quiet) {
    const std::optional<Span> target = fixed_span(*read_dataset(run.dataset_file()), "target");
    print_record(outcome.record, target ? target->begin - 1 : 0);
  }
  return result.failures.empty() ? ExitCode::kDone : ExitCode::kSomeCellsFailed;
}

ExitCode probe_program(CommandLine& line, const std::string& name) {
  const ProbeSections probes;
  Probe& probe = find_probe(probes.probes, name);
  const ProbeFlags flags = parse_flags(line, probe);
  if (flags.list) {
    print_list(probes);
    return ExitCode::kDone;
  }
  check_label(flags.label);
  device_of(flags.device);
  RunSettings settings;
  if (!load_finished_run(line, flags.experiment, probes, settings)) return ExitCode::kDone;
  set_up_computing(1);
  const RunDirectory run = finished_run(line.flags(), flags.experiment, flags.results_dir);
  if (!line.flags().dry_run) prepare_results(run.results());
  warn_of_unfinished(run);
  ReplayOptions options;
  options.label = flags.label;
  options.jobs = job_count(flags.jobs, line.flags());
  options.keep_going = flags.keep_going;
  options.device = device_of(flags.device);
  options.dry_run = line.flags().dry_run;
  options.stop = &catch_interruptions();
  show_progress(options, line.flags(), probe.name());
  options.say = [](const std::string& text) { spdlog::info("{}", text); };
  const auto points = select_steps(find_checkpoints(run.checkpoints()), flags.steps);
  return say_what_came(replay(run, {&probe}, settings.probes, points, options), run, line.flags());
}

}  // namespace

int run_probe_program(int argc, const char* const* argv, const std::string& probe) {
  return run_program(argc, argv, [&](CommandLine& line) { return probe_program(line, probe); });
}

}  // namespace kairo
