// Words of a config.json that leave the logits alone, whatever their value, in every model of
// transformers 2 to 5: notes on where the model came from, outputs, training, classification heads
// and generation. Thread rule: pure.
#pragma once

#include <string>
#include <vector>

namespace kairo {

const std::vector<std::string>& silent_words();

}  // namespace kairo
