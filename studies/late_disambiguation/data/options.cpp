#include "studies/late_disambiguation/data/options.h"

namespace kairo::late_disambiguation {
namespace {

constexpr IntRange kExamples = {1, 10000000};
constexpr IntRange kLength = {1, 64};

}  // namespace

const Names<Direction>& direction_names() {
  static const Names<Direction> names = {{Direction::kBzToA, "bz_to_a"},
                                         {Direction::kAzToB, "az_to_b"},
                                         {Direction::kBToA, "b_to_a"},
                                         {Direction::kAToB, "a_to_b"}};
  return names;
}

std::vector<Field> DisambiguationOptions::fields() {
  return {
      {"task", task, direction_names(),
       "Direction learned: bz_to_a needs the selector z, az_to_b has it but does not need it, "
       "b_to_a and a_to_b have no selector."},
      {"n_unique_b", n_unique_b, kExamples,
       "Base strings; with k targets each there are n_unique_b * k examples."},
      {"k",
       k,
       {1, 1000000},
       "Targets (and selectors) per base: without z the loss is at best log k nats."},
      {"b_length", b_length, kLength, "Characters of a base string."},
      {"a_length", a_length, kLength, "Characters of a target."},
      {"z_length", z_length, kLength, "Characters of a selector; k of them must be distinct."},
      {"vocab_chars", vocab_chars, {}, "The alphabet, each character once; tokens in this order."},
      {"probe_fraction",
       probe_fraction,
       {0, 0.99},
       "Fraction of the examples (or bases) held out of training, for probes.split=held_out."},
      {"split_by_base", split_by_base, "Hold out whole bases instead of single examples."},
      {"enforce_unique_a_first_char_per_b", enforce_unique_a_first_char_per_b,
       "Give the targets of a base distinct first characters, so that the first one decides."},
  };
}

std::string DisambiguationOptions::title() const {
  return name_in(direction_names(), task) + ", K " + std::to_string(k);
}

}  // namespace kairo::late_disambiguation
