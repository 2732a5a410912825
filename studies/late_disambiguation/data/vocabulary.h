// The tokens of character tasks: four special ones, then the characters in the order given.
//
//   PAD = 0, BOS = 1, EOS = 2, SEP = 3, first character = 4, …
//
// With data.vocab_chars = a-z0-9 that is d_vocab = 40. PAD never stands in a sequence of the data
// set; it takes the answer's place in what a bidirectional model reads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo::late_disambiguation {

constexpr int32_t kPad = 0;
constexpr int32_t kBos = 1;
constexpr int32_t kEos = 2;
constexpr int32_t kSep = 3;
constexpr int32_t kFirstCharacter = 4;

// Printable names of all tokens, [d_vocab]: "PAD", "BOS", "EOS", "SEP", "a", "b", …
// Throws kConfig where `characters` is empty, repeats one, or holds anything but visible ASCII (a
// token is one byte; white space could not be told apart in figures).
std::vector<std::string> make_vocabulary(const std::string& characters);

}  // namespace kairo::late_disambiguation
