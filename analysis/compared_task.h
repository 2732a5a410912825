// A study tells `compare` these things about its task: the two settings to set side by side, the
// number that is swept, the curves of a run and the figures beside the general ones.
#pragma once

#include <string>
#include <vector>

namespace kairo {

struct Comparison;
struct NamedDrawing;
struct Panel;

// Two values of a key, e.g. data.task: forward and backward. Their difference is first - second.
struct Pair {
  std::string key;  // "" if there is no pair
  std::string first, second;
  std::string title;  // "Both directions", of the figure of both
  std::string note;   // one more sentence below the table of differences, or ""
};

// A number of the task against which the steps of events are drawn.
struct SweptNumber {
  std::string key;     // "data.k"; "" if there is none
  std::string name;    // "K", in the names of groups
  std::string axis;    // "K, targets that share a base"
  std::string figure;  // "k_dependence", the file
};

// A curve, the column of metrics.jsonl that has it, and the record that has it otherwise.
struct CurveSource {
  std::string track;
  std::string column;  // "" if the trainer does not measure it
  std::string probe, quantity;
  bool of_one_head = false;  // the quantity has axes layer and head: the largest at the last record
};

struct ComparedTask {
  Pair pair;
  SweptNumber number;
  std::vector<std::string> lag_events;  // events by which a lag is told, in the order of tables
  std::vector<CurveSource> curves;
  // Null if there are none. Panels beside loss and accuracy; panels of the dashboard; figures.
  std::vector<Panel> (*training_panels)(const Comparison&) = nullptr;
  std::vector<Panel> (*panels)(const Comparison&) = nullptr;
  std::vector<NamedDrawing> (*figures)(const Comparison&) = nullptr;
};

}  // namespace kairo
