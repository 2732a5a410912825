#include "core/files/atomic_file.h"
#include "core/base/sha256.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

TEST(AtomicFile, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\nc", 5);
  write_file_atomically(folder.file("x"), bytes);
  EXPECT_EQ(read_file(folder.file("x")), bytes);
}

TEST(AtomicFile, PiecesAreWrittenOneAfterAnother) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("x"), {BytePiece{"ab", 2}, {nullptr, 0}, {"cde", 3}});
  EXPECT_EQ(read_file(folder.file("x")), "abcde");
}

TEST(AtomicFile, ReplacesTheOldFileAndLeavesNothingElse) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("x"), "a long first text");
  write_file_atomically(folder.file("x"), "short");
  EXPECT_EQ(read_file(folder.file("x")), "short");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, AFailedWriteLeavesTheOldFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("x"), "old");
  const std::string inside_a_file = folder.file("x") + "/y";
  const std::string text =
      error_of(ErrorKind::kIo, [&] { write_file_atomically(inside_a_file, "new"); });
  EXPECT_TRUE(contains(text, inside_a_file)) << text;
  EXPECT_EQ(read_file(folder.file("x")), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, AFailedRenameRemovesTheTemporaryFile) {
  const TemporaryFolder folder;
  create_folder(folder.file("taken/by"));
  error_of(ErrorKind::kIo, [&] { write_file_atomically(folder.file("taken"), "new"); });
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, ManyWritersLeaveOneWholeFile) {
  const TemporaryFolder folder;
  std::vector<std::thread> writers;
  for (char c : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&folder, c] {
      for (int i = 0; i < 20; ++i) write_file_atomically(folder.file("x"), std::string(5000, c));
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::string text = read_file(folder.file("x"));
  EXPECT_EQ(text, std::string(5000, text.at(0)));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(AtomicFile, TheUsersUmaskSaysWhoMayRead) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  for (const mode_t mask : {022, 077, 027}) {
    const mode_t before = umask(mask);
    write_file_atomically(folder.file("x"), "text");
    create_folder(folder.file("f/g"));
    umask(before);
    const auto permissions = [&](const char* name) {
      return static_cast<mode_t>(fs::status(folder.file(name)).permissions());
    };
    EXPECT_EQ(permissions("x"), 0666 & ~mask);
    EXPECT_EQ(permissions("f"), 0777 & ~mask);
    EXPECT_EQ(permissions("f/g"), 0777 & ~mask);
    fs::remove_all(folder.file("f"));
  }
}

TEST(AtomicFile, ReadingSaysWhatIsMissing) {
  const TemporaryFolder folder;
  const std::string text =
      error_of(ErrorKind::kNotFound, [&] { read_file(folder.file("nowhere")); });
  EXPECT_TRUE(contains(text, folder.file("nowhere"))) << text;
  error_of(ErrorKind::kIo, [&] { read_file(folder.path()); });
  // A pipe without a writer: reading waited for ever.
  ASSERT_EQ(mkfifo(folder.file("pipe").c_str(), 0600), 0);
  error_of(ErrorKind::kIo, [&] { read_file(folder.file("pipe")); });
}

TEST(AtomicFile, CreatesFoldersWithParents) {
  const TemporaryFolder folder;
  create_folder(folder.file("a/b/c"));
  create_folder(folder.file("a/b/c"));
  EXPECT_TRUE(std::filesystem::is_directory(folder.file("a/b/c")));
  write_file_atomically(folder.file("f"), "");
  error_of(ErrorKind::kIo, [&] { create_folder(folder.file("f")); });
  error_of(ErrorKind::kIo, [&] { create_folder(folder.file("f/g")); });
}

// FIPS 180-2, appendix B.1.
TEST(Sha256, KnowsThePublishedExample) {
  EXPECT_EQ(sha256("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesEqualTheWhole) {
  Sha256 pieces;
  pieces.add("a", 1);
  pieces.add("bc", 2);
  EXPECT_EQ(pieces.hex(), sha256("abc", 3));
}

TEST(Sha256, TextsAreKeptApart) {
  const auto hash = [](const std::string& a, const std::string& b) {
    Sha256 both;
    both.add(a);
    both.add(b);
    return both.hex();
  };
  EXPECT_NE(hash("ab", "c"), hash("a", "bc"));
}

TEST(Sha256, NumbersAreLittleEndian) {
  Sha256 number;
  number.add(int64_t{0x0102030405060708});
  EXPECT_EQ(number.hex(), sha256("\x08\x07\x06\x05\x04\x03\x02\x01", 8));
}

}  // namespace
}  // namespace kairo
