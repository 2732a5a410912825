#include "core/config/shown_json.h"

#include <nlohmann/json.hpp>

#include "core/config/field_values.h"

namespace kairo {

std::string shown_json(const nlohmann::json& value) {
  return value.is_structured() ? value.type_name() : shown(value.dump());
}

}  // namespace kairo
