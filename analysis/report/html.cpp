#include <spdlog/fmt/fmt.h>

#include "analysis/report/document.h"
#include "analysis/report/html_page.h"
#include "analysis/report/html_text.h"
#include "analysis/report/report.h"
#include "core/files/atomic_file.h"

namespace kairo {
namespace {

constexpr std::size_t kLongText = 40;  // characters from which a cell asks for room to wrap in

std::string esc(const std::string& text) { return html_escape(text); }

std::string element(const std::string& tag, const std::string& text) {
  return "<" + tag + ">" + esc(text) + "</" + tag + ">";
}

std::string anchor(const std::string& text, const std::string& link) {
  return "<a href=\"" + esc(link) + "\">" + esc(text) + "</a>";
}

// "Appendix: limits" -> "appendix-limits". Sections have different titles.
std::string id_of(const std::string& title) {
  std::string id;
  for (const char c : title) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper || plain) {
      id += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  return id;
}

class Renderer {
 public:
  explicit Renderer(const std::string& folder) : folder_(folder) {}

  std::string operator()(const Paragraph& paragraph) const {
    return element("p", paragraph.text) + "\n";
  }

  std::string operator()(const BulletList& list) const {
    std::string html = "<ul>\n";
    for (const std::string& item : list.items) html += element("li", item) + "\n";
    return html + "</ul>\n";
  }

  std::string operator()(const Definitions& definitions) const {
    std::string html = "<dl>\n";
    for (const auto& [term, meaning] : definitions.terms) {
      html += element("dt", term) + "\n" + element("dd", meaning) + "\n";
    }
    return html + "</dl>\n";
  }

  std::string operator()(const Table& table) const;
  std::string operator()(const Picture& picture) const;

 private:
  std::string folder_;
};

std::string heading(const Column& column) {
  const std::string tip =
      column.definition.empty() ? "" : " title=\"" + esc(column.definition) + "\"";
  return "<th scope=\"col\"" + tip + ">" + esc(column.title) + "</th>";
}

// Everything that stands in the row, so that each number tells where it comes from.
std::string row_tip(const Table& table, const std::vector<Cell>& row) {
  std::string tip;
  for (std::size_t i = 0; i < row.size(); ++i) {
    tip += (tip.empty() ? "" : "; ") + table.columns[i].title + ": " + row[i].text;
  }
  return tip;
}

std::string attributes(const Cell& cell) {
  std::string text;
  const char* look = cell.text.size() > kLongText ? "long" : cell.number ? "number" : nullptr;
  // A bare number needs no room to wrap.
  if (cell.number && cell.text.find(' ') == std::string::npos) look = "count";
  if (look != nullptr) text += fmt::format(" class=\"{}\"", look);
  if (cell.number) text += fmt::format(" data-number=\"{}\"", *cell.number);
  if (cell.rank != SortRank::kValue) {
    text += fmt::format(" data-rank=\"{}\"", static_cast<int>(cell.rank));
  }
  return text;
}

// JSON without spaces may break after its commas.
std::string code(const std::string& text) {
  std::string html = "<code>";
  for (const char c : esc(text)) html += c == ',' ? std::string(",<wbr>") : std::string(1, c);
  return html + "</code>";
}

std::string content(const Cell& cell) {
  if (!cell.link.empty()) return anchor(cell.text, cell.link);
  switch (cell.look) {
    case CellLook::kCode:
      return code(cell.text);
    case CellLook::kStrong:
      return element("strong", cell.text);
    case CellLook::kPlain:
      break;
  }
  return esc(cell.text);
}

// The first cell names its row; each other one says its column where a narrow screen has no
// columns.
std::string row_html(const Table& table, const std::vector<Cell>& row) {
  std::string html = "<tr title=\"" + esc(row_tip(table, row)) + "\">";
  for (std::size_t i = 0; i < row.size(); ++i) {
    html +=
        i == 0 ? "<th scope=\"row\"" : "<td data-column=\"" + esc(table.columns[i].title) + "\"";
    html += attributes(row[i]) + ">" + content(row[i]) + (i == 0 ? "</th>" : "</td>");
  }
  return html + "</tr>\n";
}

std::string column_notes(const Table& table) {
  std::string html;
  for (const Column& column : table.columns) {
    if (column.definition.empty()) continue;
    html += element("dt", column.title + ":") + " " + element("dd", column.definition) + "\n";
  }
  return html.empty() ? "" : "<dl class=\"columns\">\n" + html + "</dl>\n";
}

std::string Renderer::operator()(const Table& table) const {
  std::string html = "<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr>";
  for (const Column& column : table.columns) html += heading(column);
  html += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Cell>& row : table.rows) html += row_html(table, row);
  html += "</tbody>\n</table></div>\n" + column_notes(table);
  if (table.csv.empty()) return html;
  return html + "<p>" + anchor("Numbers (CSV)", table.csv) + "</p>\n";
}

// PNG: gnuplot's SVG names a font that the reader may lack, and a map of many cells is larger so.
std::string Renderer::operator()(const Picture& picture) const {
  const std::string& path = picture.path;
  const std::string png = read_file(folder_ + "/" + path + ".png");
  return "<figure>\n<div class=\"picture\"><img alt=\"" +
         esc(picture.name + ": " + picture.caption) + "\" src=\"data:image/png;base64," +
         base64(png) + "\"></div>\n<figcaption>" + esc(picture.caption) + " " +
         anchor("Numbers (CSV)", path + ".csv") + ", " + anchor("SVG", path + ".svg") + ", " +
         anchor("PNG", path + ".png") + ".</figcaption>\n</figure>\n";
}

// Nothing is fetched, and no script but ours runs.
std::string head(const ReportDocument& document) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src "
         "data:; "
         "style-src 'unsafe-inline'; script-src '" +
         script_hash(kReportScript) +
         "'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
         element("title", document.title + " – Kairoscope") + "\n<style>" + kReportStyle +
         "</style>\n</head>\n";
}

std::string contents(const ReportDocument& document) {
  std::string html = "<nav aria-label=\"Contents\"><ul>\n";
  for (const Section& section : document.sections) {
    html += "<li>" + anchor(section.title, "#" + id_of(section.title)) + "</li>\n";
  }
  return html + "</ul></nav>\n";
}

std::string lead(const ReportDocument& document) {
  std::string html = "<header>\n" + element("h1", document.title) + "\n";
  for (const std::string& sentence : document.headline) {
    html += "<p class=\"headline\">" + esc(sentence) + "</p>\n";
  }
  return html + "<p class=\"scope\">" + esc(document.scope) + "</p>\n</header>\n";
}

std::string box_html(const TaskBox& box) {
  if (box.title.empty()) return "";
  std::string html = "<section class=\"box\" id=\"" + id_of(box.title) + "\">\n" +
                     element("h2", box.title) + "\n<pre>";
  for (const std::string& line : box.sequence) html += esc(line) + "\n";
  html += "</pre>\n<dl>\n";
  for (const auto& [term, meaning] : box.terms) {
    html += element("dt", term) + "\n" + element("dd", meaning) + "\n";
  }
  return html + "</dl>\n" + element("p", box.summary) + "\n</section>\n";
}

std::string section_html(const Section& section, const Renderer& renderer) {
  std::string html =
      "<section id=\"" + id_of(section.title) + "\">\n" + element("h2", section.title) + "\n";
  for (const Block& block : section.blocks) html += std::visit(renderer, block);
  return html + "</section>\n";
}

std::string foot(const ReportDocument& document) {
  const std::string json = document.file + ".json", markdown = document.file + ".md";
  return "<footer><p>The same content: " + anchor(json, json) + " and " +
         anchor(markdown, markdown) +
         fmt::format("; {} version {}. ", document.file, document.version) +
         "Click the heading of a column to sort a table; \"none\" and unconfirmed steps stay last. "
         "Point at a row to read all of it. On a narrow screen the figures scroll "
         "sideways.</p></footer>\n";
}

}  // namespace

std::string document_html(const ReportDocument& document, const std::string& folder) {
  const Renderer renderer(folder);
  std::string html = head(document) + "<body>\n" + lead(document) + box_html(document.box) +
                     contents(document) + "<main>\n";
  for (const Section& section : document.sections) html += section_html(section, renderer);
  return html + "</main>\n" + foot(document) + "<script>" + kReportScript +
         "</script>\n</body>\n</html>\n";
}

std::string report_html(const RunData& run, const Findings& findings,
                        const std::vector<FigureResult>& figures, const std::string& folder) {
  return document_html(report_document(run, findings, figures), folder);
}

}  // namespace kairo
