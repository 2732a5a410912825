#include "programs/command_line/command_line.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <sstream>

#include "core/base/version.h"
#include "core/config/options.h"
#include "programs/command_line/help_layout.h"
#include "studies/late_disambiguation/data/options.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

using Body = std::function<ExitCode(CommandLine&)>;

Outcome run(std::vector<const char*> arguments, const Body& body) {
  arguments.insert(arguments.begin(), "/usr/bin/train");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = run_program(static_cast<int>(arguments.size()), arguments.data(), body);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

// The flags after a run that must succeed.
CommonFlags flags_of(const std::vector<const char*>& arguments) {
  CommonFlags flags;
  const Outcome outcome = run(arguments, [&](CommandLine& line) {
    line.parse();
    flags = line.flags();
    return ExitCode::kDone;
  });
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return flags;
}

Outcome parse_only(const std::vector<const char*>& arguments) {
  return run(arguments, [](CommandLine& line) {
    line.app().description("Trains a model.");
    line.parse();
    return ExitCode::kDone;
  });
}

Outcome throwing(const std::function<void()>& act) {
  return run({}, [&](CommandLine& line) {
    line.parse();
    act();
    return ExitCode::kDone;
  });
}

using Texts = std::vector<std::string>;

TEST(CommandLine, BareOverridesKeepTheirOrder) {
  EXPECT_EQ(flags_of({"data.k=20", "--quiet", "model.d_model=64", "data.k=5"}).overrides,
            (Texts{"data.k=20", "model.d_model=64", "data.k=5"}));
}

TEST(CommandLine, UnknownLongOptionsWithADotAreOverrides) {
  EXPECT_EQ(flags_of({"data.k=1", "--data.k", "20", "--model.seed=3", "--training.max_steps", "-1"})
                .overrides,
            (Texts{"data.k=1", "data.k=20", "model.seed=3", "training.max_steps=-1"}));
}

TEST(CommandLine, SeedAndOutputDirAreOverridesThatTheExplicitKeyBeats) {
  const CommonFlags flags = flags_of({"experiment.seed=9", "--seed", "3", "--output-dir", "runs"});
  EXPECT_EQ(flags.overrides,
            (Texts{"output.base_dir=runs", "experiment.seed=3", "experiment.seed=9"}));
  EXPECT_EQ(flags.output_dir, "runs");
  EXPECT_EQ(flags.seed, "3");
}

TEST(CommandLine, FlagsAreReadAndOffByDefault) {
  const CommonFlags none = flags_of({});
  EXPECT_EQ(none.threads, 0);
  EXPECT_FALSE(none.quiet || none.verbose || none.no_progress || none.print_config ||
               none.help_config || none.dry_run);
  EXPECT_TRUE(none.overrides.empty());
  const CommonFlags all = flags_of(
      {"--threads", "2", "-v", "--no-progress", "--print-config", "--help-config", "--dry-run"});
  EXPECT_EQ(all.threads, 2);
  EXPECT_TRUE(all.verbose && all.no_progress && all.print_config && all.help_config && all.dry_run);
}

TEST(CommandLine, BareWordsAreNamesOnlyWhereTheProgramTakesSome) {
  Texts names, overrides;
  const auto body = [&](CommandLine& line) {
    line.take_names("RUN", names);
    line.parse();
    overrides = line.flags().overrides;
    return ExitCode::kDone;
  };
  EXPECT_EQ(run({"a", "--quiet", "data.k=2", "b/c"}, body).code, 0);
  EXPECT_EQ(names, (Texts{"a", "b/c"}));
  EXPECT_EQ(overrides, (Texts{"data.k=2"}));
  EXPECT_EQ(run({"a", "--keep"}, body).code, 2);
  EXPECT_NE(run({"--help"}, body).out.find("Usage: train RUN... [options]"), std::string::npos);
  EXPECT_EQ(parse_only({"a"}).code, 2);
}

TEST(CommandLine, AProgramsOwnOptionsAndOverridesDoNotSwallowEachOther) {
  std::string config;
  Texts names, overrides;
  const auto body = [&](CommandLine& line) {
    line.app().add_option("--config", config, "Experiment.");
    line.app().add_option("--names", names, "Globs.")->allow_extra_args(false);
    line.parse();
    overrides = line.flags().overrides;
    return ExitCode::kDone;
  };
  EXPECT_EQ(run({"--names", "a", "data.k=2", "--names=b", "--config", "x", "data.k=3"}, body).code,
            0);
  EXPECT_EQ(config, "x");
  EXPECT_EQ(names, (Texts{"a", "b"}));
  EXPECT_EQ(overrides, (Texts{"data.k=2", "data.k=3"}));
}

TEST(CommandLine, BadCommandLinesExitWithTwoAndOneLine) {
  const std::pair<std::vector<const char*>, const char*> cases[] = {
      {{"--thread", "2"}, "error: unknown option --thread (did you mean --threads"},
      {{"--quite"}, "error: unknown option --quite (did you mean --quiet"},
      {{"k10_n1000"}, "error: unexpected argument k10_n1000 (configuration is written key=value"},
      {{"--data.k"}, "error: --data.k: a value is missing"},
      {{"--data.k", "--quiet"}, "error: --data.k: a value is missing"},
      {{"--threads", "0"}, "error: --threads: "},
      {{"--threads", "two"}, "error: "},
      {{"--threads"}, "error: "},
      {{"--quiet", "-v"}, "error: "},
      {{"-x"}, "error: unknown option -x"},
      {{"--output-dir", ""}, "error: --output-dir: the name of a folder is missing"},
  };
  for (const auto& [arguments, expected] : cases) {
    const Outcome outcome = parse_only(arguments);
    EXPECT_EQ(outcome.code, 2) << expected;
    EXPECT_EQ(outcome.err.rfind(expected, 0), 0u) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

// "train quick" was an unexpected argument, and "--lr 1" had no hint.
TEST(CommandLine, SaysWhatAWordOrAnotherLibrarysOptionMeans) {
  std::string config;
  const auto body = [&](CommandLine& line) {
    line.app().add_option("--config", config, "Experiment.");
    line.parse();
    return ExitCode::kDone;
  };
  EXPECT_EQ(run({"quick"}, body).err,
            "error: unexpected argument quick (did you mean --config quick?)\n");
  EXPECT_EQ(parse_only({"--lr", "0.1"}).err,
            "error: unknown option --lr (did you mean training.learning_rate=VALUE?)\n");
  EXPECT_EQ(parse_only({"--batch-size=8"}).err,
            "error: unknown option --batch-size (did you mean training.batch_size=VALUE?)\n");
}

TEST(CommandLine, OptionsThatMeanNothingHereAreUnknown) {
  const auto body = [](CommandLine& line) {
    line.parse_without_keys({"--threads"});
    return ExitCode::kDone;
  };
  for (const char* option : {"--seed", "--output-dir", "--threads", "--print-config"}) {
    EXPECT_EQ(run({option, "1"}, body).code, 2) << option;
  }
  const std::string help = run({"--help"}, body).out;
  EXPECT_NE(help.find("Usage: train [options]\n"), std::string::npos) << help;
  EXPECT_EQ(help.find("key=value"), std::string::npos) << help;
}

TEST(CommandLine, ErrorsOfTheParserNameTheHelp) {
  EXPECT_NE(parse_only({"--threads", "two"}).err.find("(see train --help)"), std::string::npos);
}

TEST(CommandLine, HelpAndVersionGoToStandardOutputAndSucceed) {
  const Outcome help = parse_only({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.err, "");
  for (const char* word :
       {"Trains a model.", "Usage: train [options] [key=value ...]", "--output-dir DIR",
        "--threads N", "--seed N", "--quiet", "-v,--verbose", "--no-progress", "--print-config",
        "--help-config", "--dry-run", "--version", "data.k=20", "configs/"}) {
    EXPECT_NE(help.out.find(word), std::string::npos) << word << "\n" << help.out;
  }
  const Outcome shown_version = parse_only({"--version"});
  EXPECT_EQ(shown_version.code, 0);
  EXPECT_EQ(shown_version.out, "train " + version() + " (Kairoscope)\n");
}

TEST(CommandLine, HelpListsTheProgramsOptionsBeforeTheCommonOnes) {
  std::string config;
  const Outcome help = run({"--help"}, [&](CommandLine& line) {
    line.app().add_option("--config", config, "Experiment.")->type_name("NAME")->required();
    line.parse();
    return ExitCode::kDone;
  });
  EXPECT_LT(help.out.find("--config NAME"), help.out.find("--output-dir DIR"));
  EXPECT_NE(help.out.find("Experiment. Required."), std::string::npos) << help.out;
  EXPECT_EQ(help.out.find("\n\n\n"), std::string::npos) << help.out;
  EXPECT_EQ(help.out.find(" \n"), std::string::npos) << help.out;
}

TEST(HelpLayout, KeepsToNarrowAndWideTerminals) {
  for (const std::size_t width : {60u, 80u, 100u}) {
    CLI::App app("A program whose description is long enough to need more than a single line here.",
                 "train");
    app.formatter(std::make_shared<HelpLayout>(width));
    int number = 0;
    app.add_option("--a-rather-long-option-name", number,
                   "Words " + std::string(30, 'a') + " " + std::string(40, 'b') + ".");
    std::istringstream lines(app.help());
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
  }
}

TEST(HelpLayout, TerminalWidthComesFromColumnsWithinReason) {
  const char* const before = std::getenv("COLUMNS");
  const std::string kept = before == nullptr ? "" : before;
  testing::internal::CaptureStdout();  // a file, no terminal
  std::vector<std::size_t> widths;
  for (const char* columns : {"60", "5", "1000", "many"}) {
    setenv("COLUMNS", columns, 1);
    widths.push_back(help_width());
  }
  testing::internal::GetCapturedStdout();
  if (before == nullptr) {
    unsetenv("COLUMNS");
  } else {
    setenv("COLUMNS", kept.c_str(), 1);
  }
  EXPECT_EQ(widths, (std::vector<std::size_t>{60, 40, 100, 80}));
}

TEST(RunProgram, ReturnsTheBodysExitCode) {
  EXPECT_EQ(run({}, [](CommandLine&) { return ExitCode::kSomeCellsFailed; }).code, 4);
  EXPECT_EQ(run({}, [](CommandLine&) { return ExitCode::kInterrupted; }).code, 130);
}

TEST(RunProgram, EachKindOfErrorHasItsExitCode) {
  const std::pair<ErrorKind, int> cases[] = {{ErrorKind::kUsage, 2},    {ErrorKind::kConfig, 2},
                                             {ErrorKind::kNotFound, 3}, {ErrorKind::kCorrupt, 3},
                                             {ErrorKind::kShape, 3},    {ErrorKind::kIo, 1},
                                             {ErrorKind::kNumeric, 1}};
  for (const auto& [kind, code] : cases) {
    const Outcome outcome = throwing([kind = kind] {
      throw Error(kind).at("here").expected("this").came("that").hint("do it");
    });
    EXPECT_EQ(outcome.code, code) << name_of(kind);
    EXPECT_EQ(outcome.err, "error: here: expected this, got that (do it)\n");
  }
}

TEST(RunProgram, OtherExceptionsAreInternalErrorsInOneLine) {
  const Outcome outcome = throwing([] { throw std::runtime_error("first line\nframe #0"); });
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err.rfind("error: internal error: first line (", 0), 0u) << outcome.err;
  EXPECT_EQ(outcome.err.find("frame"), std::string::npos);
  EXPECT_EQ(throwing([] { throw 3; }).code, 1);
  EXPECT_NE(throwing([] { throw std::bad_alloc(); }).err.find("out of memory"), std::string::npos);
}

// LibTorch's own word for it was shown as a fault of this program.
TEST(RunProgram, MemoryThatLibTorchCannotGetIsNoFaultOfTheProgram) {
  for (const char* text :
       {"[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried"
        " to allocate 4398046511104 bytes. Error code 12 (Cannot allocate memory)\nframe #0",
        "[enforce fail at alloc_cpu.cpp:80] data. DefaultCPUAllocator: not enough memory: you "
        "tried",
        "CUDA out of memory. Tried to allocate 20.00 GiB (GPU 0; 9.78 GiB total capacity)"}) {
    const Outcome outcome = throwing([text] { throw std::runtime_error(text); });
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err.rfind("error: out of memory (use a smaller model", 0), 0u) << outcome.err;
    EXPECT_EQ(outcome.err.find("fault"), std::string::npos) << outcome.err;
  }
}

TEST(RunProgram, VerboseShowsAnInternalErrorWhole) {
  const Outcome outcome = run({"-v"}, [](CommandLine& line) -> ExitCode {
    line.parse();
    throw std::runtime_error("first line\nframe #0");
  });
  EXPECT_NE(outcome.err.find("frame #0"), std::string::npos);
}

TEST(RunProgram, TheLogGoesToStandardErrorAtTheAskedLevel) {
  const Body body = [](CommandLine& line) {
    line.parse();
    spdlog::debug("a detail");
    spdlog::info("news");
    spdlog::warn("beware");
    return ExitCode::kDone;
  };
  const auto seen = [](const Outcome& outcome) {
    std::string words;
    for (const char* word : {"a detail", "news", "beware"}) {
      if (outcome.err.find(word) != std::string::npos) words += std::string(word) + ";";
    }
    return words;
  };
  EXPECT_EQ(seen(run({"--quiet"}, body)), "beware;");
  EXPECT_EQ(seen(run({}, body)), "news;beware;");
  EXPECT_EQ(seen(run({"-v"}, body)), "a detail;news;beware;");
  const Outcome plain = run({}, body);
  EXPECT_EQ(plain.out, "");
  EXPECT_EQ(plain.err.find('\x1b'), std::string::npos);  // no colour into a file
}

class LoadConfig : public testing::Test {
 protected:
  // Runs a program with a data section and no config file.
  Outcome load(const std::vector<const char*>& arguments) {
    return run(arguments, [&](CommandLine& line) {
      ConfigBinder binder;
      binder.bind("data", data);
      line.parse();
      went_on = line.load_config(binder, "");
      return ExitCode::kDone;
    });
  }

  DisambiguationOptions data;
  bool went_on = false;
};

TEST_F(LoadConfig, AppliesOverridesAndGoesOn) {
  EXPECT_EQ(load({"--data.k", "7"}).out, "");
  EXPECT_TRUE(went_on);
  EXPECT_EQ(data.k, 7);
}

TEST_F(LoadConfig, PrintConfigShowsValuesWithTheirOriginAndStops) {
  const Outcome outcome = load({"data.k=7", "--print-config"});
  EXPECT_FALSE(went_on);
  EXPECT_EQ(outcome.code, 0);
  const std::string line = "  k: 7";
  const std::size_t at = outcome.out.find(line);
  ASSERT_NE(at, std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("# command line", at), std::string::npos);
}

TEST_F(LoadConfig, HelpConfigExplainsEveryKeyAndStops) {
  const Outcome outcome = load({"--help-config"});
  EXPECT_FALSE(went_on);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("data.n_unique_b = 1000\n"), std::string::npos);
}

TEST_F(LoadConfig, HelpConfigExplainsTheKeysOfAPrefix) {
  const Outcome some = load({"--help-config", "data.k"});
  EXPECT_EQ(some.out.rfind("data.k = 10\n", 0), 0u) << some.out;
  EXPECT_EQ(some.out.find("data.n_unique_b ="), std::string::npos) << some.out;
  const Outcome none = load({"--help-config", "dat.k"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("did you mean data.k"), std::string::npos) << none.err;
}

TEST_F(LoadConfig, AnUnknownKeyIsABadCommandLine) {
  const Outcome outcome = load({"data.kk=7"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(
      outcome.err.rfind("error: override data.kk=7: unknown key data.kk (did you mean data.k", 0),
      0u)
      << outcome.err;
}

TEST(Version, BeginsWithTheReleaseAndEndsWithTheCommitWhereKnown) {
  EXPECT_EQ(version().rfind("0.", 0), 0u);
  const std::string commit = git_commit();
  EXPECT_EQ(version().find('+') == std::string::npos, commit.empty());
  EXPECT_EQ(commit.find_first_not_of("0123456789abcdef"), std::string::npos) << commit;
}

}  // namespace
}  // namespace kairo
