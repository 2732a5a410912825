// A folder of its own for each test, current while the test runs; and options with a field of every
// kind.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/config/config_file.h"

namespace kairo {

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() : before_(std::filesystem::current_path()) {
    std::string name = testing::TempDir() + "kairo_config_XXXXXX";
    folder_ = mkdtemp(&name[0]);
    std::filesystem::current_path(folder_);
  }
  ~ConfigTest() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  static void write(const std::string& file, const std::string& text) {
    const std::filesystem::path path(file);
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  // The message of the Error of `kind` that `act` throws.
  template <typename Act>
  static std::string message_of(ErrorKind kind, Act act) {
    try {
      act();
    } catch (const Error& error) {
      EXPECT_STREQ(name_of(error.kind()), name_of(kind)) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path folder_;
};

enum class Colour { kRed, kBlue, kNone };

struct AllKinds : Options {
  int64_t count = 3;
  double rate = 0.25;
  bool on = false;
  std::string title = "plain";
  Colour colour = Colour::kRed;
  std::vector<int64_t> steps = {1, 2};
  std::vector<double> scales;
  std::vector<std::string> names = {"a"};

  std::vector<Field> fields() override {
    static const Names<Colour> kColours = {
        {Colour::kRed, "red"}, {Colour::kBlue, "blue"}, {Colour::kNone, "none"}};
    return {
        {"count", count, {1, 100}, "How many."},
        {"rate", rate, {0, 1}, "How fast."},
        {"on", on, "Whether at all."},
        {"title", title, {}, "What it is called."},
        {"colour", colour, kColours, "What it looks like."},
        {"steps", steps, {0, 1000}, "When."},
        {"scales", scales, {}, "How large."},
        {"names", names, {"a", "b", "c"}, "Which."},
    };
  }
};

// As probes have them: keys of the section itself, and a section inside.
struct Shared : Options {
  int64_t n_examples = 256;
  std::vector<Field> fields() override { return {{"n_examples", n_examples, {1, 1000}, "n."}}; }
};

}  // namespace kairo
