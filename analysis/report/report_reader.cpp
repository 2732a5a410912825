#include "analysis/report/report_reader.h"

#include <spdlog/fmt/fmt.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/report/report.h"
#include "analysis/step_words.h"
#include "core/base/error.h"
#include "core/config/shown_json.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

using JsonOfReport = nlohmann::json;

// Of an event that is looked for up to the last record: none until then.
SeedStatus status_of(const std::string& name) {
  for (SeedStatus each : {SeedStatus::kConfirmed, SeedStatus::kUnconfirmed}) {
    if (name == status_name(each)) return each;
  }
  return SeedStatus::kCensored;
}

OrderSign sign_of(const std::string& name) {
  for (OrderSign each :
       {OrderSign::kFirstEarlier, OrderSign::kSecondEarlier, OrderSign::kUnresolved}) {
    if (name == order_sign_name(each)) return each;
  }
  return OrderSign::kMissing;
}

int64_t step_or(const JsonOfReport& value, int64_t otherwise) {
  return value.is_null() ? otherwise : value.get<int64_t>();
}

struct Named {
  std::string name, title;
  ReportedKind kind;
};

// What all events have: where they lie, and between which records they were looked for. `place` has
// status, after, step and interval (null for none); `owner` first_step, last_step and left_out.
ReportedEvent event_of(const Named& named, const JsonOfReport& place, const JsonOfReport& owner) {
  ReportedEvent event;
  event.name = named.name;
  event.title = named.title;
  event.kind = named.kind;
  const JsonOfReport& interval = place.at("interval");
  event.has_interval = !interval.is_null();
  if (event.has_interval) {
    event.low = interval.at("low").get<double>();
    const JsonOfReport& high = interval.at("high");
    event.high = high.is_null() ? std::numeric_limits<double>::infinity() : high.get<double>();
  }
  event.status = status_of(place.at("status").get<std::string>());
  event.after = step_or(place.at("after"), -1);
  event.step = step_or(place.at("step"), -1);
  event.first_step = step_or(owner.at("first_step"), 0);
  event.last_step = step_or(owner.at("last_step"), 0);
  return event;
}

ReportedEvent left_out(const Named& named, const JsonOfReport& reason) {
  ReportedEvent event;
  event.name = named.name;
  event.title = named.title;
  event.kind = named.kind;
  event.status = SeedStatus::kLeftOut;
  event.left_out = reason.get<std::string>();
  return event;
}

void add_named(const JsonOfReport& transition, ReportedRun& run) {
  const Named named = {transition.at("name").get<std::string>(),
                       transition.at("title").get<std::string>(), ReportedKind::kNamed};
  const JsonOfReport& reason = transition.at("left_out");
  run.events.push_back(reason.is_null() ? event_of(named, transition, transition)
                                        : left_out(named, reason));
}

// Of a series without the head or site that this run chose: another seed may have chosen another.
std::string title_without_choice(const JsonOfReport& series) {
  std::string title = series.at("title").get<std::string>();
  const JsonOfReport& chosen = series.at("chosen");
  if (chosen.is_null()) return title;
  const std::string words = " of " + chosen.get<std::string>();
  const std::size_t at = title.find(words);
  return at == std::string::npos ? title : title.erase(at, words.size());
}

void add_rises(const JsonOfReport& series, ReportedRun& run) {
  if (!series.at("bounded").get<bool>()) return;
  const auto name = series.at("name").get<std::string>();
  for (std::size_t i = 0; i < kRiseShares.size(); ++i) {
    const Named named = {
        rise_event_name(name, i),
        fmt::format("{}, {:.0f} % of its rise", title_without_choice(series), 100 * kRiseShares[i]),
        ReportedKind::kRise};
    if (!series.at("left_out").is_null()) {
      run.events.push_back(left_out(named, series.at("left_out")));
      continue;
    }
    ReportedEvent event = event_of(named, series.at("rise").at("times").at(i), series);
    const bool still_rising = series.at("rise").at("still_rising").get<bool>();
    if (still_rising && event.step >= 0) event.status = SeedStatus::kStillRising;
    run.events.push_back(event);
  }
}

void add_change_point(const JsonOfReport& series, ReportedRun& run) {
  const auto name = series.at("name").get<std::string>();
  const Named named = {"change_point/" + name, "change point of " + title_without_choice(series),
                       ReportedKind::kChangePoint};
  if (!series.at("left_out").is_null()) {
    run.events.push_back(left_out(named, series.at("left_out")));
    return;
  }
  const JsonOfReport& point = series.at("change_point");
  const auto status = point.at("status").get<std::string>();
  if (status == "left_out") {
    run.events.push_back(left_out(named, point.at("reason")));
    return;
  }
  const bool found = status == "found";
  const JsonOfReport place = {{"status", status_name(SeedStatus::kConfirmed)},
                              {"after", found ? point.at("after") : JsonOfReport(nullptr)},
                              {"step", found ? point.at("step") : JsonOfReport(nullptr)},
                              {"interval", nullptr}};
  run.events.push_back(event_of(named, place, series));
  if (!found) run.events.back().status = SeedStatus::kNoTransition;
}

ReportedOrder order_of(const JsonOfReport& pair) {
  return {pair.at("first").get<std::string>(), pair.at("second").get<std::string>(),
          sign_of(pair.at("robust").get<std::string>())};
}

// Of an entry of `transitions` or `series`.
void add_basis(const JsonOfReport& entry, ReportedRun& run) {
  if (!entry.at("left_out").is_null()) return;
  const JsonOfReport& steps = entry.at("steps");
  std::vector<StepStretch> ranges;
  for (const JsonOfReport& each : steps.at("ranges")) {
    ranges.push_back({each.at("first").get<int64_t>(), each.at("last").get<int64_t>(),
                      each.at("every").get<int64_t>()});
  }
  run.basis.push_back({entry.at("title").get<std::string>(),
                       entry.at("definition").get<std::string>(),
                       entry.at("n_examples").get<int64_t>(), steps.at("count").get<int64_t>(),
                       step_words(ranges, steps.at("count").get<std::size_t>())});
}

// Of a record's settings the probes' own alone: others tell of the run (where its weights began).
void add_record(const JsonOfReport& record, ReportedRun& run) {
  const auto probe = record.at("probe").get<std::string>();
  run.labels.insert(record.at("label").get<std::string>());
  const JsonOfReport& settings = record.at("settings");
  if (!settings.is_object()) return;
  for (const auto& [path, value] : settings.items()) {
    if (path.rfind("probes.", 0) == 0) run.options[probe + ": " + path] = value.dump();
  }
}

void check_version(const JsonOfReport& report, const std::string& where) {
  const JsonOfReport& version = report.at("report_version");
  // Version 6 added the run's facts, which nothing here reads.
  if (version == kReportVersion || version == kReportVersion - 1) return;
  throw Error(ErrorKind::kCorrupt)
      .at(where)
      .expected(fmt::format("report_version {}", kReportVersion))
      .came(shown_json(version))
      .hint("run analyze --figures-only on the experiment to write its report again");
}

ReportedRun run_of(const JsonOfReport& report) {
  ReportedRun run;
  run.experiment = report.at("experiment").get<std::string>();
  run.spacing = report.at("checkpoint_spacing").get<int64_t>();
  for (const JsonOfReport& each : report.at("transitions")) {
    add_basis(each, run);
    add_named(each, run);
  }
  for (const JsonOfReport& each : report.at("series")) {
    add_basis(each, run);
    run.titles[each.at("name").get<std::string>()] = title_without_choice(each);
    add_rises(each, run);
    add_change_point(each, run);
  }
  for (const auto& [path, value] : report.at("options").items()) {
    run.options[path] = value.get<std::string>();
  }
  for (const JsonOfReport& each : report.at("records")) add_record(each, run);
  for (const JsonOfReport& each : report.at("order").at("pairs"))
    run.orders.push_back(order_of(each));
  return run;
}

}  // namespace

ReportedRun parse_report(const std::string& text, const std::string& where) {
  try {
    const JsonOfReport report = JsonOfReport::parse(text);
    check_version(report, where);
    return run_of(report);
  } catch (const JsonOfReport::exception& error) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact("this is no report.json as analyze writes it: " + std::string(error.what()))
        .hint("run analyze on the experiment again");
  }
}

ReportedRun read_report(const std::string& path) { return parse_report(read_file(path), path); }

}  // namespace kairo
