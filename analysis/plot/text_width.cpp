#include "analysis/plot/text_width.h"

#include <array>
#include <sstream>

#include "core/base/utf8.h"

namespace kairo {
namespace {

constexpr char kFirst = ' ';
// Advance widths of DejaVu Sans 2.37 for ' ' to '~', in thousandths of the type size (its hmtx
// table).
constexpr std::array<int, 95> kWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr int kOtherWidth = 1000;
constexpr double kBoldFactor = 1.16;  // the widest letters' ratio; the mean is 1.12

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> result;
  for (char c : text) {
    if (begins_character(c) || result.empty()) result.emplace_back();
    result.back() += c;
  }
  return result;
}

}  // namespace

double text_width(const std::string& text, double size, bool bold) {
  int thousandths = 0;
  for (char c : text) {
    if (!begins_character(c)) continue;
    const bool known = c >= kFirst && c <= '~';
    thousandths += known ? kWidths[c - kFirst] : kOtherWidth;
  }
  return thousandths * size * (bold ? kBoldFactor : 1.0) / 1000;
}

std::string shorten(const std::string& text, double width, double size, bool bold) {
  if (text_width(text, size, bold) <= width) return text;
  std::vector<std::string> head = characters(text), tail;
  while (head.size() > tail.size()) {
    tail.insert(tail.begin(), head.back());
    head.pop_back();
  }
  const auto joined = [&] {
    std::string line;
    for (const std::string& each : head) line += each;
    line += "…";
    for (const std::string& each : tail) line += each;
    return line;
  };
  while (!head.empty() && text_width(joined(), size, bold) > width) {
    head.pop_back();
    if (!tail.empty()) tail.erase(tail.begin());
  }
  return joined();
}

std::vector<std::string> wrap(const std::string& text, double width, double size) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    word = shorten(word, width, size);
    const std::string longer = lines.empty() ? word : lines.back() + " " + word;
    if (lines.empty() || text_width(longer, size) > width) {
      lines.push_back(word);
    } else {
      lines.back() = longer;
    }
  }
  return lines;
}

}  // namespace kairo
