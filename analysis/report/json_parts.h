// The parts of report.json that speak of series: rise, sharpness, change point and order. Used by
// json.cpp alone. Thread rule: pure.
#pragma once

#include <nlohmann/json.hpp>

#include "analysis/findings.h"

namespace kairo {

inline constexpr const char* kBootstrapMethod =
    "paired bootstrap over examples within this run, percentile";

// `series` and `order` of report.json.
nlohmann::ordered_json series_json(const Findings& findings);
nlohmann::ordered_json order_json(const Findings& findings);
// The number, or null for what is infinite or undefined.
nlohmann::ordered_json finite_or_null(double value);

}  // namespace kairo
