// Reads a tokenizer as Hugging Face's libraries write it: `tokenizer.json`, or GPT-2's original
// pair of `vocab.json` (token -> id) and `merges.txt` (a line "left right" a merge, best first,
// after one line "#version").
//
// tokenizer.json describes many kinds of tokenizer. One is read here: model BPE over GPT-2's byte
// alphabet. A field that asks for anything else is refused by its name (kCorrupt), so that no file
// gives other ids here than there. tokenizer_config.json is not read.
#pragma once

#include <string>

#include "core/exchange/tokenizer_parts.h"

namespace kairo {

// Reads tokenizer.json where the folder has one, else the pair. kNotFound where it has neither;
// kCorrupt for a file over 128 MiB and for what its content has wrong.
TokenizerParts read_tokenizer(const std::string& folder);

// The content of the files; `where` names them in messages.
TokenizerParts parse_tokenizer_json(const std::string& text, const std::string& where);
// `<|endoftext|>` is an added token where the vocabulary has it.
TokenizerParts parse_vocab_and_merges(const std::string& vocab, const std::string& vocab_where,
                                      const std::string& merges, const std::string& merges_where);

}  // namespace kairo
