// One field of a CSV file, quoted where it has to be (RFC 4180). Thread rule: pure.
#pragma once

#include <string>

namespace kairo {

std::string csv_field(const std::string& text);
// Reads back as the same double; empty where it is not finite.
std::string csv_field(double value);

}  // namespace kairo
