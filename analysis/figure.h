// Figures: each one function of its own from RunData and transitions to a gnuplot script with its
// data; one table names them all. A figure is written as figures/<name>.png, .svg and .csv from one
// source.
//
// The same run gives the same files. All text is escaped: no title can run a command.
#pragma once

#include <string>
#include <vector>

#include "analysis/page.h"
#include "analysis/run_data.h"
#include "analysis/transition.h"

namespace kairo {

struct FigureInputs {
  const RunData& run;
  const std::vector<Transition>& transitions;
};

struct FigureResult {
  std::string name;      // "attention_to_z"
  std::string left_out;  // why it was not drawn, or ""
  std::string caption;   // one sentence for reports
};

// Draws every figure of the table and the dashboard into `folder`; those of probes that do not run
// by default where their record is there. Throws kIo where gnuplot is
// missing or fails (with its words). `only` empty: all.
std::vector<FigureResult> draw_figures(const FigureInputs& inputs, const std::string& folder,
                                       const std::vector<std::string>& only);

std::vector<std::string> figure_names();

// One figure: `path` with .png, .svg and .csv. Throws as draw_figures does.
void write_figure(const Page& page, const std::string& path);

}  // namespace kairo
