#include "core/exchange/safetensors_header.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "core/base/error.h"
#include "core/files/safe_name.h"

namespace kairo {
namespace {

using Json = nlohmann::json;

constexpr const char* kMetadata = "__metadata__";
constexpr std::size_t kAlignment = 8;

// Bytes of an element; tensors of a dtype that is not here cannot be placed.
const std::map<std::string, int64_t> kDtypeSizes = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},   {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"U16", 2},
    {"I16", 2},  {"F16", 2}, {"BF16", 2}, {"U32", 4},     {"I32", 4},     {"F32", 4},
    {"U64", 8},  {"I64", 8}, {"F64", 8},  {"C64", 8},     {"F8_E8M0", 1},
};

[[noreturn]] void refuse(const std::string& where, const std::string& expected,
                         const std::string& came) {
  throw Error(ErrorKind::kCorrupt)
      .at(where)
      .expected(expected)
      .came(came)
      .hint("the file is damaged: get it again");
}

// A name may be as long as the header.
std::string brief(const std::string& name) {
  constexpr std::size_t kMost = 100;
  return quoted(name.size() <= kMost ? name : name.substr(0, kMost) + "...");
}

// The first key that stands twice in an object goes to `twice`: JSON itself would let the later
// one win without a word.
Json parse(const std::string& text, std::string& twice) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed).second) twice = parsed;
    return true;
  };
  return Json::parse(text, watch, /*allow_exceptions=*/false);
}

bool is_size(const Json& value) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  return value.is_number_unsigned() && value.get<uint64_t>() <= kMost;
}

std::vector<int64_t> sizes(const Json& tensor, const char* word, const std::string& where) {
  const auto list = tensor.find(word);
  if (list == tensor.end() || !list->is_array() ||
      !std::all_of(list->begin(), list->end(), is_size)) {
    refuse(where, "", std::string(word) + " is no list of sizes");
  }
  return list->get<std::vector<int64_t>>();
}

SafetensorsEntry entry_of(const std::string& name, const Json& tensor, const std::string& file) {
  const std::string where = file + ": tensor " + brief(name);
  if (!tensor.is_object() || tensor.size() != 3 || !tensor.contains("dtype") ||
      !tensor["dtype"].is_string()) {
    refuse(where, "", "this is no object of dtype, shape and data_offsets");
  }
  SafetensorsEntry entry;
  entry.name = name;
  entry.dtype = tensor["dtype"];
  entry.shape = sizes(tensor, "shape", where);
  const std::vector<int64_t> offsets = sizes(tensor, "data_offsets", where);
  if (offsets.size() != 2 || offsets[0] > offsets[1]) {
    refuse(where, "", "data_offsets is no pair [begin, end]");
  }
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (kDtypeSizes.count(entry.dtype) == 0) {
    throw Error(ErrorKind::kCorrupt)
        .at(where)
        .fact("safetensors has no dtype " + brief(entry.dtype))
        .hint("save the weights as F32, F16 or BF16");
  }
  const std::optional<int64_t> bytes = safetensors_bytes(entry.dtype, entry.shape);
  if (bytes != entry.end - entry.begin) {
    refuse(where, (bytes ? std::to_string(*bytes) : "over 2^63") + " bytes by dtype and shape",
           std::to_string(entry.end - entry.begin) + " by its offsets");
  }
  return entry;
}

std::map<std::string, std::string> metadata_of(const Json& object, const std::string& file) {
  std::map<std::string, std::string> metadata;
  const std::string where = file + ": " + kMetadata;
  if (!object.is_object()) refuse(where, "", "this is no JSON object");
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) refuse(where + " " + brief(key), "", "its value is no text");
    metadata[key] = value;
  }
  return metadata;
}

// Sorts by offset; kCorrupt unless the tensors fill the data without hole or overlap.
void settle_order(std::vector<SafetensorsEntry>& entries, int64_t data_size,
                  const std::string& file) {
  // By end too: an empty tensor stands before the one that begins where it does.
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  int64_t filled = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != filled) {
      refuse(file + ": tensor " + brief(entry.name), "",
             "it begins at byte " + std::to_string(entry.begin) +
                 ", and the one before it ends at " + std::to_string(filled));
    }
    filled = entry.end;
  }
  if (filled != data_size) {
    refuse(file, std::to_string(filled) + " bytes of tensors", std::to_string(data_size));
  }
}

}  // namespace

std::optional<int64_t> safetensors_bytes(const std::string& dtype,
                                         const std::vector<int64_t>& shape) {
  const auto known = kDtypeSizes.find(dtype);
  const bool negative = std::any_of(shape.begin(), shape.end(), [](int64_t n) { return n < 0; });
  if (known == kDtypeSizes.end() || negative) return std::nullopt;
  // Before the product: a size of 0 beside two of 2^62 is no overflow.
  if (std::count(shape.begin(), shape.end(), 0) > 0) return 0;
  int64_t bytes = known->second;
  for (const int64_t size : shape) {
    if (bytes > std::numeric_limits<int64_t>::max() / size) return std::nullopt;
    bytes *= size;
  }
  return bytes;
}

SafetensorsHeader parse_safetensors_header(const std::string& text, int64_t data_size,
                                           const std::string& file) {
  std::string twice;
  const Json json = parse(text, twice);
  if (text.empty() || text[0] != '{' || !json.is_object()) {
    refuse(file, "", "its header is no JSON object");
  }
  if (!twice.empty()) refuse(file, "", "the header has the name " + brief(twice) + " twice");
  SafetensorsHeader header;
  for (const auto& [name, value] : json.items()) {
    if (name == kMetadata) {
      header.metadata = metadata_of(value, file);
    } else {
      header.entries.push_back(entry_of(name, value, file));
    }
  }
  settle_order(header.entries, data_size, file);
  return header;
}

std::string safetensors_header_text(const SafetensorsHeader& header) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) json[kMetadata] = header.metadata;
  for (const SafetensorsEntry& entry : header.entries) {
    json[entry.name] = {
        {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error(ErrorKind::kShape)
        .at("safetensors header")
        .fact("a name or a word of the metadata is not UTF-8");
  }
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  return text;
}

}  // namespace kairo
