#include "programs/command_line/command_line.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "core/base/nearest_name.h"
#include "core/base/version.h"
#include "core/base/word_wrap.h"
#include "core/config/field_values.h"
#include "core/config/home_folder.h"
#include "core/config/key_alias.h"
#include "programs/command_line/help_layout.h"

namespace kairo {
namespace {

constexpr char kFooter[] =
    "key=value (or --key value) sets a configuration key, e.g. data.k=20; lists are written a,b. "
    "--help-config lists all keys.\n"
    "A config is looked up as a path, then in configs/ here, then among the installed ones; .yaml "
    "may be left out.\n"
    "Later values win: defaults, the config's parents, the config, key=value. --print-config shows "
    "each value and where it came from.";

// True for --data.k and --data.k=20.
bool is_dotted_option(const std::string& argument) {
  if (argument.rfind("--", 0) != 0) return false;
  return argument.substr(0, argument.find('=')).find('.') != std::string::npos;
}

// The arguments with --data.k 20 and --data.k=20 written as data.k=20, in place: later ones win.
std::vector<std::string> with_bare_overrides(const std::vector<std::string>& arguments) {
  std::vector<std::string> rewritten;
  for (auto each = arguments.begin(); each != arguments.end(); ++each) {
    if (*each == "--") {
      rewritten.insert(rewritten.end(), each, arguments.end());
      break;
    }
    if (!is_dotted_option(*each)) {
      rewritten.push_back(*each);
    } else if (each->find('=') != std::string::npos) {
      rewritten.push_back(each->substr(2));
    } else {
      const auto value = each + 1;
      if (value == arguments.end() || value->rfind("--", 0) == 0) {
        throw Error(ErrorKind::kUsage)
            .at(shown(*each))
            .fact("a value is missing")
            .hint("write e.g. --data.k 20 or data.k=20");
      }
      rewritten.push_back(each->substr(2) + "=" + *value);
      each = value;
    }
  }
  return rewritten;
}

std::vector<std::string> long_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

CommandLine::CommandLine(int argc, const char* const* argv)
    : arguments_(argv, argv + argc), app_("", "") {
  if (arguments_.empty()) arguments_.emplace_back("kairoscope");
  app_.name(std::filesystem::path(arguments_[0]).filename().string());
  app_.set_help_flag();  // comes back with the common flags, behind the program's own
  app_.formatter(std::make_shared<HelpLayout>(help_width()));
  app_.footer(wrapped(kFooter, help_width(), 0));
  app_.allow_extras();
}

void CommandLine::add_common_flags() {
  const auto common = [](CLI::Option* option) { return option->group("Common options"); };
  common(app_.add_option("--output-dir", flags_.output_dir,
                         "Folder that holds all runs (output.base_dir); outputs by default."))
      ->type_name("DIR");
  common(app_.add_option("--threads", flags_.threads,
                         "Number of threads; by default one per allowed CPU."))
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{4096}).description(""));
  common(app_.add_option("--seed", flags_.seed,
                         "Seed of the data and the order of batches (experiment.seed)."))
      ->type_name("N");
  CLI::Option* quiet =
      common(app_.add_flag("--quiet", flags_.quiet, "Show only warnings and errors."));
  common(app_.add_flag("-v,--verbose", flags_.verbose, "Show an internal error in full."))
      ->excludes(quiet);
  common(app_.add_flag("--no-progress", flags_.no_progress, "Show no progress line."));
  common(app_.add_flag("--print-config", flags_.print_config,
                       "Print every value and its origin as YAML, then stop."));
  common(app_.add_option("--help-config", flags_.help_prefix,
                         "Explain all configuration keys, or those that begin with PREFIX (e.g. "
                         "probes.logit_lens), then stop."))
      ->type_name("[PREFIX]")
      ->expected(0, 1);
  common(app_.add_flag("--dry-run", flags_.dry_run,
                       "Check everything, say what would be done, then stop."));
  common(app_.set_version_flag("--version", app_.get_name() + " " + version() + " (Kairoscope)",
                               "Show the version, then stop."));
  common(app_.set_help_flag("-h,--help", "Show this help, then stop."));
  for (const std::string& each : left_out_) app_.remove_option(app_.get_option(each));
}

void CommandLine::leave_out(const std::vector<std::string>& options) {
  left_out_.insert(left_out_.end(), options.begin(), options.end());
  // The footer explains keys by --help-config and --print-config.
  if (std::count(options.begin(), options.end(), "--help-config") > 0) app_.footer("");
}

void CommandLine::parse_without_keys(const std::vector<std::string>& options) {
  leave_out({"--output-dir", "--seed", "--print-config", "--help-config"});
  leave_out(options);
  has_keys_ = false;
  app_.formatter(std::make_shared<HelpLayout>(help_width(), "", /*has_keys=*/false));
  parse();
  ConfigBinder no_keys;
  load_config(no_keys, "");
}

void CommandLine::take_names(const std::string& word, std::vector<std::string>& names) {
  names_ = &names;
  app_.formatter(std::make_shared<HelpLayout>(help_width(), word));
}

// A shell leaves the ~ of --output=~/x to the program.
void CommandLine::expand_home_in_paths() {
  for (CLI::Option* option : app_.get_options()) {
    const std::string type = option->get_type_name();
    if (type == "FILE" || type == "FOLDER" || type == "DIR") {
      option->transform([](const std::string& path) { return expand_home(path); });
    } else if (type == "NAME=FILE") {
      option->transform([](const std::string& pair) {
        const std::size_t path = pair.find('=') + 1;
        return pair.substr(0, path) + expand_home(pair.substr(path));
      });
    }
  }
}

void CommandLine::parse() {
  add_common_flags();
  expand_home_in_paths();
  std::vector<std::string> rest = with_bare_overrides({arguments_.begin() + 1, arguments_.end()});
  std::reverse(rest.begin(), rest.end());  // the order that CLI11 takes
  app_.parse(std::move(rest));
  read_common_flags();
  collect_overrides();
  spdlog::set_level(flags_.quiet     ? spdlog::level::warn
                    : flags_.verbose ? spdlog::level::debug
                                     : spdlog::level::info);
}

void CommandLine::read_common_flags() {
  const auto is_given = [this](const char* name) {
    const CLI::Option* option = app_.get_option_no_throw(name);
    return option != nullptr && option->count() > 0;
  };
  flags_.help_config = is_given("--help-config");
  if (is_given("--output-dir")) {
    if (flags_.output_dir.empty()) {  // a variable of a script that is not set
      throw Error(ErrorKind::kUsage)
          .at("--output-dir")
          .fact("the name of a folder is missing")
          .hint("--output-dir . is the present one");
    }
    flags_.overrides.push_back("output.base_dir=" + flags_.output_dir);
  }
  if (is_given("--seed")) flags_.overrides.push_back("experiment.seed=" + flags_.seed);
}

// "train quick" means --config quick, "analyze quick" --experiment quick.
std::string CommandLine::hint_for_word(const std::string& word) const {
  for (const char* option : {"--config", "--experiment", "--name"}) {
    if (app_.get_option_no_throw(option) == nullptr) continue;
    return std::string("did you mean ") + option + " " + word + "?";
  }
  return has_keys_ ? "configuration is written key=value, options begin with --"
                   : "options begin with --";
}

void CommandLine::collect_overrides() {
  for (const std::string& argument : app_.remaining()) {
    if (argument == "--") continue;
    const std::string name = shown(argument.substr(0, argument.find('=')));
    if (argument.size() > 1 && argument[0] == '-') {
      const std::string key = has_keys_ ? key_of_alias(name) : "";
      const std::string nearest = did_you_mean(name, long_names(app_));
      throw Error(ErrorKind::kUsage)
          .fact("unknown option " + name)
          .hint(key.empty() || !nearest.empty() ? nearest : "did you mean " + key + "=VALUE?");
    }
    if (argument.find('=') == std::string::npos && names_ != nullptr) {
      names_->push_back(argument);
      continue;
    }
    if (argument.find('=') == std::string::npos) {
      throw Error(ErrorKind::kUsage).fact("unexpected argument " + name).hint(hint_for_word(name));
    }
    flags_.overrides.push_back(argument);
  }
}

bool CommandLine::load_config(ConfigBinder& binder, const std::string& name) const {
  if (flags_.help_config) {
    std::cout << binder.help(help_width(), flags_.help_prefix);
    return false;
  }
  binder.load(name, flags_.overrides);
  if (flags_.print_config) std::cout << binder.to_yaml(true);
  return !flags_.print_config;
}

}  // namespace kairo
