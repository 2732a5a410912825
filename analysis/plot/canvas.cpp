#include "analysis/plot/canvas.h"

#include <cmath>

#include "analysis/plot/gnuplot.h"

namespace kairo {
namespace {

constexpr double kPointsPerPixel = 0.75;

std::string color(const char* name) { return std::string("rgb '") + name + "'"; }

const char* word(Align align) {
  switch (align) {
    case Align::kLeft:
      return "left";
    case Align::kCentre:
      return "center";
    case Align::kRight:
      return "right";
  }
  return "left";
}

std::string number(double value) { return gnuplot_number(value); }

// A dash pattern is "(14,5)" or the name of a plain line, "1".
std::string dash_type(const char* dash) { return std::string(" dashtype ") + dash; }

}  // namespace

Canvas::Canvas(ImageFormat format, double width, double height)
    : format_(format), width_(width), height_(std::ceil(height)) {
  const std::string size = " size " + number(width_) + "," + number(height_);
  // pngcairo's dashes are shorter than svg's by this factor.
  const std::string terminal =
      format == ImageFormat::kPng ? "pngcairo" + size + " dashlength 2.2" : "svg" + size;
  command("set encoding utf8");
  command("set terminal " + terminal + " noenhanced " + font(kTextSize, false) +
          " background '#FFFFFF'");
  command("set multiplot");
}

void Canvas::begin_plot(const Frame& frame) {
  command("reset");
  command("unset key");
  command("set datafile missing 'NaN'");
  command("set lmargin at screen " + number(frame.left / width_));
  command("set rmargin at screen " + number(frame.right / width_));
  command("set tmargin at screen " + number(1 - frame.top / height_));
  command("set bmargin at screen " + number(1 - frame.bottom / height_));
}

void Canvas::end_without_data() {
  command("unset border");
  command("unset tics");
  command("plot [0:1][0:1] -1 notitle");
}

void Canvas::text(double x, double y, const std::string& text, const TextStyle& style) {
  command("set label " + gnuplot_text(text) + " at screen " + screen(x, y) + " " +
          word(style.align) + (style.upwards ? " rotate by 90 " : " ") +
          font(style.size, style.bold) + " textcolor " + color(style.color));
}

void Canvas::line(double x0, double y0, double x1, double y1, const Stroke& stroke) {
  command("set arrow from screen " + screen(x0, y0) + " to screen " + screen(x1, y1) +
          " nohead front linecolor " + color(stroke.color) + " linewidth " + number(stroke.width) +
          dash_type(stroke.dash));
}

void Canvas::box(const Frame& frame, const char* fill) {
  command("set object rectangle from screen " + screen(frame.left, frame.bottom) + " to screen " +
          screen(frame.right, frame.top) + " behind fillstyle solid noborder fillcolor " +
          color(fill));
}

void Canvas::tics(const std::string& axis, const std::vector<double>& places,
                  const std::vector<std::string>& names, const std::string& options) {
  std::string list;
  for (std::size_t i = 0; i < places.size(); ++i) {
    list += (i > 0 ? ", " : "") + gnuplot_tic_text(names[i]) + " " + number(places[i]);
  }
  command("set " + axis + "tics " + options + " (" + list + ") " + font(kTextSize, false) +
          " textcolor " + color(kInk));
}

std::string Canvas::data(const std::vector<std::vector<double>>& rows) {
  const std::string name = "$data" + std::to_string(n_data_++);
  command(name + " << EOD");
  for (const auto& row : rows) {
    std::string text;
    for (double value : row) text += (text.empty() ? "" : " ") + number(value);
    command(text);
  }
  command("EOD");
  return name;
}

std::string Canvas::font(double size, bool bold) const {
  // The svg terminal knows no bold: it would ask for a family of the name "DejaVu Sans:Bold".
  const bool png = format_ == ImageFormat::kPng;
  return std::string("font '") + kFontName + (bold && png ? ":Bold" : "") + "," +
         number(png ? size * kPointsPerPixel : size) + "'";
}

std::string Canvas::dot() const {
  return std::string("pointtype 7 pointsize ") + (format_ == ImageFormat::kPng ? "0.7" : "0.4");
}

std::string Canvas::lone_dot() const {
  return std::string("pointtype 7 pointsize ") + (format_ == ImageFormat::kPng ? "1.1" : "0.65");
}

std::string Canvas::ring() const {
  return std::string("pointtype 6 linewidth 1.4 pointsize ") +
         (format_ == ImageFormat::kPng ? "1.0" : "0.6");
}

std::string Canvas::screen(double x, double y) const {
  return number(x / width_) + "," + number(1 - y / height_);
}

std::string Canvas::extent(double width, double height) const {
  return number(width / width_) + "," + number(height / height_);
}

std::string Canvas::finish() {
  command("unset multiplot");
  return script_.str();
}

}  // namespace kairo
