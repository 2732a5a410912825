// comparison.md and comparison.html: several runs in the document model of the reports
// (analysis/report/document.h).
//
// 1. The same runs give the same text. Names from data are escaped by the renderers.
// 2. Tables of more than kMostShownRows rows are not shown but linked: of a thousand runs each row
//    is in its CSV.
#pragma once

#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/compare/comparison_tables.h"
#include "analysis/report/document.h"

namespace kairo {

inline constexpr std::size_t kMostShownRows = 500;

// `tables` are comparison_tables(comparison); figures lie beside the document.
ReportDocument comparison_document(const Comparison& comparison,
                                   const std::vector<NamedTable>& tables,
                                   const std::vector<FigureResult>& figures);

}  // namespace kairo
