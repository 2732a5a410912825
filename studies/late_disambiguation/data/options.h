// The keys data.* of the task.
#pragma once

#include "core/config/data_section.h"

namespace kairo::late_disambiguation {

enum class Direction { kBzToA, kAzToB, kBToA, kAToB };
const Names<Direction>& direction_names();  // "bz_to_a", …

struct DisambiguationOptions : DataOptions {
  Direction task = Direction::kBzToA;
  int64_t n_unique_b = 1000;
  int64_t k = 10;
  int64_t b_length = 6;
  int64_t a_length = 4;
  int64_t z_length = 2;
  std::string vocab_chars = "abcdefghijklmnopqrstuvwxyz0123456789";
  double probe_fraction = 0;   // share of examples (or of bases) held out of training, [0, 1)
  bool split_by_base = false;  // hold out whole bases rather than single examples
  bool enforce_unique_a_first_char_per_b = false;

  std::vector<Field> fields() override;
  std::unique_ptr<DataOptions> clone() const override {
    return std::make_unique<DisambiguationOptions>(*this);
  }
  // "bz_to_a, K 10"
  std::string title() const override;
};

}  // namespace kairo::late_disambiguation
