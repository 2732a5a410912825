// Which checkpoints, in words: how many, and where they are evenly spaced. Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

// "60: 0 to 2950 every 50"; "8: 0 to 400 every 200, 410 to 430 every 10, 600 to 800 every 200";
// "1: 0"; "–" for none. `steps` ascend. Lists of more than 8 stretches are told by their ends:
// "30 unevenly from 0 to 2950".
std::string step_words(const std::vector<int64_t>& steps);

}  // namespace kairo
