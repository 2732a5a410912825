// What a person sees on a terminal: `script` (bsdutils, on every Debian) gives the program one.
#include <gtest/gtest.h>

#include <string>

#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

class Terminal : public testing::Test {
 protected:
  // What train writes on a terminal, after these settings of the shell.
  std::string train(const std::string& environment, const std::string& more = "") const {
    const std::string command = bin_dir() + "/train --config quick" + kTinyRun + " --output-dir " +
                                runner_.folder() + "/runs --overwrite" + more;
    return runner_.shell(environment + " script -qec '" + command + "' /dev/null </dev/null").out;
  }
  static bool has_escape(const std::string& text) { return text.find('\x1b') != std::string::npos; }
  // One that a line's end does not follow.
  static bool goes_back(const std::string& text) {
    for (std::size_t at = text.find('\r'); at != std::string::npos; at = text.find('\r', at + 1)) {
      if (at + 1 < text.size() && text[at + 1] != '\n' && text[at + 1] != '\r') return true;
    }
    return false;
  }

  ProgramRunner runner_;
};

// They got "\r" and "ESC[K", which they show as garbage.
TEST_F(Terminal, DumbOnesAndNoColorGetPlainLines) {
  for (const char* plain :
       {"unset NO_COLOR; TERM=dumb", "unset TERM NO_COLOR;", "NO_COLOR=1 TERM=xterm"}) {
    const std::string shown = train(plain);
    EXPECT_NE(shown.find("done: "), std::string::npos) << shown;
    EXPECT_FALSE(has_escape(shown)) << plain << "\n" << shown;
    EXPECT_FALSE(goes_back(shown)) << plain << "\n" << shown;
  }
}

// An empty NO_COLOR counted as set, against its convention.
TEST_F(Terminal, OthersSeeALineRedrawn) {
  for (const char* able : {"unset NO_COLOR; TERM=xterm", "NO_COLOR= TERM=xterm"}) {
    const std::string shown = train(able);
    EXPECT_NE(shown.find("\x1b["), std::string::npos) << able << "\n" << shown;
    EXPECT_NE(shown.find("accuracy"), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace kairo
