// Options as JSON and back: the words of a checkpoint's model, the settings of a record.
// Thread rule: pure but for the options that are assigned.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/config/fields.h"

namespace kairo {

nlohmann::json value_json(const Field& field);

// Assigns every field that `words`, an object, has; the others keep their values. `what` and
// `where` are for messages: "model word", the file. kCorrupt, naming `where`, for a value of
// another type or out of range, and for a word that is no field, naming the nearest.
void assign_json(const nlohmann::json& words, Options& options, const std::string& what,
                 const std::string& where);

}  // namespace kairo
