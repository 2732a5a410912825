// What all programs share: their flags, overrides, log, and the way from an error to an exit code.
//
//   int main(int argc, char** argv) {
//     return kairo::run_program(argc, argv, [](kairo::CommandLine& line) {
//       std::string config;
//       line.app().description("Trains a model and keeps its checkpoints.");
//       line.app().add_option("--config", config, "Experiment to train.")->type_name("NAME");
//       line.parse();
//       if (!line.load_config(binder, config)) return kairo::ExitCode::kDone;
//       ...
//     });
//   }
//
// Overrides are bare key=value, or --data.k 20 and --data.k=20: an unknown long option with a dot.
// A program defines no positional arguments and no option of open-ended length (they would swallow
// overrides; for a repeatable one use ->allow_extra_args(false)), and none with a dot in its name.
// What it works on by name it takes with take_names.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/config/config_file.h"
#include "programs/command_line/exit_code.h"

namespace kairo {

struct CommonFlags {
  std::string output_dir;  // --output-dir, or "" where not given; also among `overrides`
  int64_t threads = 0;     // 0: core/base/cpu_allowance.h
  std::string seed;        // --seed as written, or ""; also among `overrides`
  bool quiet = false;      // warnings and errors only
  bool verbose = false;
  bool no_progress = false;
  bool print_config = false;
  bool help_config = false;
  std::string help_prefix;  // --help-config PREFIX: only keys that begin so
  bool dry_run = false;
  // For ConfigBinder::load: output.base_dir and experiment.seed from their flags, then key=value in
  // order, so that the explicit key wins.
  std::vector<std::string> overrides;
};

class CommandLine {
 public:
  CommandLine(int argc, const char* const* argv);
  // CLI::App keeps pointers to flags_.
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // For the program's description and options, before parse().
  CLI::App& app() { return app_; }

  // Before parse(): bare words without "=" go to `names` in their order, and are no error. `word`
  // is what the help calls one ("RUN"). `names` outlives this.
  void take_names(const std::string& word, std::vector<std::string>& names);

  // Before parse(): common options that mean nothing here, and are then unknown: {"--seed"}.
  void leave_out(const std::vector<std::string>& options);
  // Fills the program's variables and flags(), and sets the log's level. Throws kUsage (unknown
  // option with the nearest, argument without "="), CLI11's errors, and its CallForHelp and
  // CallForVersion: run_program knows them all.
  void parse();

  // parse() of a program without configuration keys: `options`, and those that speak of keys, are
  // left out, and KEY=VALUE is kUsage.
  void parse_without_keys(const std::vector<std::string>& options);

  const CommonFlags& flags() const { return flags_; }
  // As typed, the program's name first.
  const std::vector<std::string>& arguments() const { return arguments_; }

  // Loads the config `name` with the overrides into what is bound. False where --help-config or
  // --print-config was asked for and has been answered on standard output: the program is done.
  bool load_config(ConfigBinder& binder, const std::string& name) const;

 private:
  void add_common_flags();
  void expand_home_in_paths();
  void read_common_flags();
  std::string hint_for_word(const std::string& word) const;
  void collect_overrides();

  std::vector<std::string> arguments_;
  std::vector<std::string>* names_ = nullptr;  // where bare words go
  std::vector<std::string> left_out_;          // common options
  bool has_keys_ = true;
  CommonFlags flags_;
  CLI::App app_;
};

// Runs a program's body: sets the log up (spdlog's default logger, on standard error, coloured on a
// terminal that can (can_redraw in programs/command_line/terminal.h)), turns every exception into
// one line "error: ..." on standard error, and returns the exit code.
int run_program(int argc, const char* const* argv,
                const std::function<ExitCode(CommandLine&)>& body);

}  // namespace kairo
