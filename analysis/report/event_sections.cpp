#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/final_values.h"
#include "analysis/report/sections.h"
#include "analysis/series.h"
#include "analysis/step_words.h"

namespace kairo {
namespace {

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = text[0] - 'a' + 'A';
  return text;
}

std::string interval_text(const Transition& t) {
  if (std::isinf(t.high)) return fmt::format("{:.0f} to beyond the last record", t.low);
  return fmt::format("{:.0f}–{:.0f}", t.low, t.high);
}

std::string event_interval_words(const Transition& t) {
  if (!t.has_interval) return fmt::format("no interval, {} examples", t.n_examples);
  return fmt::format("{:g} % interval within this run {}, {} examples", 100 * t.confidence,
                     interval_text(t), t.n_examples);
}

std::string where_words(const Crossing& crossing) {
  if (crossing.after < 0) return "already at the first record";
  return fmt::format("between the checkpoints {} and {}", crossing.after, crossing.step);
}

// The one sentence that answers "when".
std::string sentence(const Transition& t) {
  const std::string& title = t.event.title;
  const std::string& claim = t.event.claim.empty() ? title : t.event.claim;
  if (!t.left_out.empty()) {
    const std::string& subject = t.event.subject.empty() ? title : t.event.subject;
    return fmt::format("{}: not measured ({}).", subject, t.left_out);
  }
  if (t.crossing.status == EventStatus::kNone) {
    return fmt::format("Not reached by step {}: {} ({}, {} examples).", t.last_step, claim, title,
                       t.n_examples);
  }
  if (t.crossing.status == EventStatus::kUnconfirmed) {
    return fmt::format(
        "Unconfirmed: {} at step {} ({}; {}), but the records end at step {}, before this held "
        "for {} spacings ({} steps).",
        claim, t.crossing.step, where_words(t.crossing), event_interval_words(t), t.last_step,
        t.hold_spacings, t.hold_spacings * t.spacing);
  }
  return fmt::format("{} at step {} ({}; {}).", capitalized(claim), t.crossing.step,
                     where_words(t.crossing), event_interval_words(t));
}

SortRank rank_of(EventStatus status) {
  if (status == EventStatus::kConfirmed) return SortRank::kValue;
  return status == EventStatus::kUnconfirmed ? SortRank::kUnconfirmed : SortRank::kNone;
}

Cell step_cell(const Transition& t) {
  if (!t.left_out.empty()) return no_cell();
  if (t.crossing.step < 0) return no_cell("none");
  const std::string text = t.crossing.after < 0 ? std::to_string(t.crossing.step)
                                                : fmt::format("{} in ({}, {}]", t.crossing.step,
                                                              t.crossing.after, t.crossing.step);
  return number_cell(text, static_cast<double>(t.crossing.step), rank_of(t.crossing.status));
}

Cell interval_cell(const Transition& t) {
  if (!t.has_interval) return no_cell();
  return number_cell(interval_text(t), t.low, rank_of(t.crossing.status));
}

// The steps of the record behind an event.
Cell event_checkpoints_cell(const RunData& run, const Transition& t) {
  const Record* record = run.record(probe_of(t.event.series));
  if (record == nullptr || !t.left_out.empty()) return no_cell();
  return number_cell(step_words(record->steps), static_cast<double>(record->steps.size()));
}

// What the event is, with the numbers that depend on the run.
std::string definition_of(const Transition& t) {
  if (!t.left_out.empty()) return t.event.definition;
  std::string text = t.event.definition;
  if (t.event.relative_to_first) {
    text += fmt::format(" That is {:.4g} {}.", t.threshold_value, t.event.units);
  }
  return text + fmt::format(" D = {} steps.", t.spacing);
}

// "1", "2": as the events are numbered in time.
Cell number_in_time(const Transition& t, std::size_t row) {
  const bool happened = t.left_out.empty() && t.crossing.step >= 0;
  return happened ? count_cell(static_cast<int64_t>(row) + 1) : no_cell();
}

std::vector<Cell> row_of(const RunData& run, const Transition& t, std::size_t row) {
  const bool computed = t.left_out.empty();
  return {text_cell(t.event.title),
          number_in_time(t, row),
          step_cell(t),
          interval_cell(t),
          text_cell(computed ? status_name(t) : "left out"),
          computed ? count_cell(t.n_examples) : no_cell(),
          event_checkpoints_cell(run, t),
          text_cell(definition_of(t))};
}

std::string absence(const Transition& t) {
  const std::string event = "Event " + t.event.title + ": ";
  if (!t.left_out.empty()) return event + "not measured, " + t.left_out + ".";
  if (t.crossing.status == EventStatus::kUnconfirmed) {
    return event + fmt::format(
                       "past its threshold from step {}, but the run ended before this "
                       "held for {} steps.",
                       t.crossing.step, t.hold_spacings * t.spacing);
  }
  std::string text = event + fmt::format("not reached by step {}", t.last_step);
  if (t.bootstrap_samples > 0) {
    text += fmt::format(" (also in {:.1f} % of the resampled curves)", 100 * t.share_never);
  }
  return text + ".";
}

// "In order of time: 1. accuracy > 0.9 (step 350), ..."; "" for fewer than two events.
std::string order_sentence(const std::vector<Transition>& transitions) {
  std::string text;
  int n = 0;
  for (const Transition& t : in_time(transitions)) {
    if (!t.left_out.empty() || t.crossing.step < 0) break;
    ++n;
    text +=
        fmt::format("{}{}. {} (step {}{})", n == 1 ? "" : ", ", n, t.event.title, t.crossing.step,
                    t.crossing.status == EventStatus::kUnconfirmed ? ", unconfirmed" : "");
  }
  return n < 2 ? "" : "Events in order of time: " + text + ".";
}

// Where refinement left an interval much wider than the step is known: how to narrow it.
std::string narrowing_sentence(const Transition& t) {
  return fmt::format(
      "{} is known to {} step{}, but its {:g} % interval is {:.0f} steps wide, since "
      "the records farther away are not as dense. To narrow it: {}, then analyze.",
      t.event.title, t.crossing.step - t.crossing.after,
      t.crossing.step - t.crossing.after == 1 ? "" : "s", 100 * t.confidence, t.high - t.low,
      t.narrower);
}

BulletList narrowing_list(const std::vector<Transition>& transitions) {
  BulletList list;
  for (const Transition& t : transitions) {
    if (!t.narrower.empty()) list.items.push_back(narrowing_sentence(t));
  }
  return list;
}

// A probe that only waits to be run is listed with its command.
std::string absent_probe(const RunData& run, const std::string& what, const std::string& reason) {
  if (what == kMetricsName) return what + ": " + reason + ".";
  if (reason != not_run_words(what)) return "Probe " + what + ": " + reason + ".";
  const std::string label = run.label == kDefaultLabel ? "" : " --label " + run.label;
  return fmt::format("Probe {}: has not been run. To run it: probe_{} {}{}.", what, what,
                     experiment_flags(run), label);
}

}  // namespace

std::vector<std::string> headline(const std::vector<Transition>& transitions) {
  std::vector<std::string> sentences;
  for (const Transition& t : transitions) {
    sentences.push_back(sentence(t));
    if (t.left_out.empty()) break;  // the first event that could be looked for is the answer
  }
  const std::string order = order_sentence(transitions);
  if (!order.empty()) sentences.push_back(order);
  return sentences;
}

std::string scope(const RunData& run) {
  const std::vector<int64_t> steps = recorded_steps(run);
  const std::string text = fmt::format("Task {}, {} examples; ", run.task, run.n_examples);
  if (steps.empty()) return text + "nothing has been measured.";
  return text + fmt::format("measured at {} checkpoints, from step {} to {}.", steps.size(),
                            steps.front(), steps.back());
}

Section transitions_section(const RunData& run, const std::vector<Transition>& transitions) {
  const TransitionsOptions& options = run.transitions;
  Table table;
  table.columns = {
      {"event", ""},
      {"number", "In order of time."},
      {"step",
       fmt::format("The first record from which the value stays past its threshold at every record "
                   "for {} D. D is the spacing of the checkpoints. The event lies in (record "
                   "before, step].",
                   options.hold_spacings)},
      {"interval",
       fmt::format("{:g} % interval of the step, from {} resamplings of this run's examples (seed "
                   "{}). It says nothing about other seeds. It is never narrower than the distance "
                   "of two records.",
                   100 * options.confidence, options.bootstrap_samples, options.seed)},
      {"status",
       "confirmed; unconfirmed: the records end before the value stayed past its threshold long "
       "enough; none: never reached; left out: not measured."},
      {"n", "Examples behind the mean at every checkpoint."},
      {"checkpoints", "How many were measured, and which."},
      {"definition", ""}};
  const std::vector<Transition> ordered = in_time(transitions);
  for (const Transition& t : ordered) {
    table.rows.push_back(row_of(run, t, table.rows.size()));
  }
  Section section{"Transitions", {table}};
  const BulletList narrowing = narrowing_list(ordered);
  if (!narrowing.items.empty()) section.blocks.push_back(narrowing);
  return section;
}

Section absences_section(const RunData& run, const std::vector<Transition>& transitions,
                         const std::vector<FigureResult>& figures) {
  BulletList list;
  for (const Transition& t : transitions) {
    const bool is_there = t.left_out.empty() && t.crossing.status == EventStatus::kConfirmed;
    if (!is_there) list.items.push_back(absence(t));
  }
  for (const auto& [what, reason] : run.left_out) {
    list.items.push_back(absent_probe(run, what, reason));
  }
  for (const FigureResult& figure : figures) {
    if (figure.left_out.empty()) continue;
    list.items.push_back("Figure " + figure.name + ": " + figure.left_out + ".");
  }
  const std::string title = "Not found or left out";
  if (list.items.empty()) return {title, {Paragraph{"Nothing."}}};
  return {title, {list}};
}

}  // namespace kairo
