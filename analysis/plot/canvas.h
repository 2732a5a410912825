// A gnuplot script written in pixels: text, lines and boxes at exact places on a page, and plots
// whose axes fill an exact frame. Nothing is left to gnuplot's own layout, so that nothing can
// overlap.
//
// Pixels count from the page's top left corner, y downwards. Text, lines and boxes belong to the
// plot begun last and are drawn by its `plot` command.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "analysis/plot/palette.h"

namespace kairo {

enum class ImageFormat { kPng, kSvg };

struct Frame {
  double left = 0, right = 0, top = 0, bottom = 0;  // pixels
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

enum class Align { kLeft, kCentre, kRight };

struct TextStyle {
  double size = kTextSize;  // pixels
  bool bold = false;
  const char* color = kInk;
  Align align = Align::kLeft;
  bool upwards = false;  // turned by 90°
};

struct Stroke {
  const char* color = kInk;
  double width = 1;  // pixels
  const char* dash = "1";
};

class Canvas {
 public:
  Canvas(ImageFormat format, double width, double height);

  // Begins a plot with its axes on `frame`; all settings are gnuplot's defaults again.
  void begin_plot(const Frame& frame);
  // A plot that draws nothing but its text, lines and boxes.
  void end_without_data();

  void text(double x, double y, const std::string& text, const TextStyle& style);
  void line(double x0, double y0, double x1, double y1, const Stroke& stroke);
  void box(const Frame& frame, const char* color);
  // Named tics: axis "x", "y" or "cb" at `places` (axis units).
  void tics(const std::string& axis, const std::vector<double>& places,
            const std::vector<std::string>& names, const std::string& options);
  // A data block of rows of numbers; an empty row breaks a line. Returns its name ("$data3").
  std::string data(const std::vector<std::vector<double>>& rows);

  std::string font(double size, bool bold) const;
  // A filled circle some 7 pixels wide, as a style of points.
  std::string dot() const;
  std::string lone_dot() const;  // with no line to lead the eye to it
  // A circle of the same size, open.
  std::string ring() const;
  // A command, as it is: callers quote text with gnuplot_text.
  void command(const std::string& line) { script_ << line << '\n'; }
  // "a,b" in gnuplot's screen coordinates.
  std::string screen(double x, double y) const;
  // "width,height" as shares of the page.
  std::string extent(double width, double height) const;

  // The whole script; ends the canvas.
  std::string finish();

 private:
  ImageFormat format_;
  double width_;
  double height_;
  int n_data_ = 0;
  std::ostringstream script_;
};

}  // namespace kairo
