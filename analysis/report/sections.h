// The parts of the reports that speak of series: rise, sharpness, change point and order. Used by
// the reports of this folder alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "analysis/findings.h"

namespace kairo {

inline constexpr const char* kBootstrapMethod =
    "paired bootstrap over examples within this run, percentile";

// `series` and `order` of report.json.
nlohmann::ordered_json series_json(const Findings& findings);
nlohmann::ordered_json order_json(const Findings& findings);
// Null, the number, or null for what is infinite or undefined.
nlohmann::ordered_json finite_or_null(double value);

// "Order of events" with its table of rises and its table of pairs, and "Sharpness and change
// points".
std::string order_markdown(const Findings& findings);
std::string shapes_markdown(const Findings& findings);

}  // namespace kairo
