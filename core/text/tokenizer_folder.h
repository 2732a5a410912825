// A tokenizer as transformers 5 makes it of a folder's files.
//
// tokenizer.json, or else vocab.json with merges.txt, is the vocabulary. What stands beside it
// changes ids too:
//   tokenizer_config.json    tokenizer_class, add_prefix_space, add_bos_token, special tokens,
//                            added_tokens_decoder
//   special_tokens_map.json  special tokens, added_tokens.json  added ones; both are left out if
//                            tokenizer_config.json has an added_tokens_decoder
//   config.json              model_type, for a folder whose tokenizer has no class
//
// The class decides what counts. GPT2Tokenizer and GPTNeoXTokenizer build their own normalizer
// (none, NFC) and take add_prefix_space from tokenizer_config.json, whatever tokenizer.json says;
// any other word of tokenizer_config.json is one that they do not read. PreTrainedTokenizerFast and
// a folder without a class take tokenizer.json as it is written.
#pragma once

#include <string>

#include "core/text/tokenizer_parts.h"

namespace kairo {

// kNotFound if the folder has no vocabulary; kCorrupt for a file over 128 MiB, for a Git LFS
// pointer, for a class of tokenizer that is not one of these, and for what a file has wrong.
TokenizerParts read_tokenizer(const std::string& folder);

}  // namespace kairo
