#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/config/field_values.h"
#include "core/config/shown_json.h"
#include "core/text/json_text.h"
#include "core/text/tokenizer_file.h"

namespace kairo {
namespace {

using nlohmann::json;

constexpr char kByteLevel[] = "ByteLevel";
constexpr char kOnlyGpt2[] = "only tokenizers of GPT-2's kind are read";

bool is_empty_text(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty();
}

// The fields of one object. All must be asked for: one that nobody knows could change the ids.
class Fields {
 public:
  Fields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) refuse(where_, "an object", object);
  }

  [[noreturn]] static void refuse(const std::string& where, const std::string& expected,
                                  const json& came) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .expected(expected)
        .came(shown_json(came))
        .hint(kOnlyGpt2);
  }

  std::string where(const char* name) const { return where_ + ": " + name; }

  // A null stands for an absent field.
  const json& get(const char* name) {
    static const json absent;
    asked_.insert(name);
    const auto field = object_.find(name);
    return field == object_.end() ? absent : *field;
  }

  // A feature that is off: absent, null, false or "".
  void require_off(const char* name) {
    const json& value = get(name);
    const bool off = value.is_null() || value == false || value == 0 || is_empty_text(value);
    if (!off) refuse(where(name), "none (null or false)", value);
  }

  // Without the field where it may be absent.
  void require_text(const char* name, const char* only, bool may_be_absent) {
    const json& value = get(name);
    const bool fits = value == only || (may_be_absent && value.is_null());
    if (!fits) refuse(where(name), '"' + std::string(only) + '"', value);
  }

  bool flag(const char* name) {
    const json& value = get(name);
    if (!value.is_boolean()) refuse(where(name), "true or false", value);
    return value.get<bool>();
  }

  bool flag_or_off(const char* name) { return !get(name).is_null() && flag(name); }

  // Fields without a say in ids and text.
  void ignore(std::initializer_list<const char*> names) {
    asked_.insert(names.begin(), names.end());
  }

  void refuse_others() const {
    for (const auto& [name, value] : object_.items()) {
      if (asked_.count(name) > 0) continue;
      throw Error(ErrorKind::kCorrupt)
          .at(where(shown(name).c_str()))
          .fact("the field is not known, its value is " + shown_json(value))
          .hint(kOnlyGpt2);
    }
  }

 private:
  const json& object_;
  std::string where_;
  std::set<std::string> asked_;
};

const json& require_list(const json& value, const std::string& where) {
  if (!value.is_array()) Fields::refuse(where, "a list", value);
  return value;
}

void merges_of_json(const json& merges, const std::string& where, TokenizerParts& parts) {
  std::size_t rank = 0;
  for (const json& merge : require_list(merges, where)) {
    const std::string at = where + "[" + std::to_string(rank++) + "]";
    const bool is_pair =
        merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string();
    if (is_pair) {
      add_merge(merge[0].get_ref<const std::string&>(), merge[1].get_ref<const std::string&>(), at,
                parts);
    } else if (merge.is_string()) {
      add_merge(merge.get_ref<const std::string&>(), at, parts);
    } else {
      Fields::refuse(at, "\"left right\" or [\"left\", \"right\"]", merge);
    }
  }
}

void read_model(const json& model, const std::string& where, TokenizerParts& parts) {
  Fields fields(model, where);
  fields.require_text("type", "BPE", /*may_be_absent=*/true);  // files before 2020 have none
  for (const char* name :
       {"dropout", "continuing_subword_prefix", "end_of_word_suffix", "ignore_merges"}) {
    fields.require_off(name);
  }
  // For characters without a token: here every byte has one.
  fields.ignore({"unk_token", "fuse_unk", "byte_fallback"});
  read_vocabulary(fields.get("vocab"), fields.where("vocab"), parts);
  merges_of_json(fields.get("merges"), fields.where("merges"), parts);
  fields.refuse_others();
}

void read_pre_tokenizer(const json& pre_tokenizer, const std::string& where,
                        TokenizerParts& parts) {
  Fields fields(pre_tokenizer, where);
  fields.require_text("type", kByteLevel, /*may_be_absent=*/false);
  const json& use_regex = fields.get("use_regex");
  const bool uses_regex = use_regex.is_null() || use_regex == true;
  if (!uses_regex) Fields::refuse(fields.where("use_regex"), "true", use_regex);
  parts.add_prefix_space = fields.flag("add_prefix_space");
  fields.ignore({"trim_offsets"});
  fields.refuse_others();
}

// As decoder and post-processor, ByteLevel's settings touch neither ids nor text.
void require_byte_level(const json& object, const std::string& where) {
  Fields fields(object, where);
  fields.require_text("type", kByteLevel, /*may_be_absent=*/false);
  fields.ignore({"add_prefix_space", "trim_offsets", "use_regex"});
  fields.refuse_others();
}

bool is_of_type(const json& object, const char* type) {
  return object.is_object() && object.contains("type") && object["type"] == type;
}

// Calls `each` with the parts of a Sequence and where they stand, or with the object alone; with
// nothing for null.
template <typename Function>
void for_each_part(const json& object, const char* list, const std::string& where, Function each) {
  if (object.is_null()) return;
  if (!is_of_type(object, "Sequence")) return each(object, where);
  Fields fields(object, where);
  fields.ignore({"type"});
  std::size_t number = 0;
  for (const json& part : require_list(fields.get(list), fields.where(list))) {
    each(part, fields.where(list) + "[" + std::to_string(number++) + "]");
  }
  fields.refuse_others();
}

void read_normalizer(const json& normalizer, const std::string& where, TokenizerParts& parts) {
  for_each_part(normalizer, "normalizers", where, [&](const json& part, const std::string& at) {
    Fields fields(part, at);
    fields.require_text("type", "NFC", /*may_be_absent=*/false);
    fields.refuse_others();
    parts.nfc = true;
  });
}

// The ids for which a template's special token stands.
std::vector<int64_t> template_ids(const json& token, const json& known, const std::string& where,
                                  const TokenizerParts& parts) {
  Fields fields(token, where);
  const json& name = fields.get("id");
  if (!name.is_string() || !known.is_object() || !known.contains(name.get<std::string>())) {
    Fields::refuse(fields.where("id"), "one of its special_tokens", name);
  }
  Fields meaning(known[name.get<std::string>()], where);
  std::vector<int64_t> ids;
  for (const json& id : require_list(meaning.get("ids"), meaning.where("ids"))) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() >= parts.tokens.size()) {
      Fields::refuse(meaning.where("ids"), "ids of tokens", id);
    }
    ids.push_back(id.get<int64_t>());
  }
  return ids;
}

// TemplateProcessing: what stands before and after one text ("single"); "pair" is for two.
void read_template(const json& object, const std::string& where, TokenizerParts& parts) {
  Fields fields(object, where);
  fields.ignore({"type", "pair"});
  const json& known = fields.get("special_tokens");
  bool text_seen = false;
  for (const json& piece : require_list(fields.get("single"), fields.where("single"))) {
    if (piece.is_object() && piece.contains("SpecialToken")) {
      std::vector<int64_t>& ids = text_seen ? parts.after : parts.before;
      const std::vector<int64_t> more =
          template_ids(piece["SpecialToken"], known, fields.where("single"), parts);
      // Nested templates of a sequence go around what is there.
      ids.insert(text_seen ? ids.end() : ids.begin(), more.begin(), more.end());
    } else if (piece.is_object() && piece.contains("Sequence") && !text_seen) {
      text_seen = true;
    } else {
      Fields::refuse(fields.where("single"), "special tokens around one text", piece);
    }
  }
  if (!text_seen) Fields::refuse(fields.where("single"), "a text", fields.get("single"));
  fields.refuse_others();
}

void read_post_processor(const json& post_processor, const std::string& where,
                         TokenizerParts& parts) {
  const auto read = [&](const json& part, const std::string& at) {
    if (is_of_type(part, "TemplateProcessing")) {
      read_template(part, at, parts);
    } else {
      require_byte_level(part, at);
    }
  };
  for_each_part(post_processor, "processors", where, read);
}

// A token of the vocabulary under its own id, or the next new one.
void read_added_token(const json& token, const std::string& where, TokenizerParts& parts) {
  Fields fields(token, where);
  fields.ignore({"special"});
  AddedToken added;
  added.normalized = fields.flag("normalized");
  added.lstrip = fields.flag_or_off("lstrip");
  added.rstrip = fields.flag_or_off("rstrip");
  added.single_word = fields.flag_or_off("single_word");
  const json& content = fields.get("content");
  if (!content.is_string() || is_empty_text(content)) {
    Fields::refuse(fields.where("content"), "a text", content);
  }
  added.text = content.get<std::string>();
  const int64_t id = add_token(added, parts);
  if (fields.get("id") != id) {
    Fields::refuse(fields.where("id"), std::to_string(id), fields.get("id"));
  }
  fields.refuse_others();
}

void read_added_tokens(const json& tokens, const std::string& where, TokenizerParts& parts) {
  if (tokens.is_null()) return;
  std::size_t number = 0;
  for (const json& token : require_list(tokens, where)) {
    const std::string at = where + "[" + std::to_string(number++) + "]";
    read_added_token(token, at, parts);
    if (parts.added.size() != number) {
      throw Error(ErrorKind::kCorrupt)
          .at(at)
          .fact("an added token is given twice: " + shown_json(token))
          .hint("remove one");
    }
  }
}

}  // namespace

TokenizerParts parse_tokenizer_json(const std::string& text, const std::string& where) {
  const json root = parse_json(text, where);
  TokenizerParts parts;
  Fields fields(root, where);
  fields.require_text("version", "1.0", /*may_be_absent=*/true);
  // transformers turns both off for a call that does not ask for them.
  fields.ignore({"truncation", "padding"});
  read_model(fields.get("model"), fields.where("model"), parts);
  read_normalizer(fields.get("normalizer"), fields.where("normalizer"), parts);
  read_pre_tokenizer(fields.get("pre_tokenizer"), fields.where("pre_tokenizer"), parts);
  require_byte_level(fields.get("decoder"), fields.where("decoder"));
  read_added_tokens(fields.get("added_tokens"), fields.where("added_tokens"), parts);
  read_post_processor(fields.get("post_processor"), fields.where("post_processor"), parts);
  fields.refuse_others();
  return parts;
}

}  // namespace kairo
