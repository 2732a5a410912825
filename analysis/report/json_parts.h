// Parts of report.json: the run's facts (run_json.cpp); rise, sharpness, change point and order of
// its series (series_json.cpp). Used by json.cpp alone. Thread rule: pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "analysis/findings.h"

namespace kairo {

inline constexpr const char* kBootstrapMethod =
    "paired bootstrap over examples within this run, percentile";
inline constexpr const char* kProfileSetKind =
    "profile likelihood of this run's one curve, neither over examples nor over seeds";

// `run` of report.json; a fact that is not known is null.
nlohmann::ordered_json run_facts_json(const RunFacts& facts);
// `series` and `order` of report.json. `confidence`: of change points' sets.
nlohmann::ordered_json series_json(const Findings& findings, double confidence);
nlohmann::ordered_json order_json(const Findings& findings);
// How many steps, the first, the last, and all of them as even stretches.
nlohmann::ordered_json steps_json(const std::vector<int64_t>& steps);
// The number, or null for what is infinite or undefined.
nlohmann::ordered_json finite_or_null(double value);

}  // namespace kairo
