#include "tests/analysis/made_report.h"

#include <limits>
#include <map>

namespace kairo::made {
namespace {

constexpr double kNoStep = std::numeric_limits<double>::quiet_NaN();
constexpr double kOpenEnd = std::numeric_limits<double>::infinity();

SeriesFinding finding(const std::string& name) {
  SeriesFinding f;
  f.series.name = name;
  f.series.title = "series " + name;
  f.series.definition = "Made up.";
  f.series.source = "performance/" + name;
  f.series.units = "1";
  f.series.values.steps = {0, 100, 200, 300};
  f.n_examples = 64;
  f.last_step = 300;
  f.rise.rule = {{100, 2}, 0.1};
  f.rise.levels = {0, 1};
  f.rise.crossings = {Crossing{EventStatus::kConfirmed, -1, 0},
                      Crossing{EventStatus::kConfirmed, 0, 100},
                      Crossing{EventStatus::kConfirmed, 0, 100}};
  f.sharpness.is_resolved = true;
  f.sharpness.width = 150;
  f.sharpness.fit.height = 1;
  f.change_point.smooth_model = "line";
  f.change_point.break_model = "constant with a jump";
  f.change_point.gain = 3.5;
  f.change_point.n_records = 4;
  return f;
}

SeriesFinding unconfirmed_and_none() {
  SeriesFinding f = finding("a");
  f.rise.crossings = {Crossing{EventStatus::kUnconfirmed, 100, 200},
                      Crossing{EventStatus::kUnconfirmed, 200, 300}, Crossing{}};
  f.rise.intervals.resize(3);
  f.rise.intervals[0].low = 100;
  f.rise.intervals[0].high = kOpenEnd;
  f.rise.intervals[1].low = 200;
  f.rise.intervals[1].high = 300;
  f.rise.intervals[2].share_never = 1;
  return f;
}

SeriesFinding unresolved_with_a_break() {
  SeriesFinding f = finding("b");
  f.sharpness.is_resolved = false;
  f.sharpness.has_interval = true;
  f.sharpness.high = kOpenEnd;
  f.change_point.verdict = ChangeVerdict::kBreak;
  f.change_point.step = 200;
  f.change_point.after = 100;
  f.change_point.high = 300;
  return f;
}

SeriesFinding refused() {
  SeriesFinding f = finding("c");
  f.series.bounded = false;
  f.sharpness.fit.why_not = "fewer than 6 records";
  f.change_point.left_out = "fewer than 12 records";
  return f;
}

SeriesFinding left_out() {
  SeriesFinding f = finding("d");
  f.series.values.steps.clear();
  f.n_examples = 0;
  f.series.left_out = "K = 1: no other selector";
  return f;
}

}  // namespace

const Findings& found(Task task) {
  static std::map<Task, Findings> by_task;
  const auto known = by_task.find(task);
  if (known != by_task.end()) return known->second;
  RunOptions options;
  options.task = task;
  return by_task[task] = find_all(run(options));
}

Findings every_state() {
  Findings findings;
  findings.series = {unconfirmed_and_none(), unresolved_with_a_break(), refused(), left_out()};
  Order order;
  order.second = 1;
  order.at[0] = {OrderSign::kUnresolved, -100, true, -kOpenEnd, 100};
  order.at[1] = {OrderSign::kSecondEarlier, -200, true, -300, -100};
  order.at[2].gap = kNoStep;
  findings.orders = {order};
  return findings;
}

}  // namespace kairo::made
