// When a curve goes beyond a threshold and stays there.
//
// Definition (docs/definitions.md): the curve is beyond from s if its value is beyond the
// threshold at every record in [s, s + hold·D]; D is the spacing of checkpoints before any
// refinement. The records must reach s + hold·D for the crossing to be confirmed. A NaN is not
// beyond. Thread rule: pure.
#pragma once

#include <cstdint>
#include <vector>

namespace kairo {

enum class Side { kAbove, kBelow };

enum class EventStatus { kConfirmed, kUnconfirmed, kNone };

struct Crossing {  // of one curve
  EventStatus status = EventStatus::kNone;
  int64_t after = -1;  // the record before; -1: beyond from the first record on
  int64_t step = -1;   // first record of the stretch that holds; -1 with kNone
};

const char* status_name(EventStatus status);  // "confirmed", "unconfirmed", "none"

// Whether `value` is strictly beyond; a NaN on either side is not.
inline bool is_beyond(double value, Side side, double threshold) {
  return side == Side::kAbove ? value > threshold : value < threshold;
}

// The first crossing that is confirmed; else the stretch that reaches the last record, unconfirmed;
// else none. `steps` ascend strictly, spaced as they may be; `spacing` is D in steps.
// Throws kShape where steps and values differ in number or steps do not ascend.
Crossing find_crossing(const std::vector<int64_t>& steps, const std::vector<double>& values,
                       Side side, double threshold, int64_t spacing, int64_t hold_spacings);

// D: the checkpoint spacing, or the distance of the records before refinement where these are
// sparser (probes replayed with a stride: else one record alone would hold). That distance is the
// one such that half of the run lies between records at least so far apart: a window refined to
// every step has most of the records, but few of the steps.
int64_t spacing_before_refinement(const std::vector<int64_t>& steps, int64_t checkpoint_spacing);

}  // namespace kairo
