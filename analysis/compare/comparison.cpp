#include "analysis/compare/comparison.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analysis/compare/measured_alike.h"
#include "analysis/plot/palette.h"
#include "analysis/task_analysis.h"
#include "core/base/error.h"
#include "core/config/field_values.h"

namespace kairo {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kLongestName = 48;

void check(const std::vector<ComparedRun>& runs) {
  if (runs.empty()) throw Error(ErrorKind::kUsage).at("compare").fact("no run was named");
  std::set<std::string> names;
  std::map<std::pair<Settings, std::string>, std::string> by_content;
  for (const ComparedRun& run : runs) {
    if (run.task != runs.front().task) {
      throw Error(ErrorKind::kUsage)
          .at("compare")
          .fact("runs of different tasks cannot be compared (" + runs.front().name + " has " +
                runs.front().task + ", " + run.name + " has " + run.task + ")")
          .hint("their losses measure different things");
    }
    if (!names.insert(run.name).second) {
      throw Error(ErrorKind::kUsage)
          .at("compare")
          .fact("the run " + run.name + " twice: one run counted twice is not a second seed");
    }
    const auto [same, is_new] = by_content.emplace(std::pair{run.settings, run.seed}, run.name);
    if (is_new) continue;
    throw Error(ErrorKind::kUsage)
        .at("compare")
        .fact(same->second + " and " + run.name + " have equal settings and seed " + run.seed +
              ": one run counted twice is not a second seed");
  }
}

std::vector<std::string> differing_keys(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> keys;
  const Settings& first = runs.front().settings;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool differs = std::any_of(runs.begin(), runs.end(), [&](const ComparedRun& run) {
      return run.settings[i].second != first[i].second;
    });
    if (differs) keys.push_back(first[i].first);
  }
  return keys;
}

// "forward", "K 20", "lr 0.001"
std::string words_of(const ComparedTask& task, const std::string& key, const std::string& value) {
  if (key == task.pair.key) return value;
  if (key == task.number.key) return task.number.name + " " + value;
  static const std::map<std::string, std::string> short_words = {{"training.learning_rate", "lr"},
                                                                 {"training.batch_size", "batch"}};
  const auto found = short_words.find(key);
  const std::string word =
      found == short_words.end() ? key.substr(key.rfind('.') + 1) : found->second;
  const std::optional<double> real = real_in(value);  // 5e-04 is 0.0005 for people
  return word + " " + (real ? fmt::format("{:g}", *real) : value);
}

std::string name_by(const ComparedRun& run, const std::vector<std::string>& keys) {
  std::string name;
  for (const std::string& key : keys) {
    name += (name.empty() ? "" : ", ") +
            words_of(analysis_of(run.task).compared, key, setting_of(run, key));
  }
  return name;
}

std::string without(const Settings& settings, const std::string& key) {
  std::string text;
  for (const auto& [path, value] : settings) {
    if (path != key) text += path + "=" + value + "\n";
  }
  return text;
}

void add_groups(Comparison& comparison) {
  std::map<Settings, std::size_t> by_settings;
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    const ComparedRun& run = comparison.runs[i];
    const auto [group, is_new] = by_settings.emplace(run.settings, comparison.groups.size());
    if (is_new) {
      RunGroup made;
      made.variant = run.variant;
      made.number = run.number;
      comparison.groups.push_back(made);
    }
    comparison.groups[group->second].runs.push_back(i);
  }
}

// A group of several seeds must not be named after one of its runs.
std::string name_by_runs(const Comparison& comparison, const RunGroup& group) {
  const std::string& first = comparison.first_run(group).name;
  if (group.runs.size() == 1) return first;
  if (comparison.groups.size() == 1) return fmt::format("{} seeds", group.runs.size());
  return fmt::format("{} and its {} other seeds", first, group.runs.size() - 1);
}

// "quick + other" where the user named all of its runs; else "".
std::string name_by_user(const Comparison& comparison, const RunGroup& group) {
  std::string name;
  for (std::size_t run : group.runs) {
    if (!comparison.runs[run].is_named) return "";
    name += (name.empty() ? "" : " + ") + comparison.runs[run].name;
  }
  return name;
}

void name_groups(Comparison& comparison) {
  for (RunGroup& group : comparison.groups) {
    group.name = comparison.groups.size() > 1 ? name_by_user(comparison, group) : "";
    if (!group.name.empty() && group.name.size() <= kLongestName) continue;
    group.name = name_by(comparison.first_run(group), comparison.differing);
    if (group.name.empty() || group.name.size() > kLongestName) {
      group.name = name_by_runs(comparison, group);
    }
  }
}

void add_families(Comparison& comparison) {
  const std::string& pair_key = compared_task(comparison).pair.key;
  std::vector<std::string> keys;
  for (const std::string& key : comparison.differing) {
    if (key != pair_key) keys.push_back(key);
  }
  std::map<std::string, std::size_t> by_rest;
  for (RunGroup& group : comparison.groups) {
    const ComparedRun& run = comparison.first_run(group);
    const auto [family, is_new] =
        by_rest.emplace(without(run.settings, pair_key), comparison.families.size());
    if (is_new) {
      const std::string name = name_by(run, keys);
      comparison.families.push_back(name.size() > kLongestName ? run.name : name);
    }
    group.family = family->second;
  }
}

// A colour a family and a dash a variant; where there are more families than colours, what the
// palette has for as many groups.
void choose_styles(Comparison& comparison) {
  const std::vector<std::string> variants = comparison.variants();
  const bool by_family = comparison.families.size() <= kLineColors.size();
  for (std::size_t i = 0; i < comparison.groups.size(); ++i) {
    RunGroup& group = comparison.groups[i];
    const std::size_t dash =
        std::find(variants.begin(), variants.end(), group.variant) - variants.begin();
    group.style = static_cast<int>(by_family ? group.family + dash * kLineColors.size() : i);
  }
}

}  // namespace

bool Comparison::differs_in(const std::string& key) const {
  return std::find(differing.begin(), differing.end(), key) != differing.end();
}

std::vector<const RunGroup*> Comparison::groups_of(const std::string& variant) const {
  std::vector<const RunGroup*> found;
  for (const RunGroup& group : groups) {
    if (variant.empty() || group.variant == variant) found.push_back(&group);
  }
  return found;
}

const RunGroup* Comparison::group_of(std::size_t family, const std::string& variant) const {
  for (const RunGroup& group : groups) {
    if (group.family == family && group.variant == variant) return &group;
  }
  return nullptr;
}

std::vector<std::string> Comparison::variants() const {
  std::vector<std::string> names;
  for (const RunGroup& group : groups) {
    if (std::find(names.begin(), names.end(), group.variant) == names.end()) {
      names.push_back(group.variant);
    }
  }
  return names;
}

Comparison make_comparison(const std::string& name, std::vector<ComparedRun> runs) {
  check(runs);
  Comparison comparison;
  comparison.warnings = settle_differences(runs);
  comparison.name = name;
  comparison.runs = std::move(runs);
  comparison.differing = differing_keys(comparison.runs);
  add_groups(comparison);
  name_groups(comparison);
  add_families(comparison);
  choose_styles(comparison);
  return comparison;
}

const ComparedTask& compared_task(const Comparison& comparison) {
  return analysis_of(comparison.runs.front().task).compared;
}

const std::vector<std::string>& lag_events(const Comparison& comparison) {
  return compared_task(comparison).lag_events;
}

std::string event_title(const Comparison& comparison, const std::string& event) {
  for (const ComparedRun& run : comparison.runs) {
    const ReportedEvent* found = run.event(event);
    if (found != nullptr) return found->title;
  }
  return event;
}

}  // namespace kairo
