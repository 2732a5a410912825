// Series that are one of many, a head or a patched site: chosen on one half of the examples, held
// on the other (see timed_series.h). Thread rule: pure.
#pragma once

#include "analysis/series_spec.h"
#include "analysis/timed_series.h"

namespace kairo {

// Puts values, scale and choice into `timed`, whose names and form are there: of the element of
// spec.source that rises most on the choosing half; or the reason for leaving the series out.
void choose_element(const RunData& run, const SeriesSpec& spec, TimedSeries& timed);

}  // namespace kairo
