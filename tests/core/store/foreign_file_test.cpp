// HDF5 files that other programs wrote: one dataset is read, whatever lies beside it.
#include <H5Cpp.h>
#include <gtest/gtest.h>

#include <numeric>

#include "core/base/error.h"
#include "core/files/atomic_file.h"
#include "core/store/hdf5_file.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

constexpr hsize_t kRows = 3, kColumns = 4;

class ForeignFile : public testing::Test {
 protected:
  // x.h5, filled by `fill`.
  template <typename Fill>
  void make(Fill fill) const {
    H5::H5File file(path(), H5F_ACC_TRUNC);
    fill(file);
  }
  std::string path() const { return folder_.file("x.h5"); }

  static H5::DataSet add(H5::H5File& file, const std::string& name, const H5::PredType& type,
                         const H5::DSetCreatPropList& creation = H5::DSetCreatPropList::DEFAULT) {
    const hsize_t dims[] = {kRows, kColumns};
    const H5::DataSet made = file.createDataSet(name, type, H5::DataSpace(2, dims), creation);
    made.write(tokens().data(), H5::PredType::NATIVE_INT64);
    return made;
  }
  static std::vector<int64_t> tokens() {
    std::vector<int64_t> all(kRows * kColumns);
    std::iota(all.begin(), all.end(), 5);
    return all;
  }

  std::vector<int64_t> read(const std::string& name = "/tokens") const {
    return Hdf5Reader(path(), std::vector<std::string>{name}).integers(name);
  }
  std::string refusal(const std::string& name = "/tokens") const {
    try {
      read(name);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
      EXPECT_EQ(std::string(error.what()).find("delete"), std::string::npos) << error.what();
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ForeignFile, EveryKindOfIntegerAndLinkIsRead) {
  make([](H5::H5File& file) {
    file.createGroup("/deep");
    add(file, "/deep/big", H5::PredType::STD_I32BE);
    add(file, "/deep/small", H5::PredType::STD_U16LE);
    file.link(H5L_TYPE_SOFT, "/deep/big", "/soft");
    file.link(H5L_TYPE_HARD, "/deep/small", "/hard");
    file.link(H5L_TYPE_SOFT, "/deep", "/also");
  });
  for (const char* name : {"/deep/big", "/deep/small", "/soft", "/hard", "/also/small"}) {
    EXPECT_EQ(read(name), tokens()) << name;
  }
}

// Was: the whole file was copied under a limit of time, so that a healthy file was called damaged,
// and two hard links to one group were refused.
TEST_F(ForeignFile, WhatLiesBesideIsNotRead) {
  make([](H5::H5File& file) {
    add(file, "/tokens", H5::PredType::STD_I64LE);
    H5::DSetCreatPropList packed;
    const hsize_t dims[] = {1 << 12, 1 << 16}, chunk[] = {1, 1 << 16};
    packed.setChunk(2, chunk);
    packed.setDeflate(1);
    file.createDataSet("/huge", H5::PredType::NATIVE_DOUBLE, H5::DataSpace(2, dims), packed);
    file.createGroup("/group");
    file.link(H5L_TYPE_HARD, "/group", "/twice");
    file.link(H5L_TYPE_SOFT, "/nowhere", "/dangling");
  });
  EXPECT_EQ(read(), tokens());
}

TEST_F(ForeignFile, AWholeCopyTakesAGroupInTwoPlacesAndNoCircle) {
  make([](H5::H5File& file) {
    file.createGroup("/group");
    add(file, "/group/tokens", H5::PredType::STD_I64LE);
    file.link(H5L_TYPE_HARD, "/group", "/twice");
    file.link(H5L_TYPE_SOFT, "/nowhere", "/dangling");
  });
  EXPECT_EQ(Hdf5Reader(path()).integers("/twice/tokens"), tokens());
  make([](H5::H5File& file) {
    file.createGroup("/group");
    file.link(H5L_TYPE_HARD, "/group", "/group/itself");
  });
  EXPECT_THROW(Hdf5Reader{path()}, Error);
}

TEST_F(ForeignFile, ALinkToNothingAndAGroupAreRefusedWithTheReason) {
  make([](H5::H5File& file) {
    file.link(H5L_TYPE_SOFT, "/nowhere", "/dangling");
    file.createGroup("/group");
  });
  EXPECT_TRUE(says(refusal("/dangling"), "leads to nothing"));
  EXPECT_TRUE(says(refusal("/group"), "got a group")) << refusal("/group");
  EXPECT_TRUE(says(refusal("/none"), "no dataset of this name"));
}

TEST_F(ForeignFile, AVirtualDatasetIsRefusedWithTheReason) {
  make([](H5::H5File& file) {
    const hsize_t dims[] = {kRows, kColumns};
    const H5::DataSpace space(2, dims);
    H5::DSetCreatPropList list;
    H5Pset_virtual(list.getId(), space.getId(), "other.h5", "/tokens", space.getId());
    file.createDataSet("/tokens", H5::PredType::STD_I64LE, space, list);
  });
  EXPECT_TRUE(says(refusal(), "virtual dataset")) << refusal();
}

// Was: "HDF5 refused", and advice to delete the file.
TEST_F(ForeignFile, AnUnknownFormatVersionIsNamed) {
  make([](H5::H5File& file) { add(file, "/tokens", H5::PredType::STD_I64LE); });
  std::string bytes = read_file(path());
  bytes[8] = 4;  // the superblock's version
  write_file_atomically(path(), bytes);
  EXPECT_TRUE(says(refusal(), "newer version") && says(refusal(), "h5repack")) << refusal();
}

}  // namespace
}  // namespace kairo
