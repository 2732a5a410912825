#include "core/store/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/files/atomic_file.h"
#include "core/store/hdf5_file.h"
#include "tests/core/store/example_checkpoint.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {
namespace {

std::string hash_after(void (*change)(Checkpoint&)) {
  const TemporaryFolder folder;
  Checkpoint checkpoint = example_checkpoint();
  change(checkpoint);
  return write_checkpoint(folder.file("x.h5"), checkpoint);
}

TEST(Checkpoint, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  Checkpoint written = example_checkpoint();
  const std::string hash = write_checkpoint(folder.file("x.h5"), written);
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(written.content_hash, hash);
  EXPECT_TRUE(equal(read_checkpoint(folder.file("x.h5"), CheckpointPart::kEverything), written));
}

TEST(Checkpoint, TheModelAloneCanBeRead) {
  const TemporaryFolder folder;
  Checkpoint written = example_checkpoint();
  write_checkpoint(folder.file("x.h5"), written);
  const Checkpoint model = read_checkpoint(folder.file("x.h5"), CheckpointPart::kModelOnly);
  EXPECT_TRUE(equal(model.parameters, written.parameters));
  EXPECT_EQ(model.content_hash, written.content_hash);
  EXPECT_FALSE(model.has_optimizer || model.has_training);
  EXPECT_TRUE(model.optimizer.states.empty() && model.training.integers.empty());
}

TEST(Checkpoint, StateMayBeAbsent) {
  const TemporaryFolder folder;
  Checkpoint written = example_checkpoint();
  written.has_optimizer = false;
  written.optimizer = {};
  written.has_training = false;
  written.training = {};
  written.config_yaml = "";
  write_checkpoint(folder.file("x.h5"), written);
  EXPECT_TRUE(equal(read_checkpoint(folder.file("x.h5"), CheckpointPart::kEverything), written));
}

TEST(Checkpoint, EqualContentGivesEqualBytesWhateverTheOrderOfParameters) {
  const TemporaryFolder folder;
  Checkpoint one = example_checkpoint();
  Checkpoint other = example_checkpoint();
  std::reverse(other.parameters.begin(), other.parameters.end());
  EXPECT_EQ(write_checkpoint(folder.file("a.h5"), one),
            write_checkpoint(folder.file("b.h5"), other));
  EXPECT_EQ(read_file(folder.file("a.h5")), read_file(folder.file("b.h5")));
}

TEST(Checkpoint, TheContentHashSeesEveryPart) {
  const std::string plain = hash_after([](Checkpoint&) {});
  EXPECT_EQ(hash_after([](Checkpoint& c) { c.experiment = "other"; }), plain);
  EXPECT_EQ(hash_after([](Checkpoint& c) { c.version = "9"; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.step = 201; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.model_json = "{}"; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.parameters[0].values[3] += 1e-6f; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.parameters[0].name = "blocks.0.attn.W_K"; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.parameters[0].shape = {3, 2, 4}; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.optimizer.step = 1; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.optimizer.states["exp_avg"][0].values[0] = 9; }),
            plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.training.integers["order"] = {3, 2, 1}; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.training.reals["running_loss"][0] = 0; }), plain);
  EXPECT_NE(hash_after([](Checkpoint& c) { c.has_training = false; }), plain);
}

TEST(Checkpoint, FilesOfAnotherProgramWithTheModelAloneAreRead) {
  for (const char* name : {"gelu_ln_small", "attn_only", "relu_lnpre"}) {
    const std::string path = source_dir() + "/tests/golden/" + name + ".checkpoint.h5";
    const Checkpoint golden = read_checkpoint(path, CheckpointPart::kModelOnly);
    EXPECT_EQ(golden.step, 0);
    EXPECT_EQ(golden.content_hash.size(), 64u);
    EXPECT_TRUE(contains(golden.model_json, "\"d_model\""));
    const auto embed = std::find_if(golden.parameters.begin(), golden.parameters.end(),
                                    [](const NamedArray& a) { return a.name == "embed.W_E"; });
    ASSERT_NE(embed, golden.parameters.end()) << name;
    EXPECT_EQ(embed->shape.size(), 2u);
    EXPECT_EQ(embed->values.size(), static_cast<std::size_t>(embed->shape[0] * embed->shape[1]));
  }
}

TEST(Checkpoint, ShapesMustFitTheValues) {
  const TemporaryFolder folder;
  Checkpoint wrong = example_checkpoint();
  wrong.parameters[0].shape = {2, 3};
  const std::string text =
      error_of(ErrorKind::kShape, [&] { write_checkpoint(folder.file("x.h5"), wrong); });
  EXPECT_TRUE(contains(text, "blocks.0.attn.W_Q")) << text;
  Checkpoint nested = example_checkpoint();
  nested.parameters[0].name = "blocks/0";
  error_of(ErrorKind::kShape, [&] { write_checkpoint(folder.file("x.h5"), nested); });
  EXPECT_EQ(folder.entries(), 0);
}

// No reader takes such a file.
TEST(Checkpoint, IsNotWrittenUnderAnotherStepsName) {
  const TemporaryFolder folder;
  Checkpoint checkpoint = example_checkpoint();
  checkpoint.step = 400;
  const std::string text = error_of(
      ErrorKind::kUsage, [&] { write_checkpoint(folder.file("step_00000600.h5"), checkpoint); });
  EXPECT_TRUE(contains(text, "step_00000400.h5")) << text;
  EXPECT_EQ(folder.entries(), 0);
  write_checkpoint(folder.file("step_00000400.h5"), checkpoint);
  EXPECT_EQ(folder.entries(), 1);
}

TEST(Checkpoint, ANanOrInfiniteWeightIsNamed) {
  const TemporaryFolder folder;
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Checkpoint bad = example_checkpoint();
    bad.parameters[1].values[2] = value;
    write_checkpoint(folder.file("x.h5"), bad);
    const std::string text = error_of(ErrorKind::kCorrupt, [&] {
      read_checkpoint(folder.file("x.h5"), CheckpointPart::kModelOnly);
    });
    EXPECT_TRUE(contains(text, folder.file("x.h5")) && contains(text, "/model/embed.W_E")) << text;
  }
}

// Writes a checkpoint's outline with the given version and step, without a digest.
void write_outline(const std::string& path, int64_t version, int64_t step,
                   const std::string& hash) {
  const float values[] = {1, 2};
  Hdf5Writer writer;
  writer.format("kairoscope-checkpoint", version);
  writer.attribute("/", "step", step);
  if (!hash.empty()) writer.attribute("/", "content_hash", hash);
  writer.array("/model/w", {2}, values);
  writer.attribute("/model", "config", std::string("{}"));
  writer.write(path, false);
}

TEST(Checkpoint, ANewerFormatSaysWhichVersionIsRead) {
  const TemporaryFolder folder;
  write_outline(folder.file("x.h5"), 1, 0, "");
  read_checkpoint(folder.file("x.h5"), CheckpointPart::kEverything);
  write_outline(folder.file("x.h5"), 2, 0, "");
  const std::string text = error_of(ErrorKind::kCorrupt, [&] {
    read_checkpoint(folder.file("x.h5"), CheckpointPart::kModelOnly);
  });
  EXPECT_TRUE(contains(text, "up to 1") && contains(text, "version 2")) << text;
}

TEST(Checkpoint, WithoutADigestTheContentHashIsCheckedInstead) {
  const TemporaryFolder folder;
  write_outline(folder.file("x.h5"), 1, 0, std::string(64, 'a'));
  for (CheckpointPart part : {CheckpointPart::kModelOnly, CheckpointPart::kEverything}) {
    error_of(ErrorKind::kCorrupt, [&] { read_checkpoint(folder.file("x.h5"), part); });
  }
}

TEST(Checkpoint, ANegativeStepIsRefused) {
  const TemporaryFolder folder;
  write_outline(folder.file("x.h5"), 1, -1, "");
  error_of(ErrorKind::kCorrupt,
           [&] { read_checkpoint(folder.file("x.h5"), CheckpointPart::kModelOnly); });
}

TEST(Checkpoint, OtherFilesOfOursAreToldApart) {
  const TemporaryFolder folder;
  Hdf5Writer writer;
  writer.format("kairoscope-dataset", 1);
  writer.write(folder.file("x.h5"), true);
  const std::string text = error_of(ErrorKind::kCorrupt, [&] {
    read_checkpoint(folder.file("x.h5"), CheckpointPart::kModelOnly);
  });
  EXPECT_TRUE(contains(text, "kairoscope-checkpoint")) << text;
  error_of(ErrorKind::kNotFound,
           [&] { read_checkpoint(folder.file("nowhere.h5"), CheckpointPart::kModelOnly); });
}

}  // namespace
}  // namespace kairo
