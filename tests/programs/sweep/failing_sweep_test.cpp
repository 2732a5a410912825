// sweep refused or ended at every call that changes a file: what stands is whole, and the same
// command goes on to the same end.
#include "core/files/work_lock.h"
#include "programs/sweep/manifest.h"
#include "tests/programs/sweep/fake_programs.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr int kKilled = 128 + 9;  // as a shell counts it

class FailingSweep : public FakePrograms {
 protected:
  FailingSweep() { write("s.yaml", "base: base.yaml\ngrid: {data.k: [1]}\n"); }

  // A sweep from its beginning.
  End fail(const std::string& failpoint) const {
    fs::remove_all(folder_.file("outputs"));
    return sweep("--config s.yaml --no-progress", "KAIRO_FAILPOINT=" + failpoint);
  }
  // As long as a program of a sweep that was killed is at work, nobody else is let in.
  End go_on() const {
    for (int attempt = 0;; ++attempt) {
      const End end = sweep("--config s.yaml");
      if (attempt > 200 || !contains(end.err, "is running this sweep")) return end;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  void expect_whole() const {
    if (exists("outputs/s/sweep.json")) {
      EXPECT_EQ(read_manifest(folder_.file("outputs/s/sweep.json")).cells.size(), 1U);
    }
  }
  void expect_to_go_on() const {
    const End end = go_on();
    EXPECT_EQ(end.code, 0) << end.err;
    EXPECT_EQ(status("k1"), "done");
    for (const auto& entry : fs::recursive_directory_iterator(folder_.file("outputs"))) {
      EXPECT_FALSE(contains(entry.path().string(), ".kairo-tmp.")) << entry.path();
    }
  }
};

TEST_F(FailingSweep, ACallThatFailsIsOneLineWithFileAndCause) {
  // The search for fonts draws two pictures. A sweep runs without the answer
  // (programs/font_check.h).
  constexpr std::size_t kOfFontCheck = 2;
  std::vector<int> without_effect;
  int call = 1;
  for (;; ++call) {
    const bool is_full = call % 2 == 0;
    SCOPED_TRACE(call);
    const End end = fail((is_full ? "ENOSPC:" : "EIO:") + std::to_string(call));
    if (end.code == 0) {
      EXPECT_EQ(end.err, "");
      EXPECT_EQ(status("k1"), "done");
      without_effect.push_back(call);
      if (without_effect.size() > kOfFontCheck) break;  // past the last call
      continue;
    }
    EXPECT_EQ(end.code, 1) << end.err;
    EXPECT_EQ(std::count(end.err.begin(), end.err.end(), '\n'), 1) << end.err;
    EXPECT_EQ(end.err.rfind("error: outputs/s", 0), 0U) << end.err;
    EXPECT_TRUE(contains(end.err, is_full ? "No space left on device" : "Input/output error"))
        << end.err;
    expect_whole();
    expect_to_go_on();
  }
  EXPECT_GT(call, 15);
  EXPECT_EQ(without_effect[1], without_effect[0] + 1);
}

TEST_F(FailingSweep, AProcessThatDiesAtAnyCallLosesNothing) {
  const std::string how[] = {"die-before:", "die-within:", "die-after:"};
  int call = 1;
  for (;; ++call) {
    SCOPED_TRACE(call);
    const End end = fail(how[call % 3] + std::to_string(call));
    if (end.code == 0) break;
    EXPECT_EQ(end.code, kKilled) << end.err;
    expect_whole();
    expect_to_go_on();
  }
  EXPECT_GT(call, 15);
}

// A state that nobody knows was an error that did not name the file.
TEST_F(FailingSweep, ADamagedManifestIsNamedWhateverTheDamage) {
  sweep("--config s.yaml");
  const std::string path = folder_.file("outputs/s/sweep.json"), whole = read_file(path);
  const auto look_at = [&](const std::string& text, const std::string& what) {
    write("outputs/s/sweep.json", text);
    try {
      read_manifest(path);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt) << what << ": " << error.what();
      EXPECT_TRUE(contains(error.what(), path)) << what << ": " << error.what();
    }
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    look_at(whole.substr(0, at), "cut at " + std::to_string(at));
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 7)));
    look_at(flipped, "flipped at " + std::to_string(at));
  }
}

}  // namespace
}  // namespace kairo
