// Interventions as values: what is done to which activations, so that it can be printed, saved in
// YAML, read back and composed. core/model/intervene.h turns them into hooks.
//
//   interventions:
//     - {kind: patch, at: blocks.2.hook_resid_pre, from: clean, positions: [5]}
//     - {kind: zero, at: "blocks.*.attn.hook_z", heads: [1, 3]}
//
// They act in the order of the list. The layer is part of `at`. Attention is frozen by patching
// "blocks.*.attn.hook_pattern".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

enum class InterventionKind { kZero, kMean, kResample, kPatch, kAdd };

struct Intervention : Options {
  InterventionKind kind = InterventionKind::kZero;
  std::string at;                  // hook points, a glob; the only field without a default
  std::vector<int64_t> positions;  // negative: from the end; empty: all
  std::vector<int64_t> heads;      // empty: all
  std::string from;                // patch, mean: the run whose values are taken, by its name
  std::vector<int64_t> order;      // resample: example i gets example order[i]'s values
  std::vector<double> vector;      // add: one number for each place of the point's last axis
  double scale = 1;                // add: the vector's factor

  std::vector<Field> fields() override;
};

// Throws kConfig, naming `where`, where a field the kind needs is missing or one it does not know
// is given.
void check(const Intervention& intervention, const std::string& where);

// One line of YAML, fields at their defaults left out: "{kind: zero, at: hook_embed}".
std::string to_text(const Intervention& intervention);

// The whole file, and back. Reading throws kConfig with file and line.
std::string to_yaml(const std::vector<Intervention>& interventions);
std::vector<Intervention> read_interventions(const std::string& file);

}  // namespace kairo
