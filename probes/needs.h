// What a probe asks of a model, so that it is known from the model's words alone whether the probe
// applies. Thread rule: pure.
#pragma once

#include <string>
#include <vector>

#include "core/config/model_options.h"

namespace kairo {

struct NeededPart {
  std::string pattern;         // a glob, of which the model must have at least one
  std::string otherwise = "";  // the reason if it has none; "": "the model has no <pattern>"
};

struct Needs {
  bool transformer = false;             // its inside (core/model/transformer)
  std::vector<NeededPart> hook_points;  // {"blocks.*.attn.hook_pattern"}
  std::vector<NeededPart> parameters;   // {"embed.W_E"}
  std::string causal;                   // what is wrong with a model that looks ahead; "": nothing
};

// The first need that a model of these words does not meet, as a reason for a reader; "" if it
// meets all.
std::string why_model_lacks(const Needs& needs, const ModelOptions& model);

}  // namespace kairo
