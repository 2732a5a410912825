// Figures: each one function of its own from RunData and transitions to a gnuplot script with its
// data; one table names them all. A figure is written as figures/<name>.png, .svg and .csv from one
// source.
//
// The same run gives the same files. All text is escaped: no title can run a command.
#pragma once

#include <string>
#include <vector>

#include "analysis/plot/page.h"
#include "analysis/run_data.h"
#include "analysis/transition.h"

namespace kairo {

struct FigureInputs {
  const RunData& run;
  const std::vector<Transition>& transitions;
};

struct FigureResult {
  std::string name;                // "training_curves"
  std::string left_out;            // why it was not drawn, or ""
  std::string caption;             // one sentence for reports
  std::string folder = "figures";  // where its files lie, below the run's folder

  std::string path() const { return folder + "/" + name; }  // without extension
};

// Draws every figure of the table and the dashboard into `folder`; those of probes that do not run
// by default only if their record is there. Nothing is deleted: the files of a figure that is no
// longer drawn are moved to `folder`/earlier/, so that they do not pass for figures of this call.
// Throws kIo if gnuplot is missing or fails (with its words). `only` empty: all.
std::vector<FigureResult> draw_figures(const FigureInputs& inputs, const std::string& folder,
                                       const std::vector<std::string>& only);

// The names of the figures of all tasks.
std::vector<std::string> figure_names();

// One figure: `path` with .png, .svg and .csv. Throws as draw_figures does.
void write_figure(const Page& page, const std::string& path);

}  // namespace kairo
