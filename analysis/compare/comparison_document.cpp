#include "analysis/compare/comparison_document.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "analysis/compare/basis_section.h"
#include "analysis/compare/comparison_figures.h"

namespace kairo {
namespace {

constexpr std::size_t kMostHeadlines = 6;  // a sentence a group

bool has_seeds(const Comparison& comparison) {
  return std::any_of(comparison.groups.begin(), comparison.groups.end(),
                     [](const RunGroup& group) { return group.runs.size() > 1; });
}

// "K 10: z gap > 0.5 nats over 5 seeds: mean 1100, 95 % t interval …; range …"
std::string sentence(const RunGroup& group, const EventOverSeeds& event, double confidence) {
  return fmt::format("{}: {} over {} seeds: {}; range {}.", group.name, event.title,
                     event.seeds.size(), t_interval_text(event.spread, confidence),
                     range_text(event.spread));
}

std::vector<std::string> headline(const Comparison& comparison,
                                  const std::vector<SeedsTable>& groups) {
  std::vector<std::string> sentences;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (comparison.groups[g].runs.size() < 2) continue;
    for (const EventOverSeeds& event : groups[g].events) {
      if (event.count(SeedStatus::kLeftOut) == static_cast<int64_t>(event.seeds.size())) continue;
      sentences.push_back(sentence(comparison.groups[g], event, comparison.confidence));
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
      list.items.push_back(
          fmt::format("{}: {} before {}, in all {} seeds at all three shares.",
                      comparison.groups[g].name, is_first ? pair.first : pair.second,
                      is_first ? pair.second : pair.first, comparison.groups[g].runs.size()));
    }
  }
  return list;
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
      "Intervals over seeds use each seed's step and the records about it alone; intervals over "
      "examples within a run stand in the table of lags and in each run's own report.");
  list.items.push_back(
      fmt::format("The t interval ({:g} %) takes seeds as independent draws of a normal "
                  "distribution; the range does not, but is of the median.",
                  100 * comparison.confidence));
  list.items.push_back(
      "A run without the event is censored: counted, never dropped or averaged as a number.");
  return {"Limits", {list}};
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
  auto& sections = document.sections;
  sections.erase(std::remove_if(sections.begin(), sections.end(),
                                [](const Section& each) { return each.title.empty(); }),
                 sections.end());
  return document;
}

}  // namespace kairo
