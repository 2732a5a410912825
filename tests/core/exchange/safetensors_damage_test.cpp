// Damaged and hostile safetensors files: each is one clear error, and no size is believed before it
// is checked.
#include <gtest/gtest.h>

#include "core/exchange/safetensors.h"
#include "tests/core/exchange/raw_safetensors.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

class SafetensorsDamage : public testing::Test {
 protected:
  std::string refused(const std::string& bytes) const {
    write_file_atomically(path_, bytes);
    return error_of(ErrorKind::kCorrupt, [&] { SafetensorsReader reader(path_); });
  }
  // True where the file is refused; where it is not, its tensors hold what its shapes say.
  bool is_refused_or_whole(const std::string& bytes) const {
    write_file_atomically(path_, bytes);
    try {
      SafetensorsReader reader(path_);
      for (const SafetensorsEntry& entry : reader.entries()) {
        const auto size = reader.floats(entry.name).size() * sizeof(float);
        EXPECT_EQ(safetensors_bytes("F32", entry.shape), static_cast<int64_t>(size));
      }
      return false;
    } catch (const Error&) {
      return true;
    }
  }
  std::string small_file() const {
    write_safetensors(path_, {{"w", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"b", {2}, {7, 8}}},
                      {{"format", "pt"}});
    return read_file(path_);
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.file("x.safetensors");
};

TEST_F(SafetensorsDamage, EveryTruncationIsRefused) {
  const std::string whole = small_file();
  for (std::size_t size = 0; size < whole.size(); ++size) refused(whole.substr(0, size));
}

TEST_F(SafetensorsDamage, AByteTooManyIsRefused) { refused(small_file() + "x"); }

TEST_F(SafetensorsDamage, EveryFlippedHeaderBitIsRefusedOrHarmless) {
  const std::string whole = small_file();
  const std::size_t header = whole.size() - 8 * sizeof(float);
  int n_refused = 0;
  for (std::size_t i = 0; i < header; ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      n_refused += is_refused_or_whole(flipped) ? 1 : 0;
    }
  }
  // The rest stand in names, metadata and padding, where many letters are as good as another.
  EXPECT_GT(n_refused, static_cast<int>(header) * 8 / 2);
}

TEST_F(SafetensorsDamage, ClaimsBeyondTheFileAreRefusedUnallocated) {
  const std::string data(8, '\0');
  refused(one_tensor("F32", "[1152921504606846976]", data));    // 2^60
  refused(one_tensor("F32", "[4611686018427387904,4]", data));  // 2^64 elements
  refused(one_tensor("F32", "[18446744073709551615]", data));   // 2^64 - 1
  refused(one_tensor("F32", "[1e2]", data));
  refused(one_tensor("F32", "[-2]", data));
  refused(raw_safetensors(
      R"({"a":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4611686018427387904]}})",
      data));
  refused(length_prefix(uint64_t{1} << 60) + "{}");
  refused(length_prefix(~uint64_t{0}) + "{}");
}

TEST_F(SafetensorsDamage, AHeaderBeyondTheCapIsRefusedThoughTheFileHasIt) {
  write_file_atomically(path_, length_prefix(kMostSafetensorsHeaderBytes + 1) + "{}");
  std::filesystem::resize_file(path_, kMostSafetensorsHeaderBytes + 100);  // sparse
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { SafetensorsReader reader(path_); });
  EXPECT_TRUE(contains(text, "100000000")) << text;
}

TEST_F(SafetensorsDamage, AnEmptyTensorBesideHugeSizesIsNoOverflow) {
  EXPECT_FALSE(
      is_refused_or_whole(one_tensor("F32", "[4611686018427387904,4611686018427387904,0]", "")));
}

TEST_F(SafetensorsDamage, HolesOverlapsAndDisorderAreRefusedByTensor) {
  const auto two = [](const std::string& a, const std::string& b) {
    return raw_safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + a +
                               R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + b + "}}",
                           std::string(8, '\0'));
  };
  EXPECT_FALSE(is_refused_or_whole(two("[4,8]", "[0,4]")));
  EXPECT_TRUE(contains(refused(two("[0,4]", "[0,4]")), "\"b\""));
  EXPECT_TRUE(contains(refused(two("[0,4]", "[2,6]")), "\"b\""));
  EXPECT_TRUE(contains(refused(two("[0,4]", "[8,12]")), "\"b\""));
  EXPECT_TRUE(contains(refused(two("[4,8]", "[4,8]")), "\"a\""));
  EXPECT_TRUE(contains(refused(two("[4,0]", "[4,8]")), "\"a\""));
  EXPECT_TRUE(contains(refused(two("[0,4,4]", "[4,8]")), "\"a\""));
}

TEST_F(SafetensorsDamage, ANameThatStandsTwiceIsRefused) {
  const std::string tensor = R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const std::string text =
      refused(raw_safetensors("{" + tensor + "," + tensor + "}", std::string(4, '\0')));
  EXPECT_TRUE(contains(text, "twice")) << text;
  refused(raw_safetensors(R"({"__metadata__":{"k":"1","k":"2"}})", ""));
}

TEST_F(SafetensorsDamage, WhatIsNoHeaderIsRefused) {
  for (const std::string header :
       {"", "[]", "7", "{", "{}}", " {}", "{\"a\":1}", "{\"a\":{}}", R"({"__metadata__":1})",
        R"({"__metadata__":{"a":1}})", R"({"a":{"dtype":7,"shape":[],"data_offsets":[0,0]}})",
        R"({"a":{"dtype":"F33","shape":[0],"data_offsets":[0,0]}})",
        R"({"a":{"dtype":"F32","shape":0,"data_offsets":[0,0]}})",
        R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":1}})"}) {
    refused(raw_safetensors(header, ""));
  }
  refused(raw_safetensors("{\"\xff\":{}}", ""));
}

}  // namespace
}  // namespace kairo
