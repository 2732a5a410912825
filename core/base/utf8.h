// Bytes that shall be UTF-8 and may not be.
#pragma once

#include <string>
#include <string_view>

namespace kairo {

// `bytes` with U+FFFD for each maximal part that begins a character and does not end it, and for
// each byte that begins none: The Unicode Standard, section 3.9 ("U+FFFD Substitution of Maximal
// Subparts"), and what Python's bytes.decode("utf-8", errors="replace") gives. Valid UTF-8 comes
// back as it was; encoded surrogates are not valid.
std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace kairo
