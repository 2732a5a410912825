#include "analysis/report/html_page.h"

namespace kairo {

const char* const kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --ink: #1c1e21; --faint: #565c64; --paper: #ffffff; --shade: #f1f3f5; --line: #d3d7dc; --link: #0b5394;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e6e9; --faint: #a9b0b8; --paper: #16181b; --shade: #22262a; --line: #3c4249; --link: #8abfff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 80rem; padding: 1.5rem 1.25rem 4rem; overflow-wrap: break-word;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 .75rem; }
p, ul, dl { margin: .75rem 0; max-width: 60rem; }
a { color: var(--link); }
.headline { font-size: 1.2rem; line-height: 1.4; margin: .5rem 0; }
.scope, figcaption, .columns { color: var(--faint); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; max-width: none; }
.box { border: 1px solid var(--line); border-radius: .375rem; background: var(--shade); padding: .75rem 1rem; margin: 1rem 0; }
.box h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
.box pre { overflow-x: auto; margin: .5rem 0; font: .9375rem/1.4 "DejaVu Sans Mono", monospace; }
.box dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .5rem 0; }
.box dd { margin: 0; }
.box p { margin: .5rem 0 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
.columns { font-size: .8125rem; max-width: none; }
.columns dt { display: inline; }
.columns dd { display: inline; margin: 0; }
.columns dd::after { content: ""; display: block; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .375rem; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
th, td { padding: .4rem .6rem; text-align: left; vertical-align: top; }
thead th { background: var(--shade); vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 600; min-width: 8rem; background: var(--paper); }
tbody th, tbody td { border-top: 1px solid var(--line); }
td { min-width: 5rem; }
.number { font-variant-numeric: tabular-nums; min-width: 6rem; }
.count { font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 0; }
.long { min-width: 14rem; }
code { font-size: .9em; overflow-wrap: anywhere; }
thead button {
  all: unset; box-sizing: border-box; cursor: pointer; font-weight: 600; padding: .15rem 0;
}
thead button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
thead button::after { content: " \2195"; color: var(--faint); font-weight: 400; }
thead [aria-sort="ascending"] button::after { content: " \2191"; color: var(--ink); }
thead [aria-sort="descending"] button::after { content: " \2193"; color: var(--ink); }
figure { margin: 1.25rem 0 2rem; }
.picture { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: .375rem; }
.picture img { display: block; width: 100%; min-width: 56rem; height: auto; }
figcaption { margin-top: .5rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .875rem; }
@media screen and (max-width: 40rem) {
  body { padding: 1rem .75rem 3rem; }
  h1 { font-size: 1.4rem; }
  h2 { font-size: 1.15rem; }
  .headline { font-size: 1.0625rem; }
  .box { padding: .6rem .75rem; }
  .box pre { font-size: .75rem; }
  table, thead, tbody, tr, tbody th, tbody td { display: block; }
  table:not(.sorts) thead { display: none; }
  thead tr { display: flex; flex-wrap: wrap; gap: 0 .75rem; padding: .25rem .6rem; background: var(--shade); }
  thead tr::before { content: "Sort by:"; color: var(--faint); padding: .4rem 0 .25rem; }
  thead th { padding: .25rem 0; white-space: normal; }
  tbody tr { border-top: 1px solid var(--line); padding: .35rem 0; }
  tbody th, tbody td { border: 0; padding: .15rem .6rem; }
  tbody th, tbody td, .number, .long { min-width: 0; }
  tbody td { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .5rem; }
  tbody td::before { content: attr(data-column); color: var(--faint); }
}
@media print {
  :root {
    color-scheme: light;
    --ink: #000000; --faint: #333333; --paper: #ffffff; --shade: #eeeeee; --line: #999999; --link: #000000;
  }
  html { font-size: 9pt; }
  body { max-width: none; padding: 0; }
  nav, thead button::after { display: none; }
  .scroll, .picture { overflow: visible; border: 0; }
  .picture img { min-width: 0; max-height: 24cm; object-fit: contain; }
  table { font-size: 7pt; }
  th, td { padding: .15rem .3rem; }
  thead { display: table-header-group; }
  thead th { white-space: normal; }
  tbody td, tbody th, .number, .count, .long { min-width: 0; white-space: normal; }
  tr, figure, dd { break-inside: avoid; }
  h2 { break-after: avoid; }
}
)css";

const char* const kReportScript = R"js(
(function () {
  "use strict";
  function rank(cell) { return Number(cell.dataset.rank || 0); }
  function compare(a, b) {
    var isNumber = "number" in a.dataset, otherIsNumber = "number" in b.dataset;
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    if (isNumber) return Number(a.dataset.number) - Number(b.dataset.number);
    return a.textContent.localeCompare(b.textContent, "en");
  }
  function sort(table, column) {
    var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    var up = heads[column].getAttribute("aria-sort") !== "ascending";
    heads.forEach(function (head) { head.removeAttribute("aria-sort"); });
    heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    var rows = Array.from(body.rows);
    rows.sort(function (x, y) {
      var a = x.cells[column], b = y.cells[column];
      return rank(a) - rank(b) || (up ? compare(a, b) : compare(b, a));
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    table.classList.add("sorts");
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () { sort(table, column); });
    });
  });
})();
)js";

}  // namespace kairo
