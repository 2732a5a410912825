#include <nlohmann/json.hpp>
#include <set>

#include "core/config/field_values.h"
#include "core/config/shown_json.h"
#include "core/exchange/tokenizer_file.h"
#include "hooks/error.h"

namespace kairo {
namespace {

using nlohmann::json;

constexpr char kByteLevel[] = "ByteLevel";

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
    throw Error(ErrorKind::kCorrupt,
                {where, expected, shown_json(came), "only GPT-2's kind of tokenizer is read"});
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
    const bool off = value.is_null() || value == false || is_empty_text(value);
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

  // Fields without a say in ids and text.
  void ignore(std::initializer_list<const char*> names) {
    asked_.insert(names.begin(), names.end());
  }

  void refuse_others() const {
    for (const auto& [name, value] : object_.items()) {
      if (asked_.count(name) == 0) refuse(where(shown(name).c_str()), "no such field", value);
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
  for (const char* name : {"dropout", "unk_token", "continuing_subword_prefix",
                           "end_of_word_suffix", "byte_fallback", "ignore_merges"}) {
    fields.require_off(name);
  }
  fields.ignore({"fuse_unk"});
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

// A token of the vocabulary under its own id, or the next new one.
void read_added_token(const json& token, const std::string& where, TokenizerParts& parts) {
  Fields fields(token, where);
  for (const char* name : {"single_word", "lstrip", "rstrip"}) fields.require_off(name);
  fields.ignore({"special"});
  const bool normalized = fields.flag("normalized");
  const json& content = fields.get("content");
  if (!content.is_string() || is_empty_text(content)) {
    Fields::refuse(fields.where("content"), "a text", content);
  }
  const auto text = content.get<std::string>();
  const auto next = static_cast<int64_t>(parts.tokens.size());
  const auto [entry, is_new] = parts.ids.emplace(text, next);
  if (fields.get("id") != entry->second) {
    Fields::refuse(fields.where("id"), std::to_string(entry->second), fields.get("id"));
  }
  if (is_new) parts.tokens.push_back(text);
  parts.added.push_back({text, entry->second, normalized});
  fields.refuse_others();
}

void read_added_tokens(const json& tokens, const std::string& where, TokenizerParts& parts) {
  if (tokens.is_null()) return;
  std::set<int64_t> ids;
  for (const json& token : require_list(tokens, where)) {
    const std::string at = where + "[" + std::to_string(ids.size()) + "]";
    read_added_token(token, at, parts);
    if (!ids.insert(parts.added.back().id).second) {
      Fields::refuse(at, "each added token once", token);
    }
  }
}

}  // namespace

TokenizerParts parse_tokenizer_json(const std::string& text, const std::string& where) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) {
    throw Error(ErrorKind::kCorrupt, {where, "JSON", "text that is none", ""});
  }
  TokenizerParts parts;
  Fields fields(root, where);
  fields.require_text("version", "1.0", /*may_be_absent=*/true);
  for (const char* name : {"truncation", "padding", "normalizer"}) fields.require_off(name);
  read_model(fields.get("model"), fields.where("model"), parts);
  read_pre_tokenizer(fields.get("pre_tokenizer"), fields.where("pre_tokenizer"), parts);
  require_byte_level(fields.get("decoder"), fields.where("decoder"));
  if (!fields.get("post_processor").is_null()) {
    require_byte_level(fields.get("post_processor"), fields.where("post_processor"));
  }
  read_added_tokens(fields.get("added_tokens"), fields.where("added_tokens"), parts);
  fields.refuse_others();
  return parts;
}

}  // namespace kairo
