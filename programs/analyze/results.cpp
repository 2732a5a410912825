#include "programs/analyze/results.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "analysis/figures/figure.h"
#include "analysis/report/report.h"
#include "core/base/error.h"
#include "core/data/dataset_file.h"
#include "core/files/temporary_file.h"
#include "programs/font_check.h"
#include "programs/interruption.h"

namespace kairo {
namespace {

// Probes whose record is read: those chosen, and any that has one.
std::vector<std::string> probes_to_read(const RunDirectory& run, const AnalyzeFlags& flags,
                                        const std::vector<Probe*>& chosen,
                                        const ProbeSections& sections) {
  std::vector<std::string> names;
  for (const auto& probe : sections.probes) {
    const bool is_chosen = std::find(chosen.begin(), chosen.end(), probe.get()) != chosen.end();
    if (is_chosen || std::filesystem::exists(run.record(probe->name(), flags.label))) {
      names.emplace_back(probe->name());
    }
  }
  return names;
}

// A probe that has no meaning for this run says why in its own words.
void add_reasons(RunData& data, const RunDirectory& run, const ModelOptions& model,
                 const std::vector<Probe*>& probes) {
  const std::shared_ptr<const Dataset> dataset = read_dataset(run.dataset_file());
  for (const Probe* probe : probes) {
    const std::string reason = why_left_out(*probe, *dataset, model);
    if (!reason.empty()) data.left_out[probe->name()] = reason;
  }
}

}  // namespace

bool take_turn(WorkLock& lock, const RunDirectory& run, const std::string& label) {
  const auto say = [](const std::string& holder) {
    spdlog::info("waiting for {}, which draws the figures", holder);
  };
  if (!lock.wait("drawing the figures", &catch_interruptions(), say)) return false;
  remove_leftovers(run.results());
  remove_leftovers(figures_path(run, label));
  return true;
}

void require_records(const RunDirectory& run, const std::string& label,
                     const ProbeSections& sections) {
  if (label == kDefaultLabel) return;
  std::set<std::string> labels;
  for (const auto& probe : sections.probes) {
    const std::filesystem::path record = run.record(probe->name(), label);
    if (std::filesystem::exists(record)) return;
    std::error_code none;  // no folder: the probe has no records
    for (std::filesystem::directory_iterator file(record.parent_path(), none), end;
         !none && file != end; file.increment(none)) {
      if (file->path().extension() == ".h5") labels.insert(file->path().stem().string());
    }
  }
  const std::vector<std::string> known(labels.begin(), labels.end());
  throw Error(ErrorKind::kNotFound)
      .at("--label " + label)
      .fact("the run " + run.experiment() + " has no records of this label")
      .hint(known.empty() ? "run analyze without --figures-only to make them"
                          : "labels there: " + fmt::format("{}", fmt::join(known, ", ")));
}

RunData read_results(const RunDirectory& run, const AnalyzeFlags& flags,
                     const std::vector<Probe*>& chosen, const ProbeSections& sections,
                     const RunSettings& settings, const CheckedWeights& checked) {
  RunData data =
      load_run(run, flags.label, probes_to_read(run, flags, chosen, sections), settings.transitions,
               settings.run.training.checkpoint_every, flags.damaged_files());
  data.eval_examples = settings.run.training.eval_examples;
  refuse_wrong_records(data, run, checked, flags.damaged_files());
  add_reasons(data, run, *settings.run.model, chosen);
  return data;
}

void write_results(const RunDirectory& run, const RunData& data, const std::string& label,
                   bool quiet) {
  warn_without_fonts();
  const Findings findings = find_all(data);
  const std::vector<FigureResult> figures =
      draw_figures({data, findings.transitions}, figures_path(run, label), {});
  write_reports(run, data, findings, figures, label);
  if (quiet) return;
  for (const Transition& transition : findings.transitions) {
    std::cout << fmt::format("{:<36} {}\n", transition.event.title, describe(transition));
  }
  std::cout << figures_path(run, label) << "/dashboard.png\n"
            << report_path(run, "html", label) << "\n";
}

}  // namespace kairo
