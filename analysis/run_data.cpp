#include "analysis/run_data.h"

#include <cctype>
#include <filesystem>
#include <optional>

#include "analysis/task_analysis.h"
#include "core/base/error.h"
#include "core/base/shell_quoted.h"
#include "core/data/dataset_file.h"

namespace kairo {
namespace {

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

// As the study of the task says, else the initial of the span's name.
char span_letter(const std::string& task, const std::string& span) {
  const auto of_study = analysis_of(task).words.span_letter;
  return of_study == nullptr ? upper(span.front()) : of_study(task, span);
}

bool same_token_everywhere(const DatasetArrays& data, int64_t pos) {
  for (int64_t e = 1; e < data.n_examples; ++e) {
    if (data.token(e, pos) != data.token(0, pos)) return false;
  }
  return data.n_examples > 0;
}

std::map<std::string, Span> fixed_spans(const Dataset& data) {
  std::map<std::string, Span> spans;
  if (data.spans() == nullptr) return spans;
  for (const std::string& name : data.spans()->names()) {
    const std::optional<Span> span = data.spans()->fixed(name);
    if (span) spans[name] = *span;
  }
  return spans;
}

// Nothing, and the reason in `data`, where the file of `what` is damaged and such ones are to be
// left out.
template <typename Read>
auto read_or_leave_out(RunData& data, const std::string& what, DamagedFiles damaged, Read read)
    -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorrupt || damaged == DamagedFiles::kRefused) throw;
    const std::string file = what == kMetricsName ? "it" : "its record";
    data.left_out[what] = file + " cannot be read: " + error.what();
    data.damaged.push_back(what);
    return std::nullopt;
  }
}

void add_metrics(RunData& data, const RunDirectory& run, DamagedFiles damaged) {
  if (!std::filesystem::exists(run.metrics_file())) return;
  auto metrics = read_or_leave_out(data, kMetricsName, damaged,
                                   [&] { return read_metrics(run.metrics_file()); });
  if (metrics) data.metrics = std::move(*metrics);
}

void add_run_record(RunData& data, const RunDirectory& run, const std::string& probe,
                    const std::string& label, DamagedFiles damaged) {
  const std::string path = run.record(probe, label);
  if (!std::filesystem::exists(path)) {
    data.left_out[probe] = not_run_words(probe);
    return;
  }
  auto record = read_or_leave_out(data, probe, damaged, [&] { return read_record(path); });
  if (!record) return;
  if (record->key.dataset_hash != data.dataset_hash) {
    data.left_out[probe] = "its record \"" + label + "\" was made on another dataset (hash " +
                           record->key.dataset_hash.substr(0, 12) + ", now " +
                           data.dataset_hash.substr(0, 12) + "): run probe_" + probe + " again";
    return;
  }
  if (!record->left_out.empty()) {
    data.left_out[probe] = record->left_out;
    return;
  }
  data.records[probe] = std::move(*record);
}

}  // namespace

std::string experiment_flags(const RunData& run) {
  Command flags = {"--experiment", run.experiment};
  if (run.runs_folder != OutputOptions().base_dir) {
    flags.insert(flags.end(), {"--output-dir", run.runs_folder});
  }
  if (!run.results_dir.empty()) flags.insert(flags.end(), {"--results-dir", run.results_dir});
  return shell_quoted(flags);
}

std::string not_run_words(const std::string& probe) {
  return "probe " + probe + " has not been run";
}

const Record* RunData::record(const std::string& probe) const {
  const auto found = records.find(probe);
  return found == records.end() ? nullptr : &found->second;
}

std::vector<std::string> position_names(const DatasetArrays& data) {
  std::vector<std::string> names;
  for (int64_t pos = 0; pos < data.n_pos; ++pos) {
    names.push_back(same_token_everywhere(data, pos) ? data.vocabulary.at(data.token(0, pos))
                                                     : std::to_string(pos));
  }
  for (const auto& [name, spans] : data.spans) {
    if (spans.size() != 1) continue;
    const Span& span = spans.front();
    for (int64_t pos = span.begin; pos < span.end; ++pos) {
      names.at(pos) = span_letter(data.name, name) + std::to_string(pos - span.begin + 1);
    }
  }
  return names;
}

RunData load_run(const RunDirectory& run, const std::string& label,
                 const std::vector<std::string>& probes, const TransitionsOptions& transitions,
                 int64_t checkpoint_spacing, DamagedFiles damaged) {
  run.require();
  check_label(label);
  const std::shared_ptr<const MemoryDataset> dataset = read_dataset(run.dataset_file());
  RunData data;
  data.experiment = run.experiment();
  data.runs_folder = run.runs_folder();
  data.results_dir = run.results_dir();
  data.label = label;
  add_metrics(data, run, damaged);
  const DatasetInfo& info = dataset->info();
  data.task = info.name;
  data.position_names = position_names(dataset->arrays());
  data.spans = fixed_spans(*dataset);
  data.floors = info.floors;
  data.ambiguity_nats = info.ambiguity_nats;
  data.n_examples = info.n_examples;
  data.dataset_hash = info.content_hash;
  data.checkpoint_spacing = checkpoint_spacing;
  data.transitions = transitions;
  const TaskWords& words = analysis_of(info.name).words;
  if (words.box != nullptr) data.task_box = words.box(dataset->arrays());
  data.facts = read_run_facts(run, info.d_vocab(), words);
  for (const std::string& probe : probes) add_run_record(data, run, probe, label, damaged);
  return data;
}

}  // namespace kairo
