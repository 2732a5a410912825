#include "analysis/figure.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "analysis/dashboard.h"
#include "analysis/figures/attention_to_z.h"
#include "analysis/figures/candidates.h"
#include "analysis/figures/causal_patching.h"
#include "analysis/figures/logit_lens.h"
#include "analysis/figures/training_curves.h"
#include "analysis/figures/z_shuffle.h"
#include "analysis/gnuplot.h"
#include "core/store/atomic_file.h"
#include "hooks/error.h"
#include "hooks/nearest_name.h"

namespace kairo {
namespace {

struct Entry {
  const char* name;
  Drawing (*make)(const FigureInputs&);
};

// Adding a figure: its file pair in figures/ and one line here.
constexpr std::array<Entry, 7> kFigures = {{
    {"dashboard", dashboard},
    {"training_curves", training_curves},
    {"attention_to_z", attention_to_z},
    {"logit_lens", logit_lens},
    {"causal_patching", causal_patching},
    {"z_shuffle", z_shuffle},
    {"candidates", candidates},
}};

void check_names(const std::vector<std::string>& wanted) {
  const std::vector<std::string> names = figure_names();
  for (const std::string& each : wanted) {
    if (std::find(names.begin(), names.end(), each) != names.end()) continue;
    throw Error(ErrorKind::kNotFound,
                {"figure " + each, "the name of a figure", each, did_you_mean(each, names)});
  }
}

// A figure of an earlier run of analyze must not pass for one of this.
void remove_figure(const std::string& path) {
  for (const char* extension : {".png", ".svg", ".csv"}) {
    std::error_code ignored;  // not there: nothing to remove
    std::filesystem::remove(path + extension, ignored);
  }
}

}  // namespace

std::vector<FigureResult> draw_figures(const FigureInputs& inputs, const std::string& folder,
                                       const std::vector<std::string>& only) {
  check_names(only);
  create_folder(folder);
  std::vector<FigureResult> results;
  for (const Entry& entry : kFigures) {
    const bool wanted =
        only.empty() || std::find(only.begin(), only.end(), entry.name) != only.end();
    if (!wanted) continue;
    const Drawing drawing = entry.make(inputs);
    results.push_back({entry.name, drawing.left_out, drawing.caption});
    const std::string path = folder + "/" + entry.name;
    if (drawing.left_out.empty()) {
      write_figure(drawing.page, path);
    } else {
      remove_figure(path);
    }
  }
  return results;
}

std::vector<std::string> figure_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kFigures) names.push_back(entry.name);
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
