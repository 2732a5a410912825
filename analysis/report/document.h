// What a report says, once: its Markdown and HTML are two renderings of one ReportDocument, so that
// no number is computed or rounded twice. report.* speak of one run, comparison.* of several
// (analysis/compare/comparison_document.h).
//
// Text is plain; the renderers escape it. Thread rule: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/figures/figure.h"
#include "analysis/findings.h"

namespace kairo {

// Where a cell stands in a sorted column: what did not happen comes after what did, whichever way
// the column is sorted.
enum class SortRank { kValue, kUnconfirmed, kNone };
enum class CellLook { kPlain, kStrong, kCode };

struct Cell {
  std::string text;
  std::optional<double> number;  // what it is sorted by; nothing: its text. Finite
  SortRank rank = SortRank::kValue;
  CellLook look = CellLook::kPlain;
  std::string link;  // relative to the report's folder; "" for none
};

Cell text_cell(const std::string& text, CellLook look = CellLook::kPlain);
// A `number` that is not finite has no value: it is sorted as kNone.
Cell number_cell(const std::string& text, double number, SortRank rank = SortRank::kValue);
Cell count_cell(int64_t n);
// For what is not there: "–", or its own word.
Cell no_cell(const std::string& text = "–");
Cell link_cell(const std::string& text, const std::string& link);

struct Column {
  std::string title;
  std::string definition;  // of what stands in it; "" where the title says it
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // [row][column]
  std::string csv = {};  // the file that holds it too, beside the report; "" for none
};

struct Paragraph {
  std::string text;
};

struct BulletList {
  std::vector<std::string> items;
};

struct Definitions {
  std::vector<std::pair<std::string, std::string>> terms;  // term, meaning
};

struct Picture {
  std::string name;
  std::string caption;
  std::string path;  // relative to the report's folder, without .png, .svg and .csv
};

using Block = std::variant<Paragraph, BulletList, Definitions, Table, Picture>;

struct Section {
  std::string title;  // "" for none: the report lacks the section
  std::vector<Block> blocks;
};

struct ReportDocument {
  std::string file;                   // "report": of report.md, .html and .json
  int64_t version = 0;                // of its .json
  std::string title;                  // the experiment
  std::vector<std::string> headline;  // sentences that answer "when"
  std::string scope;                  // task, examples, records
  TaskBox box;                        // the task in one example, before everything else
  std::vector<Section> sections;
};

ReportDocument report_document(const RunData& run, const Findings& findings,
                               const std::vector<FigureResult>& figures);

std::string document_markdown(const ReportDocument& document);
// `folder` is the report's, where its pictures lie. Throws kNotFound where one does not.
std::string document_html(const ReportDocument& document, const std::string& folder);

}  // namespace kairo
