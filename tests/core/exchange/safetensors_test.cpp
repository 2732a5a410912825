#include "core/exchange/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/core/exchange/raw_safetensors.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

class Safetensors : public testing::Test {
 protected:
  std::vector<float> floats_of(const std::string& bytes) const {
    write_file_atomically(path_, bytes);
    return SafetensorsReader(path_).floats("a");
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.file("x.safetensors");
};

TEST_F(Safetensors, Float32IsReadAsItStands) {
  const std::vector<float> values = {1.0F, -2.5F, 1e-40F};
  EXPECT_EQ(floats_of(one_tensor("F32", "[3]", bytes_of(values))), values);
}

TEST_F(Safetensors, Float16IsSignExponentFraction) {
  const std::vector<uint16_t> bits = {0x3C00, 0xC000, 0x3555, 0x7BFF, 0x0400, 0x03FF, 0x0001, 0};
  const std::vector<float> expected = {1.0F,
                                       -2.0F,
                                       (1.0F + 341.0F / 1024.0F) / 4.0F,
                                       65504.0F,
                                       std::ldexp(1.0F, -14),
                                       std::ldexp(1023.0F, -24),
                                       std::ldexp(1.0F, -24),
                                       0.0F};
  EXPECT_EQ(floats_of(one_tensor("F16", "[8]", bytes_of(bits))), expected);
}

TEST_F(Safetensors, Float16HasInfinitiesNansAndAMinusZero) {
  const std::vector<float> values =
      floats_of(one_tensor("F16", "[4]", bytes_of<uint16_t>({0x7C00, 0xFC00, 0x7E00, 0x8000})));
  EXPECT_EQ(values[0], INFINITY);
  EXPECT_EQ(values[1], -INFINITY);
  EXPECT_TRUE(std::isnan(values[2]));
  EXPECT_TRUE(values[3] == 0 && std::signbit(values[3]));
}

TEST_F(Safetensors, BFloat16IsTheUpperHalfOfAFloat32) {
  const std::vector<uint16_t> bits = {0x3F80, 0xC049, 0x0001};
  const std::vector<float> expected = {1.0F, -(2.0F + 1.0F + 18.0F / 128.0F),
                                       std::ldexp(1.0F, -133)};
  EXPECT_EQ(floats_of(one_tensor("BF16", "[3,1]", bytes_of(bits))), expected);
}

TEST_F(Safetensors, Float64IsRounded) {
  const std::vector<float> expected = {0.1F, -3.0F};
  EXPECT_EQ(floats_of(one_tensor("F64", "[2]", bytes_of<double>({0.1, -3.0}))), expected);
}

TEST_F(Safetensors, ATensorOfSeveralChunksIsConvertedWhole) {
  constexpr int kSize = (1 << 17) + 3;
  std::vector<double> stored;
  for (int i = 0; i < kSize; ++i) stored.push_back(i);
  const std::vector<float> values =
      floats_of(one_tensor("F64", "[" + std::to_string(kSize) + "]", bytes_of(stored)));
  EXPECT_EQ(values, std::vector<float>(stored.begin(), stored.end()));
}

TEST_F(Safetensors, OtherDtypesAreThereButNotAsFloats) {
  write_file_atomically(path_, one_tensor("I64", "[1]", std::string(8, '\1')));
  SafetensorsReader reader(path_);
  EXPECT_EQ(reader.entries().at(0).dtype, "I64");
  const std::string text = error_of(ErrorKind::kCorrupt, [&] { reader.floats("a"); });
  EXPECT_TRUE(contains(text, "\"a\"") && contains(text, "I64")) << text;
  error_of(ErrorKind::kNotFound, [&] { reader.floats("b"); });
}

TEST_F(Safetensors, WhatIsWrittenIsRead) {
  const std::vector<NamedArray> arrays = {
      {"b", {2, 2}, {1, 2, 3, 4}}, {"a \"ü\"", {}, {5}}, {"none", {0, 3}, {}}};
  const std::map<std::string, std::string> metadata = {{"step", "7"}, {"model", R"({"a":"b"})"}};
  write_safetensors(path_, arrays, metadata);
  SafetensorsReader reader(path_);
  EXPECT_EQ(reader.metadata(), metadata);
  EXPECT_EQ(reader.entries().size(), arrays.size());
  for (const NamedArray& array : arrays) {
    ASSERT_NE(reader.find(array.name), nullptr) << array.name;
    EXPECT_EQ(reader.find(array.name)->shape, array.shape);
    EXPECT_EQ(reader.find(array.name)->dtype, "F32");
    EXPECT_EQ(reader.floats(array.name), array.values);
  }
}

TEST_F(Safetensors, TheWrittenDataBeginsAtAMultipleOfEight) {
  for (const std::string name : {"a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaa", "aaaaaaa"}) {
    write_safetensors(path_, {{name, {1}, {1}}}, {});
    EXPECT_EQ((read_file(path_).size() - sizeof(float)) % 8, 0U) << name;
    EXPECT_EQ(SafetensorsReader(path_).floats(name), std::vector<float>{1});
  }
}

TEST_F(Safetensors, WhatCannotBeReadAgainIsNotWritten) {
  error_of(ErrorKind::kShape, [&] { write_safetensors(path_, {{"a", {2}, {1}}}, {}); });
  error_of(ErrorKind::kShape, [&] { write_safetensors(path_, {{"a", {-1, -1}, {1}}}, {}); });
  error_of(ErrorKind::kShape, [&] {
    write_safetensors(path_, {{"a", {1}, {1}}, {"a", {1}, {1}}}, {});
  });
  error_of(ErrorKind::kShape, [&] { write_safetensors(path_, {{"__metadata__", {1}, {1}}}, {}); });
  error_of(ErrorKind::kShape, [&] { write_safetensors(path_, {{"\xff", {1}, {1}}}, {}); });
  EXPECT_EQ(folder_.entries(), 0);
}

TEST_F(Safetensors, AFileThatCannotBeOpenedSaysWhy) {
  error_of(ErrorKind::kNotFound, [&] { SafetensorsReader reader(path_); });
  error_of(ErrorKind::kCorrupt, [&] { SafetensorsReader reader(folder_.path()); });
}

}  // namespace
}  // namespace kairo
