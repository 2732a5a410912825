// How one series is made of a record's quantity, so that its rise, sharpness and change point can
// be measured. A study lists those of its task; timed_series.cpp has those that any task may have.
//
// A quantity says itself how it is timed (Timing, core/store/record.h); `timing` here is for
// records that do not have it, older ones. A timed quantity that no spec names is a series under
// its own name.
#pragma once

#include <string>
#include <vector>

#include "core/store/record.h"

namespace kairo {

struct SeriesSpec {
  std::string name;        // "accuracy"
  std::string title;       // of one among many: without its element
  std::string definition;  // one sentence
  std::string source;      // "performance/accuracy": PROBE/QUANTITY
  std::string units;
  Timing timing = Timing::kShare;
  bool on_request = false;  // listed only if the run has the probe's record

  // Of one element among many (heads, sites), chosen on one half of the examples.
  bool one_of_many = false;
  std::string axes = {};          // the quantity must have these: "layer, head"; "": any
  std::string why_axes = {};      // why other axes will not do, for the reason of leaving out
  std::string rows = "examples";  // what the quantity's examples are

  // kRatio alone: mean of `part` / mean of (whole[0] - whole[1]), quantities of the same probe;
  // undefined at the steps where `source` is.
  std::string part = {};
  std::vector<std::string> whole = {};
};

}  // namespace kairo
