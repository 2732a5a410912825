// Every writer of files, ended or refused at every call it makes: what stands afterwards is the old
// file or the new one.
#include "core/files/failpoint.h"

#include <fcntl.h>
#include <sys/file.h>

#include <functional>
#include <map>

#include "core/files/append_file.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/store/checkpoint.h"
#include "core/store/record.h"
#include "core/store/trajectory.h"
#include "tests/core/store/child.h"
#include "tests/core/store/example_checkpoint.h"
#include "tests/core/store/example_record.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

// Writes `path` in a version 0 or 1.
using Writer = std::function<void(const std::string& path, int version)>;

std::map<std::string, Writer> writers() {
  return {
      {"a text",
       [](const std::string& path, int version) {
         write_file_atomically(path, version == 0 ? "the old text" : "the new, longer text");
       }},
      {"a checkpoint",
       [](const std::string& path, int version) {
         Checkpoint checkpoint = example_checkpoint();
         checkpoint.parameters[0].values[0] = static_cast<float>(version);
         write_checkpoint(path, checkpoint);
       }},
      {"a step's record",
       [](const std::string& path, int version) {
         write_step_record(path, example_key(), example_step(200 + version));
       }},
      {"a record",
       [](const std::string& path, int version) {
         Record record = example_record();
         record.notes.assign(1, version == 0 ? "old" : "new");
         write_record(path, record);
       }},
      {"a table",
       [](const std::string& path, int version) {
         write_record_csv(path, merge(example_key(), {example_step(200 + version)}));
       }},
      {"a file moved to another's place",
       [](const std::string& path, int version) {
         const std::string aside = path + ".aside";
         write_file_atomically(aside, version == 0 ? "old" : "new");
         move_file(aside, path);
       }},
  };
}

// Each test's folder and what a writer leaves in it. Everything is written by child processes: a
// process removes leftovers when it first comes to a folder.
class Place {
 public:
  explicit Place(const Writer& writer) : writer_(writer) {
    contents_[1] = written(1, "");
    contents_[0] = written(0, "");
  }

  ChildEnd write(int version, const std::string& failpoint) const {
    return end_of_child([&] {
      set_failpoint(failpoint);
      writer_(path(), version);
    });
  }
  std::string path() const { return folder_.file("step_00000200.h5"); }
  std::string content() const { return read_file(path()); }
  const std::string& content_of(int version) const { return contents_[version]; }
  bool is_whole() const { return content() == contents_[0] || content() == contents_[1]; }
  // In a folder of its own: this process, and so its children, must not have been in that one.
  int64_t calls() const {
    const TemporaryFolder other;
    set_failpoint("EIO:1000000");
    writer_(other.file("x"), 0);
    const int64_t calls = calls_at_failpoints();
    set_failpoint("");
    return calls;
  }
  const TemporaryFolder& folder() const { return folder_; }

 private:
  std::string written(int version, const std::string& failpoint) {
    EXPECT_EQ(write(version, failpoint), ChildEnd::kDone);
    return content();
  }

  const TemporaryFolder folder_;
  const Writer& writer_;
  std::string contents_[2];
};

TEST(Failpoint, AProcessThatDiesAtAnyCallLeavesTheOldFileOrTheNewOne) {
  for (const auto& [name, writer] : writers()) {
    const Place place(writer);
    const int64_t calls = place.calls();
    ASSERT_GE(calls, 5) << name;
    for (int64_t call = 1; call <= calls; ++call) {
      for (const std::string how : {"die-before:", "die-within:", "die-after:"}) {
        const std::string at = name + ", " + how + std::to_string(call);
        ASSERT_EQ(place.write(0, ""), ChildEnd::kDone) << at;
        EXPECT_EQ(place.write(1, how + std::to_string(call)), ChildEnd::kKilled) << at;
        EXPECT_TRUE(place.is_whole()) << at;
        EXPECT_EQ(find_checkpoints(place.folder().path()).size(), 1u) << at;
        ASSERT_EQ(place.write(1, ""), ChildEnd::kDone) << at;
        EXPECT_EQ(place.content(), place.content_of(1)) << at;
        EXPECT_EQ(place.folder().entries(), 1) << at << " left a file behind";
      }
    }
  }
}

TEST(Failpoint, ACallThatFailsIsAnErrorWithFileAndCauseAndLeavesNothing) {
  const std::map<std::string, std::string> causes = {{"ENOSPC", "No space left on device"},
                                                     {"EIO", "Input/output error"},
                                                     {"EROFS", "Read-only file system"},
                                                     {"EDQUOT", "Disk quota exceeded"}};
  for (const auto& [name, writer] : writers()) {
    const Place place(writer);
    for (const auto& [word, cause] : causes) {
      for (int64_t call = 1; call <= place.calls(); ++call) {
        const std::string at = name + ", " + word + ":" + std::to_string(call);
        ASSERT_EQ(place.write(0, ""), ChildEnd::kDone) << at;
        set_failpoint(word + ":" + std::to_string(call));
        const std::string text =
            error_of(ErrorKind::kIo, [&, &write = writer] { write(place.path(), 1); });
        set_failpoint("");
        EXPECT_TRUE(contains(text, place.folder().path()) && contains(text, cause)) << text;
        EXPECT_TRUE(place.is_whole()) << at;
        std::filesystem::remove(place.path() + ".aside");
        EXPECT_EQ(place.folder().entries(), 1) << at << " left a file behind";
      }
    }
  }
}

TEST(Failpoint, AnAppendedLineIsWholeOrNotThereWhereItFails) {
  for (int64_t call = 1; call <= 6; ++call) {
    const TemporaryFolder folder;
    const std::string path = folder.file("x.jsonl");
    set_failpoint("ENOSPC:" + std::to_string(call));
    int lines = 0;
    const std::string text = error_of(ErrorKind::kIo, [&] {
      AppendFile file(path, AppendMode::kSynced);
      for (; lines < 100; ++lines) file.append("a line\n");
    });
    set_failpoint("");
    EXPECT_TRUE(contains(text, path) && contains(text, "No space left")) << text;
    if (call == 1) continue;  // the file could not even be made
    EXPECT_EQ(read_file(path).size(), lines * 7u) << call;
    AppendFile(path, AppendMode::kFlushed).append("a line\n");
    EXPECT_EQ(read_file(path).size(), (lines + 1) * 7u) << call;
  }
}

TEST(Failpoint, AProcessThatDiesWhileAppendingLeavesWholeLinesAndAtMostAPartOfOne) {
  for (int64_t call = 1; call <= 8; ++call) {
    for (const std::string how : {"die-before:", "die-within:", "die-after:"}) {
      const TemporaryFolder folder;
      const std::string path = folder.file("x.jsonl");
      EXPECT_EQ(end_of_child([&] {
                  set_failpoint(how + std::to_string(call));
                  AppendFile file(path, AppendMode::kSynced);
                  for (int i = 0; i < 100; ++i) file.append("a line\n");
                }),
                ChildEnd::kKilled);
      const std::string text = std::filesystem::exists(path) ? read_file(path) : "";
      for (std::size_t i = 0; i < text.size(); ++i) EXPECT_EQ(text[i], "a line\n"[i % 7]);
    }
  }
}

TEST(Failpoint, FromANumberOnEveryCallFails) {
  const TemporaryFolder folder;
  set_failpoint("ENOSPC:1-");
  for (int i = 0; i < 3; ++i) {
    error_of(ErrorKind::kIo, [&] { write_file_atomically(folder.file("x"), "text"); });
  }
  set_failpoint("");
  write_file_atomically(folder.file("x"), "text");
}

TEST(Failpoint, WordsThatMeanNothingAreRefused) {
  for (const char* text : {"die", "die-before:", "die-before:0", "die-before:x", "ENOENT:1",
                           "EIO:1x", ":1", "EIO:-", "EIO:99999999999999999999"}) {
    const std::string message = error_of(ErrorKind::kUsage, [&] { set_failpoint(text); });
    EXPECT_TRUE(contains(message, "KAIRO_FAILPOINT")) << message;
  }
}

class Leftovers : public testing::Test {
 protected:
  std::string leave(const std::string& name) const {
    write_file_atomically(folder_.file("made"), "x");
    std::filesystem::rename(folder_.file("made"), folder_.file(name));
    return folder_.file(name);
  }

  TemporaryFolder folder_;
};

TEST_F(Leftovers, AreRemovedAndNothingElseIs) {
  const std::string dead = leave(".step_00000200.h5.kairo-tmp.123.0");
  for (const char* name : {"step_00000200.h5", ".step_00000200.h5.tmp.123.0", ".kairo-tmp.1.2",
                           "x.kairo-tmp.1.2", ".x.kairo-tmp.1.2.h5", ".hidden"}) {
    leave(name);
  }
  std::filesystem::create_directory(folder_.file(".folder.kairo-tmp.1.2"));
  remove_leftovers(folder_.path());
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_EQ(folder_.entries(), 7);
}

TEST_F(Leftovers, WhatALivingWriterHoldsStays) {
  TemporaryFile file(folder_.file("x"));
  ASSERT_TRUE(file.is_open() && file.write("ab", 2));
  EXPECT_EQ(end_of_child([&] { remove_leftovers(folder_.path()); }), ChildEnd::kDone);
  remove_leftovers(folder_.path());
  EXPECT_TRUE(file.become_target());
  EXPECT_EQ(read_file(folder_.file("x")), "ab");
}

TEST_F(Leftovers, AFolderThatCannotBeReadIsNoError) { remove_leftovers(folder_.file("nowhere")); }

}  // namespace
}  // namespace kairo
