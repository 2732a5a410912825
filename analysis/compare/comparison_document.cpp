#include "analysis/compare/comparison_document.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "analysis/compare/basis_section.h"
#include "analysis/compare/comparison_figures.h"
#include "analysis/task_analysis.h"

namespace kairo {
namespace {

constexpr std::size_t kMostHeadlines = 6;  // a sentence a group

bool has_seeds(const Comparison& comparison) {
  return std::any_of(comparison.groups.begin(), comparison.groups.end(),
                     [](const RunGroup& group) { return group.runs.size() > 1; });
}

// "at step 100 in seed 0", "not reached by step 400 in seed 1"
std::string seed_words(const ReportedEvent& event, const std::string& seed) {
  switch (event.status) {
    case SeedStatus::kConfirmed:
      return fmt::format("at step {} in seed {}", event.step, seed);
    case SeedStatus::kCensored:
      return fmt::format("not reached by step {} in seed {}", event.last_step, seed);
    case SeedStatus::kUnconfirmed:
    case SeedStatus::kStillRising:
    case SeedStatus::kNoTransition:
    case SeedStatus::kLeftOut:
      break;
  }
  return status_words(event.status) + " in seed " + seed;
}

// "z gap > 0.5 nats at step 100 in both seeds (two seeds are too few for an interval)"
std::string two_seeds(const Comparison& comparison, const RunGroup& group,
                      const EventOverSeeds& event) {
  const ReportedEvent &first = event.seeds[0], &second = event.seeds[1];
  const bool is_one_step = first.status == SeedStatus::kConfirmed &&
                           second.status == first.status && first.step == second.step;
  const std::string where = is_one_step
                                ? fmt::format("at step {} in both seeds", first.step)
                                : seed_words(first, comparison.runs[group.runs[0]].seed) + ", " +
                                      seed_words(second, comparison.runs[group.runs[1]].seed);
  return fmt::format("{}: {} (two seeds are too few for an interval).", event.title, where);
}

// "K 10: z gap > 0.5 nats over 5 seeds: mean 1100, 95 % t interval …; range …"
std::string sentence(const Comparison& comparison, const RunGroup& group,
                     const EventOverSeeds& event) {
  const std::string of = comparison.groups.size() > 1 ? group.name + ": " : "";
  if (event.seeds.size() == 2) return of + two_seeds(comparison, group, event);
  return fmt::format("{}{} over {} seeds: {}; from the earliest to the latest seed {}.", of,
                     event.title, event.seeds.size(),
                     t_interval_text(event.spread, comparison.confidence),
                     range_text(event.spread));
}

std::vector<std::string> headline(const Comparison& comparison,
                                  const std::vector<SeedsTable>& groups) {
  std::vector<std::string> sentences;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (comparison.groups[g].runs.size() < 2) continue;
    for (const EventOverSeeds& event : groups[g].events) {
      if (event.count(SeedStatus::kLeftOut) == static_cast<int64_t>(event.seeds.size())) continue;
      sentences.push_back(sentence(comparison, comparison.groups[g], event));
      break;  // the first event that any seed measures
    }
  }
  if (sentences.size() > kMostHeadlines) sentences.clear();
  return sentences;
}

std::string scope(const Comparison& comparison) {
  std::string text =
      fmt::format("Task {}, {}.", comparison.runs.front().task, how_many(comparison));
  if (comparison.differing.empty()) return text;
  text += " Groups differ in ";
  for (const std::string& key : comparison.differing) {
    text += (&key == &comparison.differing.front() ? "" : ", ") + key;
  }
  return text + ".";
}

// Pairs of which one came first at every share in every seed.
BulletList settled_orders(const Comparison& comparison, const std::vector<SeedsTable>& groups) {
  BulletList list;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (comparison.groups[g].runs.size() < 2) continue;
    for (const OrderOverSeeds& pair : groups[g].orders) {
      const OrderSign sign = pair.in_every_seed();
      if (sign == OrderSign::kUnresolved) continue;
      const bool is_first = sign == OrderSign::kFirstEarlier;
      list.items.push_back(fmt::format("{}: {} before {}, in all {} seeds at all three shares.",
                                       comparison.groups[g].name,
                                       groups[g].title_of(is_first ? pair.first : pair.second),
                                       groups[g].title_of(is_first ? pair.second : pair.first),
                                       comparison.groups[g].runs.size()));
    }
  }
  return list;
}

// Lists differences in measurement ahead of the numbers that they affect.
Section warnings_section(const Comparison& comparison) {
  if (comparison.warnings.empty()) return {};
  return {"The runs were not measured alike", {BulletList{comparison.warnings}}};
}

Section section_of(const NamedTable& named) {
  Section section{named.title, {Paragraph{named.about}}};
  Table table = named.table;
  if (table.rows.size() <= kMostShownRows) {
    section.blocks.push_back(std::move(table));
    return section;
  }
  section.blocks.push_back(
      Paragraph{fmt::format("{} rows, more than a page can show.", table.rows.size())});
  Table link;
  link.columns = {{"rows", ""}, {"file", ""}};
  link.rows = {
      {count_cell(static_cast<int64_t>(table.rows.size())), link_cell(table.csv, table.csv)}};
  section.blocks.push_back(std::move(link));
  return section;
}

// The dashboard first, then the tables, then the other figures.
Section figures_section(const std::string& title, const std::vector<FigureResult>& figures,
                        bool dashboard) {
  Section section;
  for (const FigureResult& each : figures) {
    if (!each.left_out.empty() || (each.name == "dashboard") != dashboard) continue;
    section.title = title;
    section.blocks.push_back(Picture{each.name, each.caption, each.name});
  }
  return section;
}

Section absences_section(const Comparison& comparison, const std::vector<FigureResult>& figures) {
  BulletList list;
  for (const auto& [name, why] : comparison.left_out) {
    list.items.push_back("Run " + name + ": " + why);
  }
  for (const FigureResult& each : figures) {
    if (!each.left_out.empty()) {
      list.items.push_back("Figure " + each.name + ": " + each.left_out + ".");
    }
  }
  if (list.items.empty()) return {"Left out", {Paragraph{"Nothing."}}};
  return {"Left out", {list}};
}

Section limits_section(const Comparison& comparison) {
  BulletList list;
  list.items.push_back(
      "Intervals over seeds use only each seed's step and the records around it. Intervals over "
      "examples within a run are in the table of lags and in each run's own report.");
  list.items.push_back(
      fmt::format("The t interval ({:g} %) assumes that seeds are independent draws from a normal "
                  "distribution. The range assumes nothing, but it is about the median. With two "
                  "seeds both values are given and no t interval.",
                  100 * comparison.confidence));
  list.items.push_back(
      "No step is negative, so an interval that would reach below 0 is cut there, and says so.");
  list.items.push_back(
      "A run that never had an event is shown as \"> last step\" and counted. It is never dropped, "
      "and never averaged as if it were a number.");
  return {"Limits", {list}};
}

Section words_section(const Comparison& comparison) {
  Definitions words;
  words.terms = analysis_of(comparison.runs.front().task).words.glossary;
  for (const auto& each : std::vector<std::pair<std::string, std::string>>{
           {"group", "Runs that differ in nothing but the seed."},
           {"event",
            "A named moment of training, such as the z gap passing 0.5 nats. It lies in "
            "(record before, step]."},
           {"lag", "The step of an event: how long a run takes to get there."},
           {"record", "What one probe measured at one checkpoint."},
           {"hold", "To stay past a threshold long enough, so that one lucky record is no event."},
           {"unconfirmed", "Past the threshold, but the run ended before it held long enough."},
           {"not reached", "The run ended without the event; written \"> last step\"."},
           {"n", "Number of examples, or of seeds, behind a number."},
           {"floor", "The best loss that is possible without some part of the input."},
           {"nats", "Unit of losses and gaps: logarithms are natural."}}) {
    words.terms.push_back(each);
  }
  return {"Appendix: what the words mean", {words}};
}

}  // namespace

ReportDocument comparison_document(const Comparison& comparison,
                                   const std::vector<NamedTable>& tables,
                                   const std::vector<FigureResult>& figures) {
  const std::vector<SeedsTable> groups =
      has_seeds(comparison) ? groups_over_seeds(comparison) : std::vector<SeedsTable>{};
  ReportDocument document;
  document.file = "comparison";
  document.version = kComparisonFormatVersion;
  document.title = comparison.name;
  document.headline = headline(comparison, groups);
  document.scope = scope(comparison);
  document.box = comparison.task_box;
  document.sections.push_back(warnings_section(comparison));
  document.sections.push_back(figures_section("Dashboard", figures, true));
  for (const NamedTable& named : tables) {
    document.sections.push_back(section_of(named));
    if (named.name != "order") continue;
    const BulletList settled = settled_orders(comparison, groups);
    auto& blocks = document.sections.back().blocks;
    if (!settled.items.empty()) blocks.insert(blocks.begin() + 1, settled);
  }
  document.sections.push_back(figures_section("Figures", figures, false));
  document.sections.push_back(basis_section(comparison));
  document.sections.push_back(absences_section(comparison, figures));
  document.sections.push_back(limits_section(comparison));
  document.sections.push_back(words_section(comparison));
  auto& sections = document.sections;
  sections.erase(std::remove_if(sections.begin(), sections.end(),
                                [](const Section& each) { return each.title.empty(); }),
                 sections.end());
  return document;
}

}  // namespace kairo
