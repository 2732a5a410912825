// The programs import_weights and export_weights: a round trip, and what goes wrong.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/exchange/hugging_face.h"
#include "core/exchange/safetensors.h"
#include "core/exchange/transformerlens_words.h"
#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

class Exchange : public testing::Test {
 protected:
  ProgramEnd import(const std::string& more = "") const {
    return runner_.run("import_weights",
                       "--from " + golden_ + " --output '" + checkpoint_ + "' " + more);
  }
  ProgramEnd export_to(const std::string& output, const std::string& more = "") const {
    return runner_.run("export_weights",
                       "--checkpoint '" + checkpoint_ + "' --output '" + output + "' " + more);
  }
  void expect_one_line(const ProgramEnd& end, int code, const std::string& words) const {
    EXPECT_EQ(end.code, code) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_NE(end.err.find(words), std::string::npos) << end.err;
  }

  ProgramRunner runner_;
  const std::string golden_ = "tests/golden/hf_neox";
  const std::string checkpoint_ = runner_.folder() + "/model.h5";
  const std::string exported_ = runner_.folder() + "/model.safetensors";
};

TEST_F(Exchange, WhatIsImportedIsExportedValueForValue) {
  const ProgramEnd end = import("--step 7");
  ASSERT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("\"parallel_attn_mlp\":true"), std::string::npos) << end.out;
  ASSERT_EQ(export_to(exported_).code, 0);

  const Checkpoint expected = read_hugging_face(source_dir() + "/" + golden_);
  SafetensorsReader got(exported_);
  EXPECT_EQ(got.entries().size(), expected.parameters.size());
  std::size_t count = 0;
  for (const NamedArray& array : expected.parameters) {
    ASSERT_NE(got.find(array.name), nullptr) << array.name;
    EXPECT_EQ(got.find(array.name)->shape, array.shape) << array.name;
    EXPECT_EQ(got.floats(array.name), array.values) << array.name;
    count += array.values.size();
  }
  EXPECT_NE(end.out.find(" " + std::to_string(count) + " in "), std::string::npos) << end.out;
  EXPECT_EQ(got.metadata().at("model_config"),
            transformerlens_words(expected.model_json, "golden"));
  EXPECT_EQ(got.metadata().at("step"), "7");
  const Checkpoint checkpoint = read_checkpoint(checkpoint_, CheckpointPart::kEverything);
  EXPECT_EQ(checkpoint.step, 7);
  EXPECT_EQ(got.metadata().at("content_hash"), checkpoint.content_hash);
}

TEST_F(Exchange, AnExistingFileIsKeptUnlessSaidOtherwise) {
  write_file_atomically(checkpoint_, "mine");
  expect_one_line(import(), 2, "--overwrite");
  EXPECT_EQ(read_file(checkpoint_), "mine");
  ASSERT_EQ(import("--overwrite").code, 0);
  write_file_atomically(exported_, "mine");
  expect_one_line(export_to(exported_), 2, "--overwrite");
  EXPECT_EQ(read_file(exported_), "mine");
  EXPECT_EQ(export_to(exported_, "--overwrite").code, 0);
}

// Was written as step 0, which every reader refused under that name.
TEST_F(Exchange, TheStepIsThatOfTheOutputsName) {
  const auto import_to = [&](const std::string& name, const std::string& more) {
    return runner_.run("import_weights", "--from " + golden_ + " --output '" + runner_.folder() +
                                             "/" + name + "' " + more);
  };
  const auto step = [&](const std::string& name) {
    return read_checkpoint(runner_.folder() + "/" + name, CheckpointPart::kModelOnly).step;
  };
  ASSERT_EQ(import_to("step_00000400.h5", "").code, 0);
  EXPECT_EQ(step("step_00000400.h5"), 400);
  ASSERT_EQ(import_to("step_00000600.h5", "--step 600").code, 0);
  EXPECT_EQ(step("step_00000600.h5"), 600);
  ASSERT_EQ(import_to("step_7.h5", "").code, 0);  // not a checkpoint's name
  EXPECT_EQ(step("step_7.h5"), 0);
  expect_one_line(import_to("step_00000800.h5", "--step 0"), 2, "step_00000800.h5");
  EXPECT_FALSE(fs::exists(runner_.folder() + "/step_00000800.h5"));
}

TEST_F(Exchange, WrongFlagsAreNamed) {
  expect_one_line(runner_.run("import_weights", "--from " + golden_), 2, "--output");
  expect_one_line(import("--stepp 3"), 2, "--step");
  expect_one_line(import("--step -3"), 2, "--step");
  expect_one_line(runner_.run("export_weights", "--output x.safetensors"), 2, "--checkpoint");
  EXPECT_FALSE(fs::exists(checkpoint_));
}

TEST_F(Exchange, MissingInputIsNamedAndNothingIsWritten) {
  expect_one_line(
      runner_.run("import_weights", "--from no_such_folder --output '" + checkpoint_ + "'"), 3,
      "no_such_folder");
  expect_one_line(runner_.run("import_weights", "--from configs --output '" + checkpoint_ + "'"), 3,
                  "config.json");
  // Said "no such folder" of a file that is there.
  expect_one_line(runner_.run("import_weights",
                              "--from " + golden_ + "/config.json --output '" + checkpoint_ + "'"),
                  2, "name the folder: tests/golden/hf_neox)");
  expect_one_line(export_to(exported_), 3, "model.h5");
  EXPECT_FALSE(fs::exists(checkpoint_) || fs::exists(exported_));
}

}  // namespace
}  // namespace kairo
