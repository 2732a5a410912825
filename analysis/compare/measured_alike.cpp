#include "analysis/compare/measured_alike.h"

#include <spdlog/fmt/fmt.h>

#include <map>

#include "analysis/task_analysis.h"
#include "core/base/error.h"

namespace kairo {
namespace {

constexpr std::size_t kMostNamedRuns = 3;

// Options that decide what an event is, and the event.
std::map<std::string, std::string> threshold_options(const std::string& task) {
  std::map<std::string, std::string> events;
  for (const EventSpec& event : analysis_of(task).events) {
    events["transitions." + event.threshold] = event.name;
  }
  return events;
}

using RunsByValue = std::map<std::string, std::vector<std::string>>;

std::map<std::string, RunsByValue> values_of_options(const std::vector<ComparedRun>& runs) {
  std::map<std::string, RunsByValue> values;
  for (const ComparedRun& run : runs) {
    for (const auto& [option, value] : run.report.options) {
      values[option][value].push_back(run.name);
    }
  }
  return values;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMostNamedRuns; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMostNamedRuns) {
    text += fmt::format(" and {} more", names.size() - kMostNamedRuns);
  }
  return text;
}

// "64 in a, b; 256 in c"
std::string values_text(const RunsByValue& runs) {
  std::string text;
  for (const auto& [value, names] : runs) {
    text += (text.empty() ? "" : "; ") + value + " in " + names_text(names);
  }
  return text;
}

// An option of a record is "PROBE: probes.KEY", as the reader of reports names it.
struct Option {
  std::string probe, key;
};

Option parts_of(const std::string& option) {
  const std::size_t colon = option.find(": ");
  if (colon == std::string::npos) return {"", option};
  return {option.substr(0, colon), option.substr(colon + 2)};
}

void refuse_other_split(const Option& option, const RunsByValue& runs) {
  if (option.key != "probes.split") return;
  throw Error(ErrorKind::kUsage)
      .at("compare")
      .fact("numbers on training examples and on held-out ones mean different things (" +
            option.probe + ": probes.split is " + values_text(runs) + ")")
      .hint("run analyze on all of them with one probes.split");
}

void leave_out_event(const std::string& event, const std::string& why,
                     std::vector<ComparedRun>& runs) {
  for (ComparedRun& run : runs) {
    for (ReportedEvent& each : run.report.events) {
      if (each.name != event) continue;
      each.status = SeedStatus::kLeftOut;
      each.left_out = why;
    }
  }
}

}  // namespace

std::vector<std::string> settle_differences(std::vector<ComparedRun>& runs) {
  // Key and values -> the probes that it holds for: five probes with one difference are one line.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> differences;
  for (const auto& [name, by_value] : values_of_options(runs)) {
    if (by_value.size() < 2) continue;
    const Option option = parts_of(name);
    refuse_other_split(option, by_value);
    std::vector<std::string>& probes = differences[{option.key, values_text(by_value)}];
    if (!option.probe.empty()) probes.push_back(option.probe);
  }
  const auto thresholds = threshold_options(runs.empty() ? "" : runs.front().task);
  std::vector<std::string> sentences;
  for (const auto& [difference, probes] : differences) {
    const auto& [key, values] = difference;
    const auto event = thresholds.find(key);
    std::string sentence = key + " is " + values;
    if (!probes.empty()) sentence += fmt::format(" (probes: {})", fmt::join(probes, ", "));
    if (event == thresholds.end()) {
      sentences.push_back(sentence + ". The runs are compared all the same.");
      continue;
    }
    leave_out_event(event->second, "the runs have different " + key, runs);
    sentences.push_back(sentence + ". The event " + event->second +
                        " is left out, since it is another event in each.");
  }
  return sentences;
}

}  // namespace kairo
