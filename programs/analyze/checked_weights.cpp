#include "programs/analyze/checked_weights.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/store/trajectory_check.h"

namespace kairo {
namespace {

// Of a step that is wrong and was measured on the very file that is there; or "".
std::string wrong_in(const Record& record, const CheckedWeights& checked) {
  for (std::size_t row = 0; row < record.steps.size(); ++row) {
    const auto wrong = checked.wrong.find(record.steps[row]);
    if (wrong == checked.wrong.end()) continue;
    if (checked.hashes.at(wrong->first) == record.checkpoint_hashes[row]) return wrong->second;
  }
  return "";
}

}  // namespace

CheckedWeights check_weights(const std::vector<TrajectoryPoint>& all,
                             const std::vector<TrajectoryPoint>& measured) {
  TrajectoryReport report = check_trajectory(all, CheckDepth::kWeights, {});
  for (const TrajectoryFinding& finding : report.of("path")) spdlog::warn("{}", finding.text);
  CheckedWeights checked;
  checked.hashes = std::move(report.content_hashes);
  for (const char* check : {"model", "duplicates"}) {
    for (const TrajectoryFinding& finding : report.of(check)) {
      checked.wrong[finding.step] = finding.text;
    }
  }
  std::map<int64_t, std::string> faults = checked.wrong;
  for (const TrajectoryFinding& finding : report.of("readable")) {
    faults[finding.step] = finding.text;
  }
  for (const auto& [step, why] : faults) {
    const bool fails = std::any_of(measured.begin(), measured.end(),
                                   [at = step](const auto& point) { return point.step == at; });
    if (!fails) spdlog::warn("{}", why);
  }
  return checked;
}

void refuse_wrong_records(RunData& data, const RunDirectory& run, const CheckedWeights& checked,
                          DamagedFiles damaged) {
  for (auto record = data.records.begin(); record != data.records.end();) {
    const std::string probe = record->first, why = wrong_in(record->second, checked);
    if (why.empty()) {
      ++record;
      continue;
    }
    if (damaged == DamagedFiles::kRefused) {
      throw Error(ErrorKind::kCorrupt)
          .at(run.record(probe, record->second.key.label))
          .fact("it does not fit the run's checkpoints: " + why)
          .hint("analyze --keep-going --probes " + probe + " measures without that step");
    }
    data.left_out[probe] = "its record holds a step that is wrong: " + why;
    data.damaged.push_back(probe);
    record = data.records.erase(record);
  }
}

}  // namespace kairo
