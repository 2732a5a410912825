// What other libraries call our keys: "lr" is training.learning_rate. For hints in messages alone;
// a config is read by the one name of each key.
#pragma once

#include <string>

namespace kairo {

// The key that a name of the field means, whatever section ("training.lr", "model.lr") it stands
// in, or "". Case and hyphens do not matter: "--batch-size" is training.batch_size. Thread rule:
// pure.
std::string key_of_alias(const std::string& path);

}  // namespace kairo
