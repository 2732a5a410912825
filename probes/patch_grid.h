// Which patches a sweep makes: for each site a grid over its axes.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/config/model_options.h"
#include "core/store/record.h"
#include "probes/patch_sweep.h"

namespace kairo {

struct SiteGrid {
  PatchSite site = PatchSite::kResidPre;
  std::vector<Axis> axes;  // layer, head and pos as the site has them
  int64_t first = 0;       // its first column among the sweep's patches
  int64_t size = 0;

  // This site's columns of a sweep's result [n, patch] as [n, axes…].
  at::Tensor of(const at::Tensor& result) const;
};

struct PatchGrid {
  std::vector<SiteGrid> sites;
  std::vector<Patch> patches;
};

struct GridPositions {
  std::vector<int64_t> by_position;  // coordinates of axis pos
  std::vector<int64_t> at_once;      // what site z patches together
  int64_t n_run = 0;                 // positions a run has; later ones reach nothing
};

// mlp_out is passed over in attn_only models.
PatchGrid make_grid(const std::vector<PatchSite>& sites, const ModelOptions& model,
                    const GridPositions& positions);

}  // namespace kairo
