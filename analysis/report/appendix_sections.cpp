#include <spdlog/fmt/fmt.h>

#include "analysis/report/sections.h"
#include "analysis/report/step_words.h"
#include "core/store/safe_name.h"

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
      "The step s from which the mean curve is beyond its threshold at every record in [s, s + {} "
      "D]; it lies between the record before s and s. D is the spacing of the checkpoints before "
      "any refinement.",
      options.hold_spacings);
}

std::string interval_words(const TransitionsOptions& options) {
  return fmt::format(
      "{:g} % percentile interval over {} resampled example sets of this run (seed {}), the same "
      "at every step and for every event over the same examples: a paired bootstrap. Never "
      "narrower than the distance of two records. It says nothing of other seeds.",
      100 * options.confidence, options.bootstrap_samples, options.seed);
}

std::string rise_words(const TransitionsOptions& options) {
  return fmt::format(
      "Of a series between 0 and 1: from its value at the first record to the mean of its records "
      "in the last {} D steps. A share of it is reached as an event is. Below {:g} it counts as "
      "none. Still rising: these records lie above as many steps before by more than {:g} % of the "
      "rise, so that its shares may come later.",
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
  words.terms = {
      {"step", "One update of the optimiser. A checkpoint has the weights after so many."},
      {"record", "What one probe measured at one checkpoint, over one fixed set of examples."},
      {"event", event_words(options)},
      {"n", "Examples behind a mean; the fewest of all steps where they differ."},
      {"interval", interval_words(options)},
      {"rise", rise_words(options)},
      {"gap",
       "Step of the second series minus step of the first, each at the same share of its "
       "rise. Robust: the interval excludes 0 on the same side at 25, 50 and 75 %."},
      {"10–90 % width", "4.394 times the scale of a logistic fitted by least squares, in steps."},
      {"change point",
       fmt::format("A break against smooth curves by BIC, the break counted as a parameter, with "
                   "errors that are correlated in time. Found if the BIC is lower by {:g} or "
                   "more. Gradual: a change between two levels that takes more than 8 D.",
                   options.change_point_bic)},
      {"standard error", "Sample deviation over the root of n."},
      {"nats", "Natural logarithms throughout."}};
  return {"Appendix: what the words mean", {words}};
}

Section quantities_section(const RunData& run) {
  Table table;
  table.columns = {{"quantity", "PROBE/QUANTITY, as in the records."},
                   {"units", "1: a number without a unit."},
                   {"axes", "Beside step and example, with their lengths."},
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
                   {"n", "Examples asked for; what has no meaning for an example leaves it out."},
                   {"seed", "It drew the examples."},
                   {"checkpoints", "How many were measured, and which."},
                   {"code", "Version of the program that measured."},
                   {"computed with",
                    "CPU path of the kernels, or device; results of different ones "
                    "differ in their last bits."},
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
      {Paragraph{"Each probe replays every checkpoint over one fixed example set, drawn "
                 "with its seed."},
       table, Paragraph{"Dataset hash " + run.dataset_hash + "."}}};
  if (!notes.items.empty()) section.blocks.push_back(notes);
  return section;
}

Section limits_section() {
  return {"Appendix: limits",
          {Paragraph{"This is one run. The intervals say how much a step depends on the examples "
                     "looked at; they say nothing of what another seed would give. To speak of the "
                     "task rather than of this run, train several seeds and compare them."}}};
}

}  // namespace kairo
