// What the record's writer and reader share: names in the file and what must agree with what.
#pragma once

#include "core/store/record.h"

namespace kairo {

constexpr const char* kRecordFormat = "kairoscope-record";
constexpr int64_t kRecordFormatVersion = 1;

// "/quantities/effect/resid_pre", "/axes/effect/resid_pre/layer", "/axis_names/norm/parameter".
std::string quantity_path(const std::string& name);
std::string axis_path(const std::string& quantity, const std::string& axis);
std::string axis_names_path(const std::string& quantity, const std::string& axis);

// kShape unless steps ascend, each has a checkpoint hash, every array has the length that steps and
// axes give it, and an axis has no names or as many as values.
void check_arrays(const Record& record);

}  // namespace kairo
