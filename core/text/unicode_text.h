// What Unicode says of a text: its composed form, and where white space and words begin and end.
// Tables are those of the installed utf8proc (Unicode 15 for Debian 12's).
//
// All texts are valid UTF-8. Thread rule: pure.
#pragma once

#include <string>
#include <string_view>

namespace kairo {

// Normalization Form C. kIo if utf8proc has no memory.
std::string to_nfc(std::string_view text);

// Bytes of the white space (White_Space) at the end, and at the beginning.
std::size_t trailing_space(std::string_view text);
std::size_t leading_space(std::string_view text);

// Whether the last or first character is one of words: \w of regular expressions (letters, marks,
// digits, connecting punctuation).
bool ends_with_word(std::string_view text);
bool begins_with_word(std::string_view text);

}  // namespace kairo
