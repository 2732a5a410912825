// JSON as Python's json module reads it, which also takes NaN, Infinity and numbers of any length.
//
// Each of these comes back as a text ("NaN"): a word that nobody reads does no harm, and whoever
// needs a number can name the word. Thread rule: pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace kairo {

// kCorrupt naming `where` and the line at which the text stops being JSON.
nlohmann::json parse_json(const std::string& text, const std::string& where);

}  // namespace kairo
