// JSON values of files in messages. Thread rule: pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace kairo {

// As shown() of the value's text. Of an array or object it gives the type alone: dump() calls
// itself for each level, and a file may hold more levels than the stack.
std::string shown_json(const nlohmann::json& value);

}  // namespace kairo
