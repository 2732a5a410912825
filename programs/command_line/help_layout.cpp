#include "programs/command_line/help_layout.h"

#include <unistd.h>

#include <algorithm>

#include "core/base/word_wrap.h"
#include "programs/command_line/terminal.h"

namespace kairo {
namespace {

// Below this width two columns leave too little for the second.
constexpr std::size_t kTwoColumns = 72;
constexpr std::size_t kSecondColumn = 26;
constexpr std::size_t kStackedIndent = 6;

}  // namespace

// CLI11 itself puts an empty line between two groups.
std::string HelpLayout::make_group(std::string group, bool is_positional,
                                   std::vector<const CLI::Option*> options) const {
  std::string text = group + ":\n";
  for (const CLI::Option* option : options) text += make_option(option, is_positional);
  return text;
}

std::string HelpLayout::make_usage(const CLI::App* app, std::string name) const {
  const std::string program = name.empty() ? app->get_name() : name;
  const std::string keys = has_keys_ ? " [key=value ...]" : "";
  const std::string names = word_.empty() ? "" : " " + word_ + "...";
  return "\n" + wrapped("Usage: " + program + names + " [options]" + keys, width_, 0) + "\n";
}

std::string HelpLayout::make_description(const CLI::App* app) const {
  return wrapped(app->get_description(), width_, 0);
}

std::string HelpLayout::make_footer(const CLI::App* app) const { return app->get_footer(); }

std::string HelpLayout::make_option(const CLI::Option* option, bool is_positional) const {
  std::string left = "  " + make_option_name(option, is_positional);
  if (!option->get_type_name().empty()) left += " " + option->get_type_name();
  std::string description = option->get_description();
  if (option->get_required()) description += " Required.";
  if (width_ < kTwoColumns || left.size() + 2 > kSecondColumn) {
    const std::size_t indent = width_ < kTwoColumns ? kStackedIndent : kSecondColumn;
    return left + "\n" + wrapped(description, width_, indent);
  }
  const std::string right = wrapped(description, width_, kSecondColumn);
  return left + (right.empty() ? "\n" : right.substr(left.size()));
}

std::size_t help_width() {
  return static_cast<std::size_t>(std::clamp(terminal_width(STDOUT_FILENO), 40, 100));
}

}  // namespace kairo
