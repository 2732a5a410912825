#include <spdlog/fmt/fmt.h>

#include "analysis/report/sections.h"
#include "analysis/step_words.h"
#include "analysis/task_analysis.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

// A name as a part of a relative link: whatever a record says of itself, the link stays below the
// report's folder.
std::string link_part(const std::string& name) {
  std::string part;
  for (const char c : name) {
    part += is_safe_in_name(c) ? std::string(1, c)
                               : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return part;
}

std::string csv_of(const std::string& probe, const Record& record) {
  return "probes/" + link_part(probe) + "/" + link_part(record.key.label) + ".csv";
}

std::string axes_words(const std::vector<Axis>& axes) {
  std::string words;
  for (const Axis& axis : axes) {
    words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", axis.name, axis.values.size());
  }
  return words;
}

std::string event_words(const TransitionsOptions& options) {
  return fmt::format(
      "A named moment of training. It is at step s if the mean curve is past its threshold at "
      "every record from s to s + {} D (it holds). It lies between the record before s and s. D is "
      "the spacing of the checkpoints before any refinement.",
      options.hold_spacings);
}

std::string interval_words(const TransitionsOptions& options) {
  return fmt::format(
      "{:g} % percentile interval over {} resampled example sets of this run (seed {}). Every step "
      "and event uses the same resampled sets (a paired bootstrap). It is never narrower than the "
      "distance of two records. It says nothing about other seeds.",
      100 * options.confidence, options.bootstrap_samples, options.seed);
}

std::string rise_words(const TransitionsOptions& options) {
  return fmt::format(
      "For a series between 0 and 1: the way from its value at the first record to the mean over "
      "the last {} D steps. The step of 25, 50 or 75 % of it is found as an event is. A rise below "
      "{:g} counts as none. Still rising: the last {:g} % or more of the rise came in these last "
      "steps, so its 25, 50 and 75 % may come later.",
      options.hold_spacings, options.least_rise, 100 * kMostLateRise);
}

std::string kernels_words(const Record& record) {
  std::string words;
  for (const std::string& each : record.kernels_used()) words += (words.empty() ? "" : ", ") + each;
  return words.empty() ? "not recorded" : words;
}

}  // namespace

Section definitions_section(const RunData& run) {
  const TransitionsOptions& options = run.transitions;
  Definitions words;
  words.terms = analysis_of(run.task).words.glossary;
  const Definitions general = {
      {{"floor",
        "The best loss that is possible without some part of the input, computed exactly. Only "
        "reading that part takes a model below it."},
       {"step", "One update of the optimiser. The checkpoint of step s has the weights after s."},
       {"record", "What one probe measured at one checkpoint, over one fixed set of examples."},
       {"event", event_words(options)},
       {"hold",
        fmt::format(
            "To stay past the threshold for {} D steps, so that one lucky record is no event.",
            options.hold_spacings)},
       {"unconfirmed", "Past the threshold, but the records end before it held long enough."},
       {"refine",
        "To replay training around an event and measure more steps there (train --refine, analyze "
        "--refine), so that its step is known more closely."},
       {"n", "Examples behind a mean; where steps differ, the fewest."},
       {"interval", interval_words(options)},
       {"rise", rise_words(options)},
       {"gap",
        "Step of the second series minus step of the first, both at the same share of their "
        "rise. Robust: the interval excludes 0 on the same side at 25, 50 and 75 %."},
       {"10–90 % width",
        "How many steps a fitted logistic curve takes from 10 to 90 % of its height."},
       {"change point",
        fmt::format("The step at which a series breaks. It is found if a curve with a break has a "
                    "BIC lower by {:g} or more than every smooth curve; errors are correlated in "
                    "time. Gradual: a change between two levels that takes more than 8 D.",
                    options.change_point_bic)},
       {"standard error", "Sample standard deviation divided by the square root of n."},
       {"nats", "Unit of losses and gaps: logarithms are natural. 1 nat = 1.44 bits."}}};
  words.terms.insert(words.terms.end(), general.terms.begin(), general.terms.end());
  return {"Appendix: what the words mean", {words}};
}

Section quantities_section(const RunData& run) {
  Table table;
  table.columns = {{"quantity", "PROBE/QUANTITY, as in the records."},
                   {"units", "1: a number without a unit."},
                   {"axes", "Besides step and example, with their lengths."},
                   {"definition", ""}};
  for (const auto& [probe, record] : run.records) {
    for (const SeriesQuantity& q : record.quantities) {
      table.rows.push_back({text_cell(probe + "/" + q.about.name), text_cell(q.about.units),
                            text_cell(axes_words(q.about.axes)), text_cell(q.about.definition)});
    }
  }
  if (table.rows.empty()) return {};
  return {"Appendix: every quantity measured", {table}};
}

Section records_section(const RunData& run) {
  Table table;
  table.columns = {{"probe", ""},
                   {"label", "Names the record."},
                   {"n", "Examples asked for. A quantity leaves out those where it is undefined."},
                   {"seed", "The examples were drawn with it."},
                   {"checkpoints", "How many were measured, and which."},
                   {"code", "Version of the program that measured."},
                   {"computed with",
                    "Instruction set of the CPU, or device. Results of two of them differ in their "
                    "last bits."},
                   {"settings", ""},
                   {"numbers", "Means and standard errors of every quantity at every step."}};
  BulletList notes;
  for (const auto& [probe, record] : run.records) {
    table.rows.push_back(
        {text_cell(probe), text_cell(record.key.label), count_cell(record.key.n_examples),
         count_cell(record.key.seed),
         number_cell(step_words(record.steps), static_cast<double>(record.steps.size())),
         text_cell(record.key.code_version), text_cell(kernels_words(record)),
         text_cell(record.key.settings, CellLook::kCode), link_cell("CSV", csv_of(probe, record))});
    for (const std::string& note : record.notes) notes.items.push_back(probe + ": " + note);
  }
  Section section{
      "Appendix: how the numbers were computed",
      {Paragraph{"Each probe measures every checkpoint on one fixed set of examples, drawn with "
                 "its seed."},
       table, Paragraph{"Dataset hash " + run.dataset_hash + "."}}};
  if (!notes.items.empty()) section.blocks.push_back(notes);
  return section;
}

Section limits_section() {
  return {
      "Appendix: limits",
      {Paragraph{"This is one run. The intervals say how much a step depends on the examples "
                 "that were measured. They say nothing about another seed. For statements about "
                 "the task rather than this run, train several seeds and run compare."}}};
}

}  // namespace kairo
