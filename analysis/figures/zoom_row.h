// The refined window of a run, drawn alone: in the panel of the whole run it is a blob.
// Thread rule: pure.
#pragma once

#include <optional>
#include <vector>

#include "analysis/plot/page.h"
#include "analysis/run_data.h"

namespace kairo {

// A row that shows the steps of the densest refined window alone, where a run was refined.
void add_zoom_row(Page& page, const RunData& run, const std::vector<std::optional<Panel>>& panels,
                  double height);

}  // namespace kairo
