// Records of the probes that do not run by default, from closed formulas.
#include <cmath>
#include <limits>

#include "tests/analysis/made_curves.h"

namespace kairo::made {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// As a probe of weights leaves it: no example, no error. value(step, flat index).
SeriesQuantity exact(Quantity about, const std::vector<int64_t>& steps,
                     const std::function<double(int64_t, int64_t)>& value) {
  SeriesQuantity q;
  q.about = std::move(about);
  for (const int64_t step : steps) {
    for (int64_t i = 0; i < q.about.size(); ++i) q.mean.push_back(value(step, i));
  }
  q.standard_error.assign(q.mean.size(), kNoValue);
  q.n_examples.assign(steps.size(), 0);
  return q;
}

Axis named(const std::string& name, const std::vector<std::string>& names) {
  Axis result = axis(name, 0, static_cast<int64_t>(names.size()));
  result.names = names;
  return result;
}

Axis parameters() {
  std::vector<std::string> names = {"embed.W_E", "pos_embed.W_pos"};
  for (int64_t layer = 0; layer < kLayers; ++layer) {
    const std::string block = "blocks." + std::to_string(layer) + ".";
    for (const char* word : {"ln1.w", "attn.W_Q", "attn.W_K", "attn.W_V", "attn.W_O", "mlp.W_in",
                             "mlp.W_out", "mlp.b_out"}) {
      names.push_back(block + word);
    }
  }
  names.insert(names.end(), {"unembed.W_U", "unembed.b_U"});
  return named("parameter", names);
}

Record weight_norms(const Curves& curves) {
  Record r = curves.record("weight_norms");
  const auto& steps = curves.steps();
  const auto distance = [](int64_t step, int64_t i) {
    return (1 + 0.1 * static_cast<double>(i)) * std::sqrt(static_cast<double>(step) / 100);
  };
  r.quantities = {exact(about("norm", "1", {parameters()}), steps,
                        [&](int64_t s, int64_t i) { return 9 + distance(s, i); }),
                  exact(about("distance", "1", {parameters()}), steps, distance),
                  exact(about("total_relative_distance", "1"), steps,
                        [](int64_t s, int64_t) { return 2 / (1 + std::exp((2000.0 - s) / 80)); })};
  r.notes = {"Distances are from the checkpoint of step 0 (content hash cccccccccccc)."};
  r.key.n_examples = 0;
  return r;
}

Record weight_spectra(const Curves& curves) {
  Record r = curves.record("weight_spectra");
  const std::vector<Axis> heads = {axis("layer", 0, kLayers), axis("head", 0, kHeads)};
  for (const std::string circuit : {"qk", "ov"}) {
    const auto add = [&](const std::string& name, const std::vector<Axis>& axes, double scale) {
      r.quantities.push_back(
          exact(about(circuit + name, "1", axes), curves.steps(), [=](int64_t s, int64_t i) {
            return scale * (1 + 0.05 * static_cast<double>(i)) /
                   (1 + static_cast<double>(s) / 3000);
          }));
    };
    add("_effective_rank", heads, 24);
    add("_leading_singular_value", heads, 0.7);
    add("_mean_effective_rank", {}, 24);
  }
  r.key.n_examples = 0;
  return r;
}

// Head (0, 1) comes to write what head (2, 3) reads.
Record composition(const Curves& curves) {
  Record r = curves.record("composition");
  const auto& steps = curves.steps();
  const auto learnt = [](int64_t s) { return 0.3 / (1 + std::exp((2000.0 - s) / 80)); };
  const std::vector<Axis> pairs = {axis("first_layer", 0, kLayers), axis("first_head", 0, kHeads),
                                   axis("second_layer", 0, kLayers),
                                   axis("second_head", 0, kHeads)};
  for (const std::string kind : {"q", "k", "v"}) {
    const double share = kind == "q" ? 0.3 : kind == "k" ? 1 : 0.6;
    r.quantities.push_back(
        exact(about(kind + "_composition", "1", pairs), steps, [=](int64_t s, int64_t i) {
          const int64_t n = kLayers * kHeads, first = i / n, second = i % n;
          if (second / kHeads <= first / kHeads) return kNoValue;
          return 0.0884 + (first == 1 && second == 2 * kHeads + 3 ? share * learnt(s) : 0);
        }));
    r.quantities.push_back(exact(about(kind + "_largest_excess", "1"), steps,
                                 [=](int64_t s, int64_t) { return 0.005 + share * learnt(s); }));
    r.quantities.push_back(exact(about(kind + "_mean_excess", "1"), steps,
                                 [=](int64_t s, int64_t) { return share * learnt(s) / 96; }));
  }
  SeriesQuantity baseline =
      exact(about("baseline", "1"), steps, [](int64_t, int64_t) { return 0.0884; });
  baseline.standard_error.assign(steps.size(), 0.0002);
  baseline.n_examples.assign(steps.size(), 200);
  r.quantities.push_back(std::move(baseline));
  r.key.n_examples = 0;
  return r;
}

Record head_scores(const Curves& curves) {
  Record r = curves.record("head_scores");
  const std::vector<Axis> heads = {axis("layer", 0, kLayers), axis("head", 0, kHeads)};
  for (const std::string kind : {"previous_token", "duplicate_token", "induction"}) {
    r.quantities.push_back(curves.quantity(
        about(kind, "probability", heads), [&](int64_t s, const Example& e, int64_t i) {
          const bool is_one = kind == "induction" && i == kHeads + 2;
          return 0.1 + 0.01 * e.scale + (is_one ? 0.7 * curves.selector_learnt(s, e) : 0);
        }));
    r.quantities.push_back(exact(about("uniform/" + kind, "probability"), curves.steps(),
                                 [](int64_t, int64_t) { return 0.1; }));
  }
  return r;
}

Record direct_attribution(const Curves& curves) {
  Record r = curves.record("direct_attribution");
  const std::vector<Axis> heads = {axis("layer", 0, kLayers), axis("head", 0, kHeads)};
  const auto add = [&](const std::string& name, const std::vector<Axis>& axes, double most) {
    r.quantities.push_back(
        curves.quantity(about(name, "nats", axes), [=](int64_t s, const Example& e, int64_t i) {
          return most * curves.selector_learnt(s, e) / static_cast<double>(1 + i);
        }));
  };
  add("logit_difference", {}, 8);
  add("attribution/heads", heads, 2);
  add("attribution/mlp", {axis("layer", 0, kLayers)}, 3);
  add("attribution/embedding", {}, -0.5);
  add("attribution/biases", {}, 0.1);
  return r;
}

Record path_patching(const Curves& curves) {
  Record r = curves.record("path_patching");
  const std::vector<Axis> heads = {axis("layer", 0, kLayers), axis("head", 0, kHeads)};
  std::vector<std::string> names;
  for (int64_t i = 0; i < kLayers * kHeads; ++i) {
    names.push_back(std::to_string(i / kHeads) + "." + std::to_string(i % kHeads));
  }
  const auto effect = [&](int64_t s, const Example& e, int64_t i) {
    return (i % 5 == 0 ? 1.5 : 0.2) * curves.selector_learnt(s, e);
  };
  r.quantities.push_back(curves.quantity(about("effect_nats/logits", "nats", heads), effect));
  for (const std::string site : {"q", "k", "v"}) {
    r.quantities.push_back(curves.quantity(
        about("effect_nats/" + site, "nats", {named("sender", names), named("receiver", names)}),
        effect));
  }
  return r;
}

Record gradient_flow(const Curves& curves) {
  Record r = curves.record("gradient_flow");
  const Axis segments = named("segment", {"base", "selector", "target", "rest"});
  const auto share = [&](int64_t s, const Example& e, int64_t i) {
    const double selector = 0.05 + 0.4 * curves.selector_learnt(s, e);
    return i == 1 ? selector : (1 - selector) / 3;
  };
  r.quantities.push_back(curves.quantity(
      about("embedding_gradient", "nats", {segments}),
      [&](int64_t s, const Example& e, int64_t i) { return e.scale * std::sqrt(share(s, e, i)); }));
  r.quantities.push_back(curves.quantity(about("segment_share", "1", {segments}), share));
  r.quantities.push_back(
      curves.quantity(about("selector_share", "1"),
                      [&](int64_t s, const Example& e, int64_t) { return share(s, e, 1); }));
  r.quantities.push_back(exact(about("parameter_gradient", "nats", {parameters()}), curves.steps(),
                               [](int64_t s, int64_t i) {
                                 return 0.02 * static_cast<double>(1 + i % 9) *
                                        std::exp(-static_cast<double>(s) / 900);
                               }));
  return r;
}

}  // namespace

void add_further_records(RunData& run, const RunOptions& options) {
  const Curves curves(options);
  run.records["weight_norms"] = weight_norms(curves);
  run.records["weight_spectra"] = weight_spectra(curves);
  run.records["composition"] = composition(curves);
  run.records["head_scores"] = head_scores(curves);
  run.records["direct_attribution"] = direct_attribution(curves);
  run.records["path_patching"] = path_patching(curves);
  run.records["gradient_flow"] = gradient_flow(curves);
}

}  // namespace kairo::made
