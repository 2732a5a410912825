// What several runs of one experiment, different in their seed alone, say together.
//
// An interval over examples within one run says nothing of other seeds; this page is about seeds
// and uses no interval of a run. Where each seed's event lies, and intervals over seeds:
// seed_spread.h.
//
//   gap of a pair  step of the second - step of the first, each at the same share of its rise, in
//                  (second.after - first.step, second.step - first.after) of every seed. Its sign
//                  holds where these bounds do not contain 0: where they do, the records do not
//                  tell it.
// Thread rule: pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/stats/order.h"
#include "analysis/stats/seed_spread.h"

namespace kairo {

enum class ReportedKind { kNamed, kRise, kChangePoint };

// One event of one run, as its report.json has it.
struct ReportedEvent {
  std::string name;   // "z_gap", "accuracy/50", "change_point/accuracy"
  std::string title;  // "z gap > 0.5 nats", "accuracy, 50 % of its rise"
  SeedStatus status = SeedStatus::kLeftOut;
  std::string left_out;  // why, with kLeftOut
  int64_t after = -1;    // -1: from the first record on, or none
  int64_t step = -1;
  int64_t first_step = 0;
  int64_t last_step = 0;
  ReportedKind kind = ReportedKind::kNamed;
  // Over examples within the run; none of a change point.
  bool has_interval = false;
  double low = 0, high = 0;  // steps; high infinite where it is beyond the last record
};

// A pair of series whose rises are put in order.
struct ReportedOrder {
  std::string first, second;               // names of series
  OrderSign robust = OrderSign::kMissing;  // within the run
};

// What the numbers of a named event or of a series stand on.
struct ReportedBasis {
  std::string title;  // "z gap > 0.5 nats", "accuracy"
  std::string definition;
  int64_t n_examples = 0;
  int64_t n_checkpoints = 0;
  std::string checkpoints;  // "60: 0 to 2950 every 50"
};

struct ReportedRun {
  std::string experiment;
  std::vector<ReportedEvent> events;
  std::vector<ReportedOrder> orders;
  int64_t spacing = 0;                    // D, steps
  std::vector<ReportedBasis> basis = {};  // of what was not left out
  // Of series, as the report has them but for the head or site that this run chose: "effect_z" ->
  // "causal effect on z".
  std::map<std::string, std::string> titles = {};
  // What decides where its events lie beside its trajectory: "transitions.accuracy" -> "0.9",
  // "performance: probes.n_examples" -> "256" of each record.
  std::map<std::string, std::string> options = {};
  std::set<std::string> labels = {};  // of its records

  const ReportedEvent* event(const std::string& name) const;  // null where there is none
};

// Where its records put an event, in steps.
SeedValue seed_value(const ReportedEvent& event);

// The name of the event that `series` has risen by kRiseShares[share]: "accuracy/50".
std::string rise_event_name(const std::string& series, std::size_t share);

struct EventOverSeeds {
  std::string name, title;
  ReportedKind kind = ReportedKind::kNamed;
  std::vector<ReportedEvent> seeds;  // in the order of the runs; a run without it is left out
  SeedSpread spread;                 // of the steps

  int64_t count(SeedStatus status) const;
};

// The gap of a pair at one share of both rises.
struct GapOverSeeds {
  std::vector<SeedValue> seeds;       // in the order of the runs, steps
  int64_t n_first = 0, n_second = 0;  // seeds in which the one was earlier
  int64_t n_overlap = 0;              // the records of both do not tell
  int64_t n_unknown = 0;              // open on a side without telling, or the run lacks one
  SeedSpread spread;
};

struct OrderOverSeeds {
  std::string first, second;
  std::array<GapOverSeeds, kRiseShares.size()> at;
  int64_t n_robust_first = 0, n_robust_second = 0;  // robust within the run

  // Where one of the two was earlier at every share in every seed, else kUnresolved.
  OrderSign in_every_seed() const;
};

struct SeedsTable {
  std::vector<std::string> experiments;
  double confidence = 0;
  std::vector<EventOverSeeds> events;
  std::vector<OrderOverSeeds> orders;
  std::map<std::string, std::string> titles;  // of series, from the first run that has them

  const std::string& title_of(const std::string& series) const;  // its name where none has it
};

// Events and orders of all runs, in the order in which they are first met. Throws kUsage without a
// run or where two runs have the same name (one run counted twice is no second seed).
SeedsTable over_seeds(const std::vector<ReportedRun>& runs, double confidence);

}  // namespace kairo
