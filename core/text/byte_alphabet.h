// The 256 characters in which GPT-2's vocabularies write bytes (bytes_to_unicode of its
// encoder.py), so that no token holds a space or a control character. A byte that is a visible
// character of Latin-1 stands for itself ('!'..'~', U+00A1..U+00AC, U+00AE..U+00FF); the other 68
// are, in their order, U+0100..U+0143: a space is written U+0120, a newline U+010A.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kairo {

// The character of a byte, as UTF-8 (one or two bytes).
const std::string& byte_character(unsigned char byte);

// The bytes that `written` stands for; nothing where a character is not of the alphabet.
// written: valid UTF-8.
std::optional<std::string> bytes_written(std::string_view written);

}  // namespace kairo
