// Which patches a sweep makes: for each table a grid over its axes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/config/transformer_options.h"
#include "core/store/record.h"
#include "probes/patching/patch.h"

namespace kairo {

// A site patched position by position, or at all positions at once. Named by what is usual for the
// site: "resid_pre" is by position and "resid_pre_all_pos" is not; "z" is at all positions and
// "z_by_pos" is by position.
struct PatchTable {
  PatchSite site = PatchSite::kResidPre;
  bool by_position = true;

  std::string name() const;
};

// Every table there is, and their names in the same order.
const std::vector<PatchTable>& patch_tables();
const std::vector<std::string>& patch_table_names();

struct SiteGrid {
  PatchTable table;
  std::vector<Axis> axes;  // layer, head and pos as the table has them
  int64_t first = 0;       // its first column among the sweep's patches
  int64_t size = 0;

  // This table's columns of a sweep's result [n, patch] as [n, axes…].
  at::Tensor of(const at::Tensor& result) const;
};

struct PatchGrid {
  std::vector<SiteGrid> tables;
  std::vector<Patch> patches;

  // Whether a run must record inside attention to be patched so.
  bool needs_inside_attention() const;
};

struct GridPositions {
  std::vector<int64_t> by_position;  // coordinates of axis pos
  std::vector<int64_t> at_once;      // what a table over all positions patches together
  int64_t n_run = 0;                 // positions a run has; later ones reach nothing
};

// Tables of sites that the model does not have are passed over.
PatchGrid make_grid(const std::vector<PatchTable>& tables, const TransformerOptions& model,
                    const GridPositions& positions);

}  // namespace kairo
