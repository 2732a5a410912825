// The first byte chooses what the rest is: 'j' a tokenizer.json, 'p' a vocab.json and, after a NUL,
// merges.txt, anything else bytes for the golden tokenizer. A file is refused with kairo::Error or
// gives a tokenizer; every tokenizer gives back the text that it encodes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_file.h"
#include "tests/paths.h"

namespace {

void check_round_trip(const kairo::Tokenizer& tokenizer, const std::string& bytes) {
  const std::string text = kairo::replace_invalid_utf8(bytes);
  const std::vector<int64_t> ids = tokenizer.encode(bytes);
  if (ids != tokenizer.encode(text)) std::abort();
  if (tokenizer.decode(ids) != text) std::abort();
}

void check_parts(kairo::TokenizerParts parts) {
  // What these add or drop would come back, or would not.
  parts.add_prefix_space = false;
  parts.nfc = false;
  parts.before.clear();
  parts.after.clear();
  for (kairo::AddedToken& token : parts.added) token.lstrip = token.rstrip = false;
  check_round_trip(kairo::Tokenizer(std::move(parts)), "<b> the\u00A0hehe  '\xFF");
}

void check_pair(const std::string& files) {
  const std::size_t end = std::min(files.find('\0'), files.size());
  const std::string merges = end < files.size() ? files.substr(end + 1) : "";
  check_parts(kairo::parse_vocab_and_merges(files.substr(0, end), "vocab", merges, "merges"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const kairo::Tokenizer golden =
      kairo::Tokenizer::from_folder(kairo::source_dir() + "/tests/golden/bpe");
  if (size == 0) return 0;
  const std::string rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  try {
    if (bytes[0] == 'j') {
      check_parts(kairo::parse_tokenizer_json(rest, "fuzz"));
    } else if (bytes[0] == 'p') {
      check_pair(rest);
    } else {
      check_round_trip(golden, rest);
    }
  } catch (const kairo::Error&) {
    if (bytes[0] != 'j' && bytes[0] != 'p') std::abort();  // all bytes can be encoded
  }
  return 0;
}
