#include "bench/sweep_products.h"

#include <map>

#include "core/config/transformer_options.h"
#include "probes/patching/patch_change.h"

namespace kairo {
namespace {

// Patches that enter one block, joined.
struct Entering {
  int64_t n_patches = 0;
  int64_t rows = 0;          // positions run, over all patches
  double keys = 0;           // that these see
  double keys_at_query = 0;  // that q sees
};

// `parts` equal parts of the joined patches; positions only count here, not which they are.
ShardProducts products_from(const TransformerOptions& model, int64_t layer,
                            const Entering& entering, int64_t n, int64_t parts) {
  const auto part = [&](int64_t count) { return (count * n + parts - 1) / parts; };
  TransformerOptions rest = model;
  rest.n_layers = model.n_layers - layer;
  const std::vector<int64_t> queries(static_cast<std::size_t>(part(entering.n_patches)), 0);
  const double width = static_cast<double>(model.n_heads * model.d_head);
  const double keys = static_cast<double>(rest.n_layers - 1) * entering.keys +
                      (rest.n_layers > 0 ? entering.keys_at_query : 0);
  return {forward_products(rest, {1, part(entering.rows), queries}).linear,
          4 * width * keys * static_cast<double>(n) / static_cast<double>(parts)};
}

std::map<int64_t, Entering> entering_blocks(const SweepInputs& sweep,
                                            const std::vector<Patch>& patches) {
  std::map<int64_t, Entering> by_layer;
  for (const Change& change : changes_of(sweep, patches)) {
    Entering& entering = by_layer[change.layer];
    ++entering.n_patches;
    for (int64_t pos = change.positions.front(); pos <= sweep.query; ++pos) {
      ++entering.rows;
      entering.keys += static_cast<double>(pos + 1);
    }
    entering.keys_at_query += static_cast<double>(sweep.query + 1);
  }
  return by_layer;
}

}  // namespace

ShardProducts recording_products(const TransformerOptions& model, int64_t n, int64_t query) {
  return inference_products(model, {n, query + 1, {query}});
}

ShardProducts sweep_products(const SweepInputs& sweep, const std::vector<Patch>& patches,
                             int64_t parts) {
  const TransformerOptions& model = sweep.model.options();
  const int64_t n = sweep.recipient.logits.size(0);
  const ShardProducts recording = recording_products(model, (n + parts - 1) / parts, sweep.query);
  ShardProducts products = recording;
  products.add(recording);
  for (const auto& [layer, entering] : entering_blocks(sweep, patches)) {
    products.add(products_from(model, layer, entering, n, parts));
  }
  return products;
}

ProductFloor sweep_floor(const SweepInputs& sweep, const std::vector<Patch>& patches,
                         WorkerPool& pool) {
  return {sweep_products(sweep, patches, pool.threads()), pool.threads(), pool};
}

}  // namespace kairo
