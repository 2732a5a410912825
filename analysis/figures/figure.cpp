#include "analysis/figures/figure.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "analysis/figures/composition.h"
#include "analysis/figures/dashboard.h"
#include "analysis/figures/direct_attribution.h"
#include "analysis/figures/gradient_flow.h"
#include "analysis/figures/head_scores.h"
#include "analysis/figures/logged_gradients.h"
#include "analysis/figures/logit_lens.h"
#include "analysis/figures/path_patching.h"
#include "analysis/figures/training_curves.h"
#include "analysis/figures/weight_norms.h"
#include "analysis/figures/weight_spectra.h"
#include "analysis/plot/gnuplot.h"
#include "analysis/result_paths.h"
#include "analysis/task_analysis.h"
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

// Adding a figure: its file pair in figures/ and one line here.
const std::vector<FigureKind>& general_figures() {
  static const std::vector<FigureKind> all = {
      {"dashboard", dashboard},
      {"training_curves", training_curves},
      {"logit_lens", logit_lens},
      {"gradient_flow", gradient_flow, "gradient_flow", has_logged_gradients},
      {"weight_norms", weight_norms, "weight_norms"},
      {"weight_spectra", weight_spectra, "weight_spectra"},
      {"composition", composition, "composition"},
      {"head_scores", head_scores, "head_scores"},
      {"direct_attribution", direct_attribution, "direct_attribution"},
      {"path_patching", path_patching, "path_patching"},
  };
  return all;
}

// The general ones with a study's own in their places.
std::vector<FigureKind> with_figures_of(const TaskAnalysis& study, std::vector<FigureKind> all) {
  for (const FigureKind& own : study.figures.figures) {
    auto place = std::find_if(all.begin(), all.end(),
                              [&](const FigureKind& each) { return each.name == own.after; });
    all.insert(place == all.end() ? place : place + 1, own);
  }
  return all;
}

std::vector<FigureKind> figures_of_task(const std::string& task) {
  return with_figures_of(analysis_of(task), general_figures());
}

void check_names(const std::vector<std::string>& wanted) {
  const std::vector<std::string> names = figure_names();
  for (const std::string& each : wanted) {
    if (std::find(names.begin(), names.end(), each) != names.end()) continue;
    throw Error(ErrorKind::kNotFound)
        .at("figure " + each)
        .fact("there is no figure of this name")
        .hint(did_you_mean(each, names));
  }
}

bool is_wanted(const FigureKind& entry, const RunData& run, const std::vector<std::string>& only) {
  if (!only.empty()) return std::find(only.begin(), only.end(), entry.name) != only.end();
  return entry.on_request.empty() || run.record(entry.on_request) != nullptr ||
         run.left_out.count(entry.on_request) > 0 ||
         (entry.has_other_source != nullptr && entry.has_other_source(run));
}

// A figure of an earlier call must not pass for one of this.
void set_figure_aside(const std::string& folder, const std::string& name) {
  for (const char* extension : {".png", ".svg", ".csv"}) set_aside(folder, name + extension);
}

}  // namespace

std::vector<FigureResult> draw_figures(const FigureInputs& inputs, const std::string& folder,
                                       const std::vector<std::string>& only) {
  check_names(only);
  create_folder(folder);
  std::vector<FigureResult> results;
  for (const FigureKind& entry : figures_of_task(inputs.run.task)) {
    if (!is_wanted(entry, inputs.run, only)) {
      if (only.empty()) set_figure_aside(folder, entry.name);
      continue;
    }
    const Drawing drawing = entry.make(inputs);
    results.push_back({entry.name, drawing.left_out, drawing.caption,
                       std::filesystem::path(folder).filename().string()});
    if (drawing.left_out.empty()) {
      write_figure(drawing.page, folder + "/" + entry.name);
    } else {
      set_figure_aside(folder, entry.name);
    }
  }
  return results;
}

std::vector<std::string> figure_names() {
  std::vector<FigureKind> all = general_figures();
  for (const TaskAnalysis& each : task_analyses()) all = with_figures_of(each, std::move(all));
  std::vector<std::string> names;
  for (const FigureKind& entry : all) names.push_back(entry.name);
  return names;
}

void write_figure(const Page& page, const std::string& path) {
  const std::string png = run_gnuplot(page_script(page, ImageFormat::kPng)).image;
  const std::string svg = run_gnuplot(page_script(page, ImageFormat::kSvg)).image;
  write_file_atomically(path + ".png", png);
  write_file_atomically(path + ".svg", svg);
  write_file_atomically(path + ".csv", page_csv(page));
}

}  // namespace kairo
