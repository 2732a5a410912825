#include "core/config/fields.h"

#include <algorithm>

namespace kairo {

bool Field::may_be_null() const {
  const auto* choices = std::get_if<AcceptedTexts>(&accepted);
  return choices != nullptr && !is_list() &&
         std::find(choices->begin(), choices->end(), "none") != choices->end();
}

}  // namespace kairo
