#include <cmath>
#include <limits>

#include "tests/analysis/made_curves.h"

namespace kairo::made {
namespace {

constexpr double kNotMade = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Record performance(const Curves& curves) {
  Record r = curves.record("performance");
  const auto first = [&](int64_t s, const Example& e, int64_t) {
    return curves.first_target_loss(s, e);
  };
  const auto others = [&](int64_t s) { return std::log(36.0) * (1 - curves.base_learnt(s)); };
  const auto right = [&](int64_t s, const Example& e) {  // P(first target token)
    return std::exp(-curves.first_target_loss(s, e));
  };
  r.quantities.push_back(curves.quantity(
      about("loss", "nats"),
      [&](int64_t s, const Example& e, int64_t) { return (first(s, e, 0) + 4 * others(s)) / 5; }));
  r.quantities.push_back(curves.quantity(about("first_target_loss", "nats"), first));
  r.quantities.push_back(
      curves.quantity(about("accuracy", "probability"), [&](int64_t s, const Example& e, int64_t) {
        return (3 * curves.base_learnt(s) + right(s, e)) / 4;
      }));
  r.quantities.push_back(curves.quantity(
      about("exact_match", "probability"),
      [&](int64_t s, const Example& e, int64_t) { return curves.base_learnt(s) * right(s, e); }));
  return r;
}

Record attention_to_z(const Curves& curves) {
  Record r = curves.record("attention_to_z");
  const double uniform = static_cast<double>(kSelectorEnd - kSelectorBegin) / (kQuery + 1);
  const std::vector<Axis> axes = {axis("layer", 0, kLayers), axis("head", 0, kHeads)};
  r.quantities.push_back(curves.quantity(
      about("attention_to_z", "probability", axes), [&](int64_t s, const Example& e, int64_t i) {
        const double learnt = curves.selector_learnt(s, e);
        if (i == 2 * kHeads + 1) return uniform + learnt * (0.9 - uniform);
        if (i == 3 * kHeads) return uniform + learnt * (0.5 - uniform);
        return uniform * (0.6 + 0.05 * static_cast<double>(i)) * e.scale;
      }));
  r.quantities.push_back(curves.quantity(
      about("uniform", "probability"), [&](int64_t, const Example&, int64_t) { return uniform; }));
  return r;
}

Record logit_lens(const Curves& curves) {
  Record r = curves.record("logit_lens");
  const std::vector<Axis> axes = {axis("layer", 0, kLayers + 1)};
  const double seen[kLayers + 1] = {0, 0.02, 0.15, 0.7, 1};  // share of the last row's rise
  const auto log_p = [&](int64_t s, const Example& e, int64_t layer) {
    const double start = std::log(36.0);
    return -start + seen[layer] * (start - curves.first_target_loss(s, e));
  };
  const auto add = [&](const std::string& name, const std::string& units,
                       const Curves::Value& value) {
    r.quantities.push_back(curves.quantity(about(name, units, axes), value));
  };
  add("probability", "probability",
      [&](int64_t s, const Example& e, int64_t l) { return std::exp(log_p(s, e, l)); });
  add("log_probability", "nats", log_p);
  add("rank", "1", [&](int64_t s, const Example& e, int64_t l) {
    return 1 + std::floor(18 * (1 - std::exp(log_p(s, e, l))));
  });
  add("candidate_probability", "probability", [&](int64_t s, const Example& e, int64_t l) {
    return 0.1 + 0.9 * seen[l] * curves.selector_learnt(s, e);
  });
  add("kl", "nats", [&](int64_t s, const Example& e, int64_t l) {
    return log_p(s, e, kLayers) - log_p(s, e, l);
  });
  return r;
}

Record z_shuffle(const Curves& curves) {
  Record r = curves.record("z_shuffle");
  const auto gap = [&](int64_t s, const Example& e, int64_t) {
    return 6 * e.scale * curves.selector_learnt(s, e);
  };
  const auto clean = [&](int64_t s, const Example& e, int64_t) {
    return curves.first_target_loss(s, e);
  };
  r.quantities.push_back(curves.quantity(about("first_target_loss", "nats"), clean));
  r.quantities.push_back(curves.quantity(
      about("first_target_loss_shuffled", "nats"),
      [&](int64_t s, const Example& e, int64_t i) { return clean(s, e, i) + gap(s, e, i); }));
  r.quantities.push_back(curves.quantity(about("z_gap", "nats"), gap));
  r.quantities.push_back(curves.quantity(
      about("prefers_other", "probability"), [&](int64_t s, const Example& e, int64_t) {
        return e.same_first ? kNotMade : 0.5 + 0.49 * curves.selector_learnt(s, e);
      }));
  r.notes = {"Pairs whose answers begin with the same token are left out of prefers_other."};
  return r;
}

Record candidates(const Curves& curves) {
  Record r = curves.record("candidates");
  r.quantities.push_back(curves.quantity(
      about("candidate_loss", "nats"),
      [&](int64_t s, const Example& e, int64_t) { return curves.ambiguity(s, e); }));
  r.quantities.push_back(curves.quantity(about("candidate_accuracy", "probability"),
                                         [&](int64_t s, const Example& e, int64_t) {
                                           return 0.1 + 0.9 * curves.selector_learnt(s, e);
                                         }));
  return r;
}

}  // namespace kairo::made
