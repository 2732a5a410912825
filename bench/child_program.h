// One of our programs run as a user runs it, and what it took.
#pragma once

#include <string>
#include <vector>

#include "core/files/child_process.h"

namespace kairo {

// `name` of the build's bin folder, its standard output thrown away; it must end with 0, else kIo.
ProcessEnd run_child(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace kairo
