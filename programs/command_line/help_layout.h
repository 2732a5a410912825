// How --help looks: within the terminal's width, the program's own options first, overrides named.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace kairo {

class HelpLayout : public CLI::Formatter {
 public:
  // `word`: what the program takes by name ("RUN"), or "". `has_keys`: it takes key=value.
  explicit HelpLayout(std::size_t width, const std::string& word = "", bool has_keys = true)
      : width_(width), word_(word), has_keys_(has_keys) {}

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override;
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;

 private:
  std::size_t width_;  // characters
  std::string word_;
  bool has_keys_;
};

// terminal_width of standard output, kept between 40 and 100.
std::size_t help_width();

}  // namespace kairo
