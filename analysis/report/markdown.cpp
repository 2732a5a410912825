#include <algorithm>

#include "analysis/report/document.h"
#include "analysis/report/report.h"
#include "core/base/utf8.h"

namespace kairo {
namespace {

std::string escaped_markdown(const std::string& text) { return markdown_escape(text); }

// Text between backticks: nothing escapes inside, so what would end the span or the cell is
// changed.
std::string code_span(const std::string& text) {
  std::string span = "`";
  for (const char c : replace_invalid_utf8(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    span += control ? std::string(" ") : c == '`' ? "'" : c == '|' ? "\\|" : std::string(1, c);
  }
  return span + "`";
}

std::string rendered(const Cell& cell) {
  if (cell.look == CellLook::kCode) return code_span(cell.text);
  const std::string text = cell.look == CellLook::kStrong
                               ? "**" + escaped_markdown(cell.text) + "**"
                               : escaped_markdown(cell.text);
  return cell.link.empty() ? text : "[" + text + "](" + cell.link + ")";
}

std::string rendered(const Paragraph& paragraph) { return escaped_markdown(paragraph.text) + "\n"; }

std::string rendered(const BulletList& list) {
  std::string text;
  for (const std::string& item : list.items) text += "- " + escaped_markdown(item) + "\n";
  return text;
}

std::string rendered(const Definitions& definitions) {
  std::string text;
  for (const auto& [term, meaning] : definitions.terms) {
    text += "- **" + escaped_markdown(term) + "**: " + escaped_markdown(meaning) + "\n";
  }
  return text;
}

std::string markdown_column_notes(const Table& table) {
  std::string text;
  for (const Column& column : table.columns) {
    if (column.definition.empty()) continue;
    text += "- **" + escaped_markdown(column.title) + "**: " + escaped_markdown(column.definition) +
            "\n";
  }
  return text.empty() ? "" : "\n" + text;
}

std::string rendered(const Table& table) {
  std::string heading = "|", rule = "|", rows;
  for (const Column& column : table.columns) {
    heading += " " + escaped_markdown(column.title) + " |";
    rule += "---|";
  }
  for (const std::vector<Cell>& row : table.rows) {
    rows += "|";
    for (const Cell& cell : row) rows += " " + rendered(cell) + " |";
    rows += "\n";
  }
  const std::string numbers = table.csv.empty() ? "" : "\n[Numbers (CSV)](" + table.csv + ")\n";
  return heading + "\n" + rule + "\n" + rows + markdown_column_notes(table) + numbers;
}

std::string rendered(const Picture& picture) {
  const std::string& path = picture.path;
  return "![" + escaped_markdown(picture.name) + "](" + path + ".png)\n\n" +
         escaped_markdown(picture.caption) + " [Numbers (CSV)](" + path + ".csv), [SVG](" + path +
         ".svg).\n";
}

// Without what would end a line.
std::string one_line(const std::string& text) {
  std::string line = replace_invalid_utf8(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

// The sequence is an indented block: its columns stay, and nothing in it is markup.
std::string rendered(const TaskBox& box) {
  if (box.title.empty()) return "";
  std::string text = "\n## " + escaped_markdown(box.title) + "\n\n";
  for (const std::string& line : box.sequence) text += "    " + one_line(line) + "\n";
  for (const auto& [term, meaning] : box.terms) {
    text += "\n- **" + escaped_markdown(term) + "**: " + escaped_markdown(meaning);
  }
  return text + "\n\n" + escaped_markdown(box.summary) + "\n";
}

}  // namespace

std::string markdown_escape(const std::string& text) {
  static const std::string kMarkup = "\\`*_[]<>|#~&!$";
  std::string escaped;
  for (char c : replace_invalid_utf8(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (kMarkup.find(c) != std::string::npos) escaped += '\\';
    escaped += control ? ' ' : c;
  }
  return escaped;
}

std::string document_markdown(const ReportDocument& document) {
  std::string text = "# " + escaped_markdown(document.title) + "\n\n";
  for (const std::string& sentence : document.headline) text += escaped_markdown(sentence) + "\n";
  text += "\n" + escaped_markdown(document.scope) + "\n" + rendered(document.box);
  for (const Section& section : document.sections) {
    text += "\n## " + escaped_markdown(section.title) + "\n";
    for (const Block& block : section.blocks) {
      text += "\n" + std::visit([](const auto& each) { return rendered(each); }, block);
    }
  }
  return text;
}

std::string report_markdown(const RunData& run, const Findings& findings,
                            const std::vector<FigureResult>& figures) {
  return document_markdown(report_document(run, findings, figures));
}

}  // namespace kairo
