// Bytes that shall be UTF-8 and may not be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kairo {

// `bytes` with U+FFFD for each maximal part that begins a character and does not end it, and for
// each byte that begins none: The Unicode Standard, section 3.9 ("U+FFFD Substitution of Maximal
// Subparts"), and what Python's bytes.decode("utf-8", errors="replace") gives. Valid UTF-8 comes
// back as it was; encoded surrogates are not valid.
std::string replace_invalid_utf8(std::string_view bytes);

// Bytes of the valid character at the beginning of `bytes`; 0 if there is none.
std::size_t character_length(std::string_view bytes);

// False for the second and later bytes of a character: each other byte begins one.
bool begins_character(char byte);

// Characters of valid UTF-8.
std::size_t n_characters(std::string_view text);

// The last place, `at` or before, at which valid UTF-8 can be cut between two characters.
std::size_t cut_before(std::string_view text, std::size_t at);

}  // namespace kairo
