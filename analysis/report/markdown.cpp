#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/final_values.h"
#include "analysis/report.h"
#include "analysis/report/sections.h"

namespace kairo {
namespace {

std::string esc(const std::string& text) { return markdown_escape(text); }

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = text[0] - 'a' + 'A';
  return text;
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.4g}", value) : "undefined";
}

std::string high_text(const Transition& t) {
  return std::isinf(t.high) ? "beyond the last record" : fmt::format("{:.0f}", t.high);
}

std::string interval_words(const Transition& t) {
  if (!t.has_interval) return fmt::format("no interval, {} examples", t.n_examples);
  return fmt::format("{:g} % interval within this run {:.0f}–{}, {} examples", 100 * t.confidence,
                     t.low, high_text(t), t.n_examples);
}

std::string where_words(const Crossing& crossing) {
  if (crossing.after < 0) return "already at the first record";
  return fmt::format("between the checkpoints {} and {}", crossing.after, crossing.step);
}

// The one sentence that answers "when".
std::string headline(const Transition& t) {
  const std::string claim = esc(t.event.claim.empty() ? t.event.title : t.event.claim);
  const std::string title = esc(t.event.title);
  if (!t.left_out.empty()) {
    return fmt::format("It cannot be said when {} ({}).", claim, esc(t.left_out));
  }
  if (t.crossing.status == EventStatus::kNone) {
    return fmt::format("Not reached by step {}: {} ({}, {} examples).", t.last_step, claim, title,
                       t.n_examples);
  }
  if (t.crossing.status == EventStatus::kUnconfirmed) {
    return fmt::format(
        "Unconfirmed: {} at step {} ({}; {}), but the records end at step {}, before it held for "
        "{} "
        "spacings ({} steps).",
        claim, t.crossing.step, where_words(t.crossing), interval_words(t), t.last_step,
        t.hold_spacings, t.hold_spacings * t.spacing);
  }
  return fmt::format("{} at step {} ({}; {}).", capitalized(claim), t.crossing.step,
                     where_words(t.crossing), interval_words(t));
}

std::string lead(const RunData& run, const std::vector<Transition>& transitions) {
  std::string text = "# " + esc(run.experiment) + "\n\n";
  for (const Transition& t : transitions) {
    text += headline(t) + "\n";
    if (t.left_out.empty()) break;  // the first event that could be looked for is the answer
  }
  const std::vector<int64_t> steps = recorded_steps(run);
  text += fmt::format("\nTask {}, {} examples; ", esc(run.task), run.n_examples);
  if (steps.empty()) return text + "no records.\n";
  return text + fmt::format("records at {} steps from {} to {}.\n", steps.size(), steps.front(),
                            steps.back());
}

std::string step_cell(const Transition& t) {
  if (t.crossing.step < 0) return "–";
  if (t.crossing.after < 0) return std::to_string(t.crossing.step);
  return fmt::format("{} in ({}, {}\\]", t.crossing.step, t.crossing.after, t.crossing.step);
}

std::string transition_table(const std::vector<Transition>& transitions) {
  std::string text =
      "\n## Transitions\n\n| event | step | interval | status | n | definition |\n"
      "|---|---|---|---|---|---|\n";
  for (const Transition& t : transitions) {
    const std::string interval =
        t.has_interval ? fmt::format("{:.0f}–{}", t.low, high_text(t)) : "–";
    const std::string status = t.left_out.empty() ? status_name(t) : "left out";
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", esc(t.event.title), step_cell(t),
                        interval, status, t.n_examples, esc(t.event.definition));
  }
  return text;
}

std::string not_found(const RunData& run, const std::vector<Transition>& transitions,
                      const std::vector<FigureResult>& figures) {
  std::string text;
  for (const Transition& t : transitions) {
    if (!t.left_out.empty()) {
      text += fmt::format("- Event {}: left out, {}.\n", esc(t.event.title), esc(t.left_out));
    } else if (t.crossing.status == EventStatus::kNone) {
      text += fmt::format("- Event {}: not reached by step {}", esc(t.event.title), t.last_step);
      text +=
          t.bootstrap_samples > 0
              ? fmt::format(" (also in {:.1f} % of the resampled curves).\n", 100 * t.share_never)
              : ".\n";
    } else if (t.crossing.status == EventStatus::kUnconfirmed) {
      text +=
          fmt::format("- Event {}: beyond from step {}, not held for {} steps before the end.\n",
                      esc(t.event.title), t.crossing.step, t.hold_spacings * t.spacing);
    }
  }
  for (const auto& [probe, reason] : run.left_out) {
    text += fmt::format("- Probe {}: {}.\n", esc(probe), esc(reason));
  }
  for (const FigureResult& figure : figures) {
    if (figure.left_out.empty()) continue;
    text += fmt::format("- Figure {}: {}.\n", esc(figure.name), esc(figure.left_out));
  }
  return "\n## Not found or left out\n\n" + (text.empty() ? "Nothing.\n" : text);
}

std::string final_table(const RunData& run) {
  std::string text =
      "\n## Last values\n\n| quantity | step | mean ± standard error | units | n | definition |\n"
      "|---|---|---|---|---|---|\n";
  for (const FinalValue& v : final_values(run)) {
    std::string value = number(v.mean);
    if (std::isfinite(v.standard_error)) value += fmt::format(" ± {:.2g}", v.standard_error);
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", esc(v.series), v.step, value,
                        esc(v.units), v.n_examples, esc(v.definition));
  }
  return text;
}

std::string floors_table(const RunData& run) {
  if (run.floors.empty()) return "";
  std::string text =
      "\n## Floors\n\nThe best that is possible without a part of the input, computed exactly from "
      "the "
      "examples.\n\n| floor | of | nats | definition |\n|---|---|---|---|\n";
  for (const Floor& floor : run.floors) {
    text += fmt::format("| {} | {} | {} | {} |\n", esc(floor.name), esc(floor.quantity),
                        number(floor.nats), esc(floor.definition));
  }
  return text;
}

std::string figure_section(std::vector<FigureResult> figures) {
  std::stable_partition(figures.begin(), figures.end(),
                        [](const FigureResult& figure) { return figure.name == "dashboard"; });
  std::string text;
  for (const FigureResult& figure : figures) {
    if (!figure.left_out.empty()) continue;
    text += fmt::format("\n![{}](figures/{}.png)\n\n{}\n", esc(figure.name), figure.name,
                        esc(figure.caption));
  }
  return text.empty() ? "" : "\n## Figures\n" + text;
}

// Text between backticks: nothing escapes inside, so what would end the span or the cell is
// changed.
std::string code_span(const std::string& text) {
  std::string span = "`";
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    span += control ? std::string(" ") : c == '`' ? "'" : c == '|' ? "\\|" : std::string(1, c);
  }
  return span + "`";
}

std::string records_table(const RunData& run) {
  std::string text =
      "\n## How the numbers were computed\n\nEach probe replays every checkpoint over one fixed "
      "example "
      "set, drawn with its seed.\n\n| probe | label | n | seed | checkpoints | steps | code | "
      "settings |\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& [probe, record] : run.records) {
    const std::string steps = record.steps.empty()
                                  ? "–"
                                  : fmt::format("{}–{}", record.steps.front(), record.steps.back());
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", esc(probe),
                        esc(record.key.label), record.key.n_examples, record.key.seed,
                        record.checkpoint_hashes.size(), steps, esc(record.key.code_version),
                        code_span(record.key.settings));
  }
  text += fmt::format("\nDataset hash {}.\n\n", esc(run.dataset_hash));
  for (const auto& [probe, record] : run.records) {
    for (const std::string& note : record.notes) {
      text += fmt::format("- {}: {}\n", esc(probe), esc(note));
    }
  }
  return text;
}

std::string limits(const RunData& run, const std::vector<Transition>& transitions) {
  const TransitionsOptions& options = run.transitions;
  std::string text = "\n## Limits\n\n";
  text += fmt::format(
      "An event is at step s if the value is beyond the threshold at every record from s to s + {} "
      "D; "
      "it lies after the record before s. ",
      options.hold_spacings);
  const auto computed = std::find_if(transitions.begin(), transitions.end(),
                                     [](const Transition& t) { return t.left_out.empty(); });
  if (computed != transitions.end()) text += fmt::format("D is {} steps. ", computed->spacing);
  text += fmt::format(
      "Intervals are {:g} % percentile intervals from {} resampled example sets (seed {}), the "
      "same "
      "at every step and for every event over the same examples, and never narrower than the "
      "distance "
      "of two records.\n\n",
      100 * options.confidence, options.bootstrap_samples, options.seed);
  return text +
         "This is one run. The intervals say how much a step depends on the examples looked at; "
         "they say "
         "nothing of what another seed would give. To speak of the task rather than of this run, "
         "train "
         "several seeds and compare them.\n";
}

}  // namespace

std::string markdown_escape(const std::string& text) {
  static const std::string kMarkup = "\\`*_[]<>|#~&!$";
  std::string escaped;
  for (char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (kMarkup.find(c) != std::string::npos) escaped += '\\';
    escaped += control ? ' ' : c;
  }
  return escaped;
}

std::string report_markdown(const RunData& run, const Findings& findings,
                            const std::vector<FigureResult>& figures) {
  const std::vector<Transition>& transitions = findings.transitions;
  return lead(run, transitions) + transition_table(transitions) + order_markdown(findings) +
         shapes_markdown(findings) + not_found(run, transitions, figures) + final_table(run) +
         floors_table(run) + figure_section(figures) + records_table(run) +
         limits(run, transitions);
}

}  // namespace kairo
