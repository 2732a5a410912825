#include "core/text/word_splitter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <string>

#include "core/base/error.h"

namespace kairo {
namespace {

// PCRE2's own \s would take in U+180E.
constexpr std::string_view kPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+)"
    R"(|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+)";

[[noreturn]] void fail(int code) {
  std::array<PCRE2_UCHAR, 256> message = {};
  pcre2_get_error_message(code, message.data(), message.size());
  throw Error(ErrorKind::kIo)
      .at("PCRE2")
      .fact(std::string("GPT-2's pattern failed on a text: ") +
            reinterpret_cast<const char*>(message.data()))
      .hint("PCRE2 10.40 or newer is needed");
}

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
using Match = std::unique_ptr<pcre2_match_data, FreeMatch>;

}  // namespace

WordSplitter::WordSplitter() {
  int error = 0;
  std::size_t at = 0;
  // Anchored here, not at each match: PCRE2's compiled code knows no such option later.
  code_.reset(pcre2_compile(units(kPattern), kPattern.size(),
                            PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED, &error, &at, nullptr));
  if (code_ == nullptr) fail(error);
  // Where there is no just-in-time compiler, PCRE2 interprets: slower, the same words.
  pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
}

void WordSplitter::Free::operator()(pcre2_real_code_8* code) const { pcre2_code_free(code); }

std::vector<std::string_view> WordSplitter::words(std::string_view text) const {
  const Match match(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    // With its check of UTF-8 each match would read the whole rest: quadratic time.
    const int found = pcre2_match(code_.get(), units(text), text.size(), begin, PCRE2_NO_UTF_CHECK,
                                  match.get(), nullptr);
    if (found < 0) fail(found);
    const std::size_t end = pcre2_get_ovector_pointer(match.get())[1];
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace kairo
