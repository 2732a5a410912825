// Nearest-name search: what a user most likely meant by a name that does not exist.
#pragma once

#include <string>
#include <vector>

namespace kairo {

// Edit distance between two names: insertions, deletions, substitutions and swaps of neighbouring
// characters each cost 1 (optimal string alignment).
int edit_distance(const std::string& a, const std::string& b);

// Up to `most` of `names`, the nearest first; names farther than half of `wanted`'s length are left
// out unless they contain `wanted` or are contained in it.
std::vector<std::string> nearest_names(const std::string& wanted,
                                       const std::vector<std::string>& names, std::size_t most = 3);

// "did you mean a, b or c?", or "" where nothing is near.
std::string did_you_mean(const std::string& wanted, const std::vector<std::string>& names);

}  // namespace kairo
