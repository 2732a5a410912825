// The style and the script of report.html: what of the page depends on no run.
#pragma once

namespace kairo {

// Light and dark by the reader's setting. On a narrow screen every row of a table stands as a block
// of lines, headings above it to sort by; wide tables and figures scroll by themselves, the page
// never sideways. On paper everything is laid open in black on white.
extern const char* const kReportStyle;

// Makes the heading of every column of a `table.sortable` a button that sorts by it: numbers
// (data-number) as numbers, all else as text; what has a data-rank (unconfirmed 1, none 2) stays
// last both ways; equal rows keep their order. Without scripts the tables stand as they are.
extern const char* const kReportScript;

}  // namespace kairo
