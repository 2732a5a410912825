#include "core/base/utc_time.h"

#include <fmt/chrono.h>

#include <ctime>

namespace kairo {

std::string utc_now() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace kairo
