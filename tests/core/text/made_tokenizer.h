// The small tokenizer of tests/golden/bpe, as its files and as JSON that a test can change.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/files/atomic_file.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_file.h"
#include "tests/paths.h"

namespace kairo {

inline const std::string kGolden = source_dir() + "/tests/golden/bpe";

inline nlohmann::json golden_json(const std::string& file) {
  return nlohmann::json::parse(read_file(kGolden + "/" + file));
}

inline Tokenizer tokenizer_of(const nlohmann::json& description) {
  return Tokenizer(parse_tokenizer_json(description.dump(), "tokenizer.json"));
}

// From vocab.json and merges.txt: the folder's tokenizer.json would come first.
inline Tokenizer tokenizer_of_pair() {
  TokenizerParts parts = parse_vocab_and_merges(read_file(kGolden + "/vocab.json"), "vocab.json",
                                                read_file(kGolden + "/merges.txt"), "merges.txt");
  AddedToken end_of_text;
  end_of_text.text = "<|endoftext|>";
  add_token(end_of_text, parts);
  return Tokenizer(std::move(parts));
}

}  // namespace kairo
