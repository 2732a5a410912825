#include "core/store/hdf5_file.h"

#include <H5Cpp.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <numeric>
#include <thread>

#include "core/files/atomic_file.h"
#include "core/store/digest_block.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

const std::vector<float> kFloats = {1.5f, -2.0f, 0.1f, std::numeric_limits<float>::infinity(),
                                    0,    1};
const std::vector<double> kDoubles = {0.1, std::numeric_limits<double>::min()};
const std::vector<int64_t> kIntegers = {std::numeric_limits<int64_t>::min(), 0,
                                        std::numeric_limits<int64_t>::max()};
const std::vector<int8_t> kBytes = {-128, 127};

void write_example(const std::string& path, bool with_digest) {
  Hdf5Writer writer;
  writer.array("/deep/in/floats", {2, 3}, kFloats.data());
  writer.array("/doubles", {2}, kDoubles.data());
  writer.array("/integers", {3}, kIntegers.data());
  writer.array("/bytes", {2}, kBytes.data());
  writer.array("/empty", {0, 4}, kFloats.data());
  writer.array("/scalar", {}, kFloats.data());
  writer.text("/text", "one λ two\nlines");
  writer.texts("/texts", {"a", "", "ccc"});
  writer.texts("/no_texts", {});
  writer.texts("/text_table", {2, 1}, {"a", "b"});
  writer.attribute("/", "name", std::string("value"));
  writer.attribute("/", "nothing", std::string());
  writer.attribute("/deep", "number", int64_t{-7});
  writer.attribute("/doubles", "real", 0.25);
  writer.array("/rows", {2}, kIntegers.data());
  writer.dimension_scale("/rows", "row");
  writer.attach_scale("/deep/in/floats", 0, "/rows");
  writer.dimension_label("/deep/in/floats", 0, "row");
  writer.write(path, with_digest);
}

TEST(Hdf5File, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  for (bool with_digest : {true, false}) {
    write_example(folder.file("x.h5"), with_digest);
    const Hdf5Reader reader(folder.file("x.h5"));
    EXPECT_EQ(reader.has_digest(), with_digest);
    EXPECT_EQ(reader.floats("/deep/in/floats"), kFloats);
    EXPECT_EQ(reader.shape("/deep/in/floats"), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(reader.doubles("/doubles"), kDoubles);
    EXPECT_EQ(reader.integers("/integers"), kIntegers);
    EXPECT_EQ(reader.integers("/bytes"), (std::vector<int64_t>{-128, 127}));
    EXPECT_TRUE(reader.floats("/empty").empty());
    EXPECT_EQ(reader.floats("/scalar"), std::vector<float>{1.5f});
    EXPECT_TRUE(reader.shape("/scalar").empty());
    EXPECT_EQ(reader.text("/text"), "one λ two\nlines");
    EXPECT_EQ(reader.texts("/texts"), (std::vector<std::string>{"a", "", "ccc"}));
    EXPECT_TRUE(reader.texts("/no_texts").empty());
    EXPECT_EQ(reader.texts("/text_table"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(reader.shape("/text_table"), (std::vector<int64_t>{2, 1}));
    EXPECT_EQ(reader.text_attribute("/", "name"), "value");
    EXPECT_EQ(reader.text_attribute("/", "nothing"), "");
    EXPECT_EQ(reader.integer_attribute("/deep", "number"), -7);
    EXPECT_EQ(reader.real_attribute("/doubles", "real"), 0.25);
    EXPECT_EQ(reader.dimension_labels("/deep/in/floats"), (std::vector<std::string>{"row", ""}));
  }
}

TEST(Hdf5File, KnowsWhatExists) {
  const TemporaryFolder folder;
  write_example(folder.file("x.h5"), true);
  const Hdf5Reader reader(folder.file("x.h5"));
  EXPECT_TRUE(reader.exists("/deep/in/floats"));
  EXPECT_TRUE(reader.is_group("/deep/in"));
  EXPECT_FALSE(reader.is_group("/deep/in/floats"));
  EXPECT_FALSE(reader.exists("/nowhere/in/floats"));
  EXPECT_FALSE(reader.has_attribute("/", "other"));
  EXPECT_EQ(reader.children("/deep"), std::vector<std::string>{"in"});
}

TEST(Hdf5File, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  write_example(folder.file("a.h5"), true);
  write_example(folder.file("c.h5"), false);
  write_example(folder.file("b.h5"), true);
  EXPECT_EQ(read_file(folder.file("a.h5")), read_file(folder.file("b.h5")));
}

TEST(Hdf5File, LargeArraysAreCompressedWhereAsked) {
  const TemporaryFolder folder;
  const std::vector<double> values(100000, 3.0);
  for (bool compress : {false, true}) {
    Hdf5Writer writer;
    if (compress) writer.compress_arrays_over(1000);
    writer.array("/x", {10, 10000}, values.data());
    writer.write(folder.file("x.h5"), true);
    EXPECT_EQ(read_file(folder.file("x.h5")).size() < values.size(), compress);
    EXPECT_EQ(Hdf5Reader(folder.file("x.h5")).doubles("/x"), values);
  }
}

TEST(Hdf5File, KindsAreNotMixedUp) {
  const TemporaryFolder folder;
  write_example(folder.file("x.h5"), true);
  const Hdf5Reader reader(folder.file("x.h5"));
  const auto refused = [&](auto function) {
    const std::string text = error_of(ErrorKind::kCorrupt, function);
    EXPECT_TRUE(contains(text, folder.file("x.h5"))) << text;
  };
  refused([&] { reader.integers("/doubles"); });
  refused([&] { reader.floats("/text"); });
  refused([&] { reader.text("/doubles"); });
  refused([&] { reader.text("/texts"); });
  refused([&] { reader.floats("/deep"); });
  refused([&] { reader.floats("/nowhere/at/all"); });
  refused([&] { reader.children("/doubles"); });
  refused([&] { reader.integer_attribute("/", "name"); });
  refused([&] { reader.text_attribute("/", "other"); });
  refused([&] { reader.text_attribute("/nowhere", "other"); });
}

TEST(Hdf5File, TheWriterRefusesWhatWouldNotRoundTrip) {
  Hdf5Writer writer;
  error_of(ErrorKind::kShape, [&] { writer.text("/x", std::string("a\0b", 3)); });
  error_of(ErrorKind::kShape, [&] { writer.array("/y", {-1}, kFloats.data()); });
  error_of(ErrorKind::kShape, [&] { writer.texts("/z", {2, 2}, {"a", "b", "c"}); });
  writer.array("/z", {2}, kFloats.data());
  error_of(ErrorKind::kIo, [&] { writer.array("/z", {2}, kFloats.data()); });
}

TEST(Hdf5File, FormatsAndVersionsAreTold) {
  const TemporaryFolder folder;
  Hdf5Writer writer;
  writer.format("some-format", 3);
  writer.write(folder.file("x.h5"), true);
  const Hdf5Reader reader(folder.file("x.h5"));
  reader.require_format("some-format", 3);
  const std::string newer =
      error_of(ErrorKind::kCorrupt, [&] { reader.require_format("some-format", 2); });
  EXPECT_TRUE(contains(newer, "up to 2") && contains(newer, "version 3")) << newer;
  error_of(ErrorKind::kCorrupt, [&] { reader.require_format("other-format", 3); });
}

// Fixed-length text and 32-bit numbers, as other programs write them.
TEST(Hdf5File, ReadsOtherWidthsOfNumbersAndText) {
  const TemporaryFolder folder;
  {
    H5::H5File file(folder.file("x.h5"), H5F_ACC_TRUNC);
    const hsize_t two = 2;
    const H5::DataSpace space(1, &two);
    const H5::StrType fixed(H5::PredType::C_S1, 4);
    file.createDataSet("texts", fixed, space).write("ab\0\0abcd", fixed);
    file.createAttribute("label", fixed, H5::DataSpace(H5S_SCALAR)).write(fixed, "ab\0\0");
    const int32_t numbers[] = {1, -1};
    file.createDataSet("n", H5::PredType::STD_I32BE, space)
        .write(numbers, H5::PredType::NATIVE_INT32);
  }
  const Hdf5Reader reader(folder.file("x.h5"));
  EXPECT_EQ(reader.texts("/texts"), (std::vector<std::string>{"ab", "abcd"}));
  EXPECT_EQ(reader.text_attribute("/", "label"), "ab");
  EXPECT_EQ(reader.integers("/n"), (std::vector<int64_t>{1, -1}));
}

// A file of one dataset that claims far more than stands in it; with a user block.
void write_claim(const std::string& path, const std::vector<hsize_t>& dims, bool is_chunked) {
  H5::FileCreatPropList creation;
  creation.setUserblock(kUserBlockSize);
  H5::DSetCreatPropList layout;
  const std::vector<hsize_t> chunk(dims.size(), 1024);
  if (is_chunked) layout.setChunk(static_cast<int>(chunk.size()), chunk.data());
  H5::H5File file(path, H5F_ACC_TRUNC, creation);
  file.createDataSet("claim", H5::PredType::IEEE_F32LE,
                     H5::DataSpace(static_cast<int>(dims.size()), dims.data()), layout);
}

TEST(Hdf5File, ClaimsLargerThanTheFileAreRefusedBeforeAnythingIsAllocated) {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.h5");
  const hsize_t large = hsize_t{1} << 40;
  for (const std::vector<hsize_t>& dims :
       {std::vector<hsize_t>{hsize_t{1} << 60}, {large, 1024}, {large, large}}) {
    for (const bool is_chunked : {false, true}) {
      if (dims[0] == dims.back() && dims.size() > 1 && !is_chunked)
        continue;  // HDF5 cannot make it
      write_claim(path, dims, is_chunked);
      const std::string text = error_of(ErrorKind::kCorrupt, [&] { Hdf5Reader reader(path); });
      EXPECT_TRUE(contains(text, path + ":/claim")) << text;
      std::string bytes = read_file(path);
      seal(bytes);
      write_file_atomically(path, bytes);
      const Hdf5Reader sealed(path);
      error_of(ErrorKind::kCorrupt, [&] { sealed.floats("/claim"); });
    }
  }
}

// Made by h5py: this process cannot, once it has forgotten what such links are.
TEST(Hdf5File, LinksOutOfTheFileAreNotFollowed) {
  const TemporaryFolder folder;
  write_example(folder.file("other.h5"), false);
  const std::string command = "cd '" + folder.path() +
                              "' && /usr/bin/python3 -c \"import h5py; f = h5py.File('x.h5', 'w'); "
                              "f['out'] = h5py.ExternalLink('other.h5', '/doubles')\"";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  error_of(ErrorKind::kCorrupt, [&] { Hdf5Reader(folder.file("x.h5")).doubles("/out"); });
}

TEST(Hdf5File, AGroupInsideItselfIsRefused) {
  const TemporaryFolder folder;
  {
    H5::H5File file(folder.file("x.h5"), H5F_ACC_TRUNC);
    file.createGroup("/a");
    H5Lcreate_hard(file.getId(), "/a", file.getId(), "/a/again", H5P_DEFAULT, H5P_DEFAULT);
  }
  error_of(ErrorKind::kCorrupt, [&] { Hdf5Reader reader(folder.file("x.h5")); });
}

TEST(Hdf5File, DataOfAnotherKindIsThereButCannotBeRead) {
  const TemporaryFolder folder;
  {
    H5::H5File file(folder.file("x.h5"), H5F_ACC_TRUNC);
    const hsize_t three = 3;
    H5::EnumType truth(H5::PredType::NATIVE_INT8);
    int8_t yes = 1;
    truth.insert("yes", &yes);
    file.createDataSet("/truths", truth, H5::DataSpace(1, &three));
    file.createAttribute("pair", H5::PredType::NATIVE_INT32, H5::DataSpace(1, &three));
  }
  const Hdf5Reader reader(folder.file("x.h5"));
  EXPECT_EQ(reader.children("/"), std::vector<std::string>{"truths"});
  EXPECT_EQ(reader.shape("/truths"), std::vector<int64_t>{3});
  EXPECT_TRUE(reader.has_attribute("/", "pair"));
  error_of(ErrorKind::kCorrupt, [&] { reader.integers("/truths"); });
  error_of(ErrorKind::kCorrupt, [&] { reader.integer_attribute("/", "pair"); });
}

// HDF5 refused a second image while one was open: all had the same name inside the library.
TEST(Hdf5File, SeveralWritersCanBeOpenAtOnce) {
  const TemporaryFolder folder;
  Hdf5Writer first;
  Hdf5Writer second;
  first.array("/x", {2}, kDoubles.data());
  second.array("/x", {3}, kIntegers.data());
  first.write(folder.file("first.h5"), true);
  second.write(folder.file("second.h5"), true);
  EXPECT_EQ(Hdf5Reader(folder.file("first.h5")).doubles("/x"), kDoubles);
  EXPECT_EQ(Hdf5Reader(folder.file("second.h5")).integers("/x"), kIntegers);
}

TEST(Hdf5File, ThreadsWriteAndReadAtOnce) {
  const TemporaryFolder folder;
  std::atomic<int> equal{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&folder, &equal, t] {
      const std::string path = folder.file("x" + std::to_string(t) + ".h5");
      for (int i = 0; i < 30; ++i) {
        EXPECT_NO_THROW(write_example(path, true));
        const Hdf5Reader reader(path);
        if (reader.floats("/deep/in/floats") == kFloats && reader.texts("/texts").size() == 3) {
          ++equal;
        }
        // Errors in one thread must not disturb or print in another.
        EXPECT_THROW(reader.floats("/nowhere"), Error);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(equal, 60);
}

}  // namespace
}  // namespace kairo
