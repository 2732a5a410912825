#include "probes/patching/patch_grid.h"

#include <ATen/ATen.h>

#include "probes/quantities.h"

namespace kairo {
namespace {

void add_patches(PatchGrid& grid, const Patch& patch, bool by_position,
                 const GridPositions& positions) {
  if (!by_position) {
    grid.patches.push_back(patch);
    grid.patches.back().positions = positions.at_once;
    return;
  }
  for (const int64_t pos : positions.by_position) {
    grid.patches.push_back(patch);
    if (pos < positions.n_run) grid.patches.back().positions = {pos};
  }
}

SiteGrid add_table(const PatchTable& table, const TransformerOptions& model,
                   const GridPositions& positions, PatchGrid& grid) {
  const bool heads = has_heads(table.site);
  SiteGrid about;
  about.table = table;
  about.first = static_cast<int64_t>(grid.patches.size());
  about.axes = {counted_axis("layer", model.n_layers)};
  if (heads) about.axes.push_back(counted_axis("head", model.n_heads));
  if (table.by_position) about.axes.push_back({"pos", positions.by_position});
  for (int64_t layer = 0; layer < model.n_layers; ++layer) {
    for (int64_t head = 0; head < (heads ? model.n_heads : 1); ++head) {
      add_patches(grid, {table.site, layer, heads ? head : -1, {}}, table.by_position, positions);
    }
  }
  about.size = static_cast<int64_t>(grid.patches.size()) - about.first;
  return about;
}

}  // namespace

std::string PatchTable::name() const {
  if (by_position == !has_heads(site)) return name_of(site);
  return name_of(site) + (by_position ? "_by_pos" : "_all_pos");
}

const std::vector<PatchTable>& patch_tables() {
  static const std::vector<PatchTable> tables = [] {
    std::vector<PatchTable> all;
    for (const PatchSite site :
         {PatchSite::kResidPre, PatchSite::kResidMid, PatchSite::kAttnOut, PatchSite::kMlpOut}) {
      all.push_back({site, true});
      all.push_back({site, false});
    }
    for (const PatchSite site :
         {PatchSite::kZ, PatchSite::kQ, PatchSite::kK, PatchSite::kV, PatchSite::kPattern}) {
      all.push_back({site, false});
      all.push_back({site, true});
    }
    return all;
  }();
  return tables;
}

const std::vector<std::string>& patch_table_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const PatchTable& table : patch_tables()) all.push_back(table.name());
    return all;
  }();
  return names;
}

at::Tensor SiteGrid::of(const at::Tensor& result) const {
  std::vector<int64_t> shape = {result.size(0)};
  for (const Axis& axis : axes) shape.push_back(static_cast<int64_t>(axis.values.size()));
  return result.narrow(1, first, size).reshape(shape);
}

bool PatchGrid::needs_inside_attention() const {
  for (const SiteGrid& each : tables) {
    const PatchSite site = each.table.site;
    // A patched key or value needs the queries and patterns that read it.
    if (has_heads(site) && site != PatchSite::kZ) return true;
  }
  return false;
}

PatchGrid make_grid(const std::vector<PatchTable>& tables, const TransformerOptions& model,
                    const GridPositions& positions) {
  PatchGrid grid;
  for (const PatchTable& table : tables) {
    if (!exists_in(model, table.site)) continue;
    grid.tables.push_back(add_table(table, model, positions, grid));
  }
  return grid;
}

}  // namespace kairo
