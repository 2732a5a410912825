// A command as text that a shell reads back, to be pasted or put into a script.
#pragma once

#include <string>
#include <vector>

namespace kairo {

using Command = std::vector<std::string>;  // the program first, then its arguments

// "train --config quick 'data.vocab_chars=a b'": as a POSIX shell reads it back.
std::string shell_quoted(const Command& command);

}  // namespace kairo
