// Reads a tokenizer as Hugging Face's libraries write it: `tokenizer.json`, or GPT-2's original
// pair of `vocab.json` (token -> id) and `merges.txt` (a line "left right" a merge, best first,
// after one line "#version").
//
// tokenizer.json describes many kinds of tokenizer. One is read here: model BPE over GPT-2's byte
// alphabet. A field that asks for anything else is refused by its name (kCorrupt), so that no file
// gives other ids here than there. core/text/tokenizer_folder.h reads the settings beside it.
#pragma once

#include <string>

#include "core/text/tokenizer_parts.h"

namespace kairo {

// The content of the files; `where` names them in messages.
TokenizerParts parse_tokenizer_json(const std::string& text, const std::string& where);
TokenizerParts parse_vocab_and_merges(const std::string& vocab, const std::string& vocab_where,
                                      const std::string& merges, const std::string& merges_where);

}  // namespace kairo
