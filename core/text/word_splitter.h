// GPT-2's pre-tokenisation: text falls into words, and no token spans two of them.
//
// The pattern is the one in GPT-2's encoder.py:
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// Here \s is Unicode's White_Space, 25 characters (with U+0085, without U+180E and U+200B), and
// letters and numbers are those of the installed PCRE2: Unicode 14 for Debian 12's. A letter that
// came later (9,392 code points by Unicode 16) counts as neither, so that libraries with newer
// tables may split around it elsewhere.
//
// Any thread may call the const member.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

struct pcre2_real_code_8;

namespace kairo {

class WordSplitter {
 public:
  // Throws kIo where PCRE2 refuses the pattern (it is older than 10.40).
  WordSplitter();

  // Words in order; together they are the whole text, none is empty. Time is linear in the text.
  // text: valid UTF-8 (not checked again), which must outlive the words.
  std::vector<std::string_view> words(std::string_view text) const;

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const;
  };
  std::unique_ptr<pcre2_real_code_8, Free> code_;
};

}  // namespace kairo
