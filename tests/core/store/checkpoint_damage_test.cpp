// Whatever happens to the bytes of a checkpoint, a reader either says that the file is damaged or
// gets the content that was written.
#include <gtest/gtest.h>

#include <optional>

#include "core/files/atomic_file.h"
#include "tests/core/store/damage.h"
#include "tests/core/store/example_checkpoint.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {
namespace {

class DamagedCheckpoint : public testing::Test {
 protected:
  void SetUp() override {
    written_ = example_checkpoint();
    write_checkpoint(path(), written_);
    bytes_ = read_file(path());
  }

  std::string path() const { return folder_.file("x.h5"); }

  // What is read of `bytes`, or nothing where they are refused as corrupt.
  std::optional<Checkpoint> read(const std::string& bytes) const {
    put_bytes(path(), bytes);
    try {
      return read_checkpoint(path(), CheckpointPart::kEverything);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << error.what();
      EXPECT_TRUE(contains(error.what(), path())) << error.what();
      return std::nullopt;
    }
  }
  // The same experiment's checkpoint of another step.
  std::string bytes_of_another_step() const {
    Checkpoint other = example_checkpoint();
    other.step = 400;
    other.parameters[1].values[2] += 1;
    write_checkpoint(folder_.file("other.h5"), other);
    return read_file(folder_.file("other.h5"));
  }

  TemporaryFolder folder_;
  Checkpoint written_;
  std::string bytes_;
};

TEST_F(DamagedCheckpoint, AFlippedBitIsSeenOrHarmless) {
  const std::size_t positions = 300;
  for (std::size_t i = 0; i < positions; ++i) {
    // The user block is taken byte by byte up to its padding, the rest at equal distances.
    const std::size_t at = i < 80 ? i : 80 + (i - 80) * (bytes_.size() - 80) / (positions - 80);
    std::string damaged = bytes_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (i % 8)));
    const std::optional<Checkpoint> came = read(damaged);
    EXPECT_TRUE(!came || equal(*came, written_)) << "bit " << i % 8 << " of byte " << at;
    if (at >= 512) {
      EXPECT_FALSE(came) << "the digest covers byte " << at;
    }
  }
}

TEST_F(DamagedCheckpoint, ACutFileIsRefused) {
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{100}, std::size_t{511},
        std::size_t{512}, std::size_t{600}, bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_FALSE(read(bytes_.substr(0, size))) << size;
  }
  EXPECT_FALSE(read(bytes_ + "x"));
  EXPECT_TRUE(read(bytes_));
}

TEST_F(DamagedCheckpoint, FilesOfAnotherKindAreRefused) {
  EXPECT_FALSE(read("step,loss\n0,3.6\n"));
  EXPECT_FALSE(read(std::string(2000, '\0')));
  std::string swapped = bytes_;
  swapped.replace(0, 7, "KAIRO2\n");
  EXPECT_FALSE(read(swapped));
  swapped = bytes_;
  std::swap(swapped[513], swapped[514]);  // within HDF5's own signature
  EXPECT_FALSE(read(swapped));
}

TEST_F(DamagedCheckpoint, WithoutItsDigestTheHashOfTheContentStillGuardsIt) {
  std::string plain = bytes_;
  plain.replace(0, 512, std::string(512, '\0'));
  const std::optional<Checkpoint> whole = read(plain);
  ASSERT_TRUE(whole);
  EXPECT_TRUE(equal(*whole, written_));
  // -1.0f, the first value of W_Q, as it stands in the file.
  const std::size_t weight = plain.find(std::string("\0\0\x80\xbf\0\0\x40\xbf", 8));
  ASSERT_NE(weight, std::string::npos);
  plain[weight] = 1;
  EXPECT_FALSE(read(plain));
}

TEST_F(DamagedCheckpoint, NoRegionCanBeHarmedUnseen) {
  const std::string other = bytes_of_another_step();
  for (const Damage& damage : damages(bytes_, other, 60)) {
    const std::optional<Checkpoint> came = read(damage.bytes);
    EXPECT_TRUE(!came || equal(*came, written_)) << damage.what;
  }
}

// Where no digest can tell, HDF5 meets the damage: in a child process.
TEST_F(DamagedCheckpoint, NoRegionCanBeHarmedUnseenWithoutADigest) {
  const std::string other = without_digest(bytes_of_another_step());
  for (const Damage& damage : damages(without_digest(bytes_), other, 25)) {
    const std::optional<Checkpoint> came = read(damage.bytes);
    if (!came) continue;
    // The hash is over what resuming and probing read; texts for people beside it are not.
    EXPECT_EQ(came->content_hash, written_.content_hash) << damage.what;
    EXPECT_TRUE(equal(came->parameters, written_.parameters)) << damage.what;
    EXPECT_EQ(came->step, written_.step) << damage.what;
  }
}

TEST_F(DamagedCheckpoint, AnotherProgramsFileIsReadOrRefusedWhateverHappensToIt) {
  const std::string golden = read_file(source_dir() + "/tests/golden/attn_only.checkpoint.h5");
  for (const Damage& damage : damages(golden, bytes_, 20)) read(damage.bytes);
}

TEST_F(DamagedCheckpoint, AnotherStepsFileIsToldByItsName) {
  const std::string wrong = folder_.file("step_00000400.h5");
  put_bytes(wrong, bytes_);
  for (const CheckpointPart part : {CheckpointPart::kModelOnly, CheckpointPart::kEverything}) {
    const std::string text = error_of(ErrorKind::kCorrupt, [&] { read_checkpoint(wrong, part); });
    EXPECT_TRUE(contains(text, wrong) && contains(text, "200")) << text;
  }
  put_bytes(folder_.file("step_00000200.h5"), bytes_);
  EXPECT_TRUE(equal(read_checkpoint(folder_.file("step_00000200.h5"), CheckpointPart::kEverything),
                    written_));
}

}  // namespace
}  // namespace kairo
