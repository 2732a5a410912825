// Between text and typed values, for every reader of core/config/fields.h: what a field accepts,
// in words, and numbers as text. Numbers are read and written without the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

// "an integer from 1 to 64", "a number >= 0", "one of gelu, relu", "text" (no choices): what a
// message puts after "expected" and help after a key.
std::string describe(IntRange range);
std::string describe(RealRange range);
std::string describe(const std::vector<std::string>& choices);
std::string describe(TrueOrFalse);
// "a list, each an integer >= 1" for lists.
std::string describe(const Field& field);

bool contains(IntRange range, int64_t value);
bool contains(RealRange range, double value);
// Everything is contained in no choices.
bool contains(const std::vector<std::string>& choices, const std::string& value);

// Decimal, the whole text: "20000", "-3", and 2e4 or 20000.0, which are exactly integral (up to
// 2^53, where every integer is a double). Nothing for anything else.
std::optional<int64_t> integer_in(const std::string& text);
// Decimal, finite, the whole text.
std::optional<double> real_in(const std::string& text);
// true and false, with YAML 1.2's spellings True and TRUE; not yes, on or 1.
std::optional<bool> flag_in(const std::string& text);

// The shortest decimal that reads back as the same double: "0.001", "1e-05".
std::string shortest(double value);

// `text` for a message: in one line, control characters as '?', at most 60 bytes.
std::string shown(const std::string& text);

}  // namespace kairo
