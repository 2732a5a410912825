#include "programs/font_check.h"

#include <iostream>
#include <string>

#include "analysis/plot/canvas.h"
#include "analysis/plot/gnuplot.h"
#include "core/base/error.h"

namespace kairo {
namespace {

std::string picture_of(const std::string& text) {
  Canvas canvas(ImageFormat::kPng, 64, 32);
  canvas.begin_plot({0, 64, 0, 32});
  canvas.text(8, 16, text, {});
  canvas.end_without_data();
  return run_gnuplot(canvas.finish()).image;
}

}  // namespace

void warn_without_fonts() {
  try {
    if (picture_of("Ag") != picture_of("")) return;
  } catch (const Error&) {
    return;
  }
  std::cerr << "warning: the figures will be without text: gnuplot finds no font (install the "
               "package fonts-dejavu-core, then run this again)\n";
}

}  // namespace kairo
