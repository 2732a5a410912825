// The transformer's line in the table of families.
#pragma once

#include "core/model/families.h"

namespace kairo {

ModelFamily transformer_family();

}  // namespace kairo
