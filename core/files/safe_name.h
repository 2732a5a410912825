// Names that become files or folders: experiments, probes, labels.
#pragma once

#include <string>

namespace kairo {

// Letters, digits and "._-+=" only, not beginning with "." or "-", at most 200 characters: such a
// name cannot leave its folder or hide in it, and no command that is given it takes it for a flag
// ("rm -rf" for a folder). kUsage otherwise; `what` says what was named ("experiment name").
void check_safe_name(const std::string& what, const std::string& name);

// Whether such a name may hold the character, and begin with it.
bool is_safe_in_name(char c);
bool may_begin_name(char c);

// `name` in quotes for a message of one line: control characters become "?".
std::string quoted(std::string name);

}  // namespace kairo
