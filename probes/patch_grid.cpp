#include "probes/patch_grid.h"

#include <torch/torch.h>

#include "probes/quantities.h"

namespace kairo {
namespace {

bool has_heads(PatchSite site) { return site == PatchSite::kZ || site == PatchSite::kZByPos; }

void add_patches(PatchGrid& grid, const Patch& patch, const GridPositions& positions) {
  if (patch.site == PatchSite::kZ) {
    grid.patches.push_back(patch);
    grid.patches.back().positions = positions.at_once;
    return;
  }
  for (const int64_t pos : positions.by_position) {
    grid.patches.push_back(patch);
    if (pos < positions.n_run) grid.patches.back().positions = {pos};
  }
}

}  // namespace

at::Tensor SiteGrid::of(const at::Tensor& result) const {
  std::vector<int64_t> shape = {result.size(0)};
  for (const Axis& axis : axes) shape.push_back(static_cast<int64_t>(axis.values.size()));
  return result.narrow(1, first, size).reshape(shape);
}

PatchGrid make_grid(const std::vector<PatchSite>& sites, const ModelOptions& model,
                    const GridPositions& positions) {
  PatchGrid grid;
  for (const PatchSite site : sites) {
    if (site == PatchSite::kMlpOut && model.attn_only) continue;
    SiteGrid about;
    about.site = site;
    about.first = static_cast<int64_t>(grid.patches.size());
    about.axes = {counted_axis("layer", model.n_layers)};
    if (has_heads(site)) about.axes.push_back(counted_axis("head", model.n_heads));
    if (site != PatchSite::kZ) about.axes.push_back({"pos", positions.by_position});
    for (int64_t layer = 0; layer < model.n_layers; ++layer) {
      for (int64_t head = 0; head < (has_heads(site) ? model.n_heads : 1); ++head) {
        add_patches(grid, {site, layer, has_heads(site) ? head : -1, {}}, positions);
      }
    }
    about.size = static_cast<int64_t>(grid.patches.size()) - about.first;
    grid.sites.push_back(about);
  }
  return grid;
}

}  // namespace kairo
