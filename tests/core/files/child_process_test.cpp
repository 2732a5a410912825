#include "core/files/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "core/files/atomic_file.h"
#include "tests/core/store/temporary_folder.h"

namespace kairo {
namespace {

int code_of(const Command& command, const std::string& log) {
  Child child(command, log);
  return child.wait().code;
}

TEST(ShellQuoted, PlainWordsStayAsTheyAre) {
  EXPECT_EQ(shell_quoted({"train", "--config", "configs/a.yaml", "data.k=20"}),
            "train --config configs/a.yaml data.k=20");
}

TEST(ShellQuoted, AShellReadsBackEveryWord) {
  const Command words = {"",       "a b", "it's", "$HOME", "`date`", "\"q\"", "a;b|c&d>e",
                         "[1, 2]", "*",   "~",    "a\\b",  "-n",     "x\ny"};
  Command command = {"printf", "%s|"};
  command.insert(command.end(), words.begin(), words.end());
  std::string expected;
  for (const std::string& word : words) expected += word + "|";
  EXPECT_EQ(output_of({"/bin/sh", "-c", shell_quoted(command)}).out, expected);
}

TEST(ChildProcess, ArgumentsArriveUninterpreted) {
  const CommandOutput output = output_of({"printf", "%s|", "$HOME", "a b", "*", ""});
  EXPECT_EQ(output.out, "$HOME|a b|*||");
  EXPECT_EQ(output.code, 0);
}

TEST(ChildProcess, GivesExitCodesAndSignals) {
  const TemporaryFolder folder;
  const std::string log = folder.file("log");
  EXPECT_EQ(code_of({"true"}, log), 0);
  EXPECT_EQ(code_of({"sh", "-c", "exit 3"}, log), 3);
  EXPECT_EQ(code_of({"sh", "-c", "kill -9 $$"}, log), 128 + 9);
}

TEST(ChildProcess, AppendsCommandOutputAndErrorsToTheLog) {
  const TemporaryFolder folder;
  const std::string log = folder.file("log");
  code_of({"sh", "-c", "echo out; echo err >&2"}, log);
  code_of({"echo", "two"}, log);
  EXPECT_EQ(read_file(log), "$ sh -c 'echo out; echo err >&2'\nout\nerr\n$ echo two\ntwo\n");
}

TEST(ChildProcess, InterruptEndsAChildThatRuns) {
  const TemporaryFolder folder;
  Child child({"sleep", "60"}, folder.file("log"));
  EXPECT_FALSE(child.poll());
  child.interrupt();
  EXPECT_EQ(child.wait().code, 128 + SIGTERM);
  EXPECT_EQ(child.poll()->code, 128 + SIGTERM);
}

TEST(ChildProcess, ReadsWhatItIsGivenAndNeverFromTheTerminal) {
  EXPECT_EQ(output_of({"cat"}).out, "");
  const std::string long_text(1 << 21, 'x');  // longer than any pipe
  EXPECT_EQ(output_of({"cat"}, long_text).out, long_text);
  EXPECT_EQ(output_of({"true"}, long_text).code, 0);  // which reads nothing of it
}

TEST(ChildProcess, HasTheEnvironmentItIsGiven) {
  EXPECT_EQ(output_of({"/usr/bin/env"}, "", {"A=1", "B=two words"}).out, "A=1\nB=two words\n");
}

TEST(ChildProcess, SaysWhatItTook) {
  const ProcessEnd end =
      Child({"sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"}, ChildStreams{})
          .wait();
  EXPECT_EQ(end.code, 0);
  EXPECT_GT(end.cpu_seconds, 0.001);
  EXPECT_GT(end.peak_mib, 0.1);
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamed) {
  EXPECT_TRUE(
      contains(error_of(ErrorKind::kNotFound, [] { output_of({"/nowhere/train"}); }), "train"));
  EXPECT_TRUE(contains(error_of(ErrorKind::kNotFound, [] { find_program("no_such_program"); }),
                       "no_such_program"));
  EXPECT_EQ(std::filesystem::path(find_program("sh")).filename(), "sh");
}

}  // namespace
}  // namespace kairo
