// The time of day, for files that people read.
#pragma once

#include <string>

namespace kairo {

// Now, as ISO 8601 in UTC to the second: "2030-01-31T12:00:00Z". Any thread may call.
std::string utc_now();

}  // namespace kairo
