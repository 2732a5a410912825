// Patching sweeps of a made run: what a site moves is a share of the clean logit difference, and
// the effects are the ratio of means that the probe stores, NaN where the denominator is not
// resolved.

#include <cmath>
#include <functional>
#include <limits>

#include "tests/analysis/made_curves.h"

namespace kairo::made {
namespace {

constexpr double kNoEffect = std::numeric_limits<double>::quiet_NaN();

// Logit difference of the clean run; the corrupt run has its negative.
double clean_ld(const Curves& curves, int64_t step, const Example& e) {
  return e.same_first ? kNoEffect
                      : 8 * e.scale * curves.selector_learnt(step, e) + 0.3 * (e.scale - 1);
}

int64_t size_of(const std::vector<Axis>& axes) {
  int64_t n = 1;
  for (const Axis& each : axes) n *= static_cast<int64_t>(each.values.size());
  return n;
}

SeriesQuantity derived(const Curves& curves, Quantity about) {
  SeriesQuantity q;
  const std::size_t n = curves.steps().size() * size_of(about.axes);
  q.mean.assign(n, kNoEffect);
  q.standard_error.assign(n, kNoEffect);
  q.about = std::move(about);
  return q;
}

// effect = moved / (2 LD_clean); undefined within two standard errors of zero.
SeriesQuantity effect_of(const Curves& curves, const std::string& site,
                         const std::vector<Axis>& axes, const SeriesQuantity& clean,
                         const SeriesQuantity& nats) {
  SeriesQuantity q = derived(curves, about("effect/" + site, "1", axes));
  q.n_examples = clean.n_examples;
  const int64_t size = size_of(axes);
  for (std::size_t s = 0; s < curves.steps().size(); ++s) {
    if (std::fabs(clean.mean[s]) < 2 * clean.standard_error[s]) continue;
    for (int64_t i = 0; i < size; ++i) {
      q.mean[s * size + i] = nats.mean[s * size + i] / (2 * clean.mean[s]);
      q.standard_error[s * size + i] =
          nats.standard_error[s * size + i] / std::fabs(2 * clean.mean[s]);
    }
  }
  return q;
}

// `share`: of the whole effect, by flat index.
void add_site(const Curves& curves, Record& r, const std::string& site,
              const std::vector<Axis>& axes, const std::function<double(int64_t)>& share) {
  const SeriesQuantity clean = r.quantities.front();
  const SeriesQuantity nats = curves.quantity(about("effect_nats/" + site, "nats", axes),
                                              [&](int64_t s, const Example& e, int64_t i) {
                                                return 2 * share(i) * clean_ld(curves, s, e);
                                              });
  r.quantities.push_back(curves.quantity(about("ld_patched/" + site, "nats", axes),
                                         [&](int64_t s, const Example& e, int64_t i) {
                                           return (1 - 2 * share(i)) * clean_ld(curves, s, e);
                                         }));
  r.quantities.push_back(effect_of(curves, site, axes, clean, nats));
  r.quantities.push_back(nats);
}

// The selector's token carries the answer in early layers, q in late ones.
double resid_share(int64_t i) {
  const int64_t layer = i / kPositions, pos = i % kPositions;
  const double at_q = layer < 2 ? 0 : (layer == 2 ? 0.1 : 0.85);
  if (pos == kQuery) return at_q;
  return pos >= kSelectorBegin && pos < kSelectorEnd ? 0.5 * (1 - at_q) : 0;
}

double out_share(int64_t i) {  // a little negative at one site, as real sweeps have
  const int64_t layer = i / kPositions, pos = i % kPositions;
  if (pos != kQuery) return 0;
  return layer == 2 ? 0.7 : (layer == 3 ? -0.08 : 0);
}

double head_share(int64_t head) {
  return head == 2 * kHeads + 1 ? 0.7 : (head == 3 * kHeads ? 0.2 : 0);
}

}  // namespace

Record causal_patching(const Curves& curves) {
  Record r = curves.record("causal_patching");
  const auto clean = [&](int64_t s, const Example& e, int64_t) { return clean_ld(curves, s, e); };
  const Axis layer = axis("layer", 0, kLayers), head = axis("head", 0, kHeads);
  const Axis pos = axis("pos", 0, kPositions);
  r.quantities.push_back(curves.quantity(about("ld_clean", "nats"), clean));
  r.quantities.push_back(
      curves.quantity(about("ld_corrupt", "nats"),
                      [&](int64_t s, const Example& e, int64_t i) { return -clean(s, e, i); }));
  add_site(curves, r, "resid_pre", {layer, pos}, resid_share);
  add_site(curves, r, "attn_out", {layer, pos}, out_share);
  add_site(curves, r, "mlp_out", {layer, pos}, [](int64_t i) { return 0.2 * out_share(i); });
  add_site(curves, r, "z", {layer, head}, head_share);
  add_site(curves, r, "z_by_pos", {layer, head, pos},
           [](int64_t i) { return i % kPositions == kQuery ? head_share(i / kPositions) : 0; });
  r.quantities.push_back(curves.quantity(
      about("z_dependence", "probability"),
      [&](int64_t s, const Example& e, int64_t) { return 0.9 * curves.selector_learnt(s, e); }));
  SeriesQuantity pairs = derived(curves, about("n_pairs", "1"));
  for (std::size_t s = 0; s < curves.steps().size(); ++s) {
    pairs.mean[s] = static_cast<double>(r.quantities.front().n_examples[s]);
    pairs.standard_error[s] = 0;
  }
  pairs.n_examples = r.quantities.front().n_examples;
  r.quantities.push_back(pairs);
  r.notes = {"Pairs whose answers begin with the same token are left out and counted in n_pairs."};
  return r;
}

}  // namespace kairo::made
