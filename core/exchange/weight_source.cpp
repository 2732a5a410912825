#include "core/exchange/weight_source.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/config/shown_json.h"
#include "core/files/atomic_file.h"
#include "core/files/safe_name.h"
#include "core/text/json_text.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return "[" + text + "]";
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// `name` without the parts that wrappers of modules add.
std::string unwrapped(std::string name) {
  for (const std::string part :
       {"_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module."}) {
    for (std::size_t at = name.find(part); at != std::string::npos; at = name.find(part, at)) {
      const bool whole = at == 0 || name[at - 1] == '.';
      if (whole)
        name.erase(at, part.size());
      else
        at += part.size();
    }
  }
  const std::string parallel = "module.";
  while (name.rfind(parallel, 0) == 0) name.erase(0, parallel.size());
  return name;
}

// name -> file in the same folder.
std::map<std::string, std::string> read_index(const std::string& path) {
  const nlohmann::json index = parse_json(read_file(path), path);
  const auto map = index.find("weight_map");
  std::map<std::string, std::string> files;
  if (!index.is_object() || map == index.end() || !map->is_object() || map->empty()) {
    throw Error(ErrorKind::kCorrupt)
        .at(path)
        .fact("it has no weight_map from tensors to files")
        .hint("get the file again");
  }
  for (const auto& [name, file] : map->items()) {
    // An index that could name any path would let a download read files elsewhere.
    const bool plain = file.is_string() && ends_with(file, ".safetensors") &&
                       file.get<std::string>().find('/') == std::string::npos;
    if (!plain) {
      throw Error(ErrorKind::kCorrupt)
          .at(path + ": tensor " + quoted(name))
          .expected("a .safetensors file of the same folder")
          .came(shown_json(file));
    }
    files[name] = file;
  }
  return files;
}

}  // namespace

WeightSource::WeightSource(const std::string& folder) : folder_(folder) {
  // Where both are there the single file is the one that is meant, as for transformers.
  if (fs::exists(fs::path(folder) / kSingle)) {
    add_file(kSingle);
  } else if (fs::exists(fs::path(folder) / kIndex)) {
    add_index((fs::path(folder) / kIndex).string());
  } else {
    throw Error(ErrorKind::kNotFound)
        .at(folder)
        .fact(std::string("there are no weights: neither ") + kSingle + " nor " + kIndex)
        .hint("load the model in Python and save_pretrained(folder, safe_serialization=True)");
  }
}

void WeightSource::add_index(const std::string& path) {
  for (const auto& [name, file] : read_index(path)) {
    if (readers_.count(file) == 0) add_file(file);
    const auto place = places_.find(unwrapped(name));
    if (place == places_.end() || place->second.reader != &readers_.at(file)) {
      throw Error(ErrorKind::kCorrupt)
          .at(where(name))
          .fact("not in " + quoted(file) + ", though the index says so");
    }
  }
}

void WeightSource::add_file(const std::string& name) {
  const std::string path = (fs::path(folder_) / name).string();
  SafetensorsReader& reader = readers_.try_emplace(name, path).first->second;
  for (const SafetensorsEntry& entry : reader.entries()) {
    if (places_.try_emplace(unwrapped(entry.name), Place{&reader, &entry}).second) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where(entry.name))
        .fact("this tensor is there twice, in two files or under another name")
        .hint("keep one of the two");
  }
}

std::string WeightSource::where(const std::string& name) const {
  return folder_ + ": tensor " + quoted(name);
}

std::vector<std::string> WeightSource::before(const std::string& ending) const {
  std::vector<std::string> found;
  for (const auto& [name, place] : places_) {
    if (!ends_with(name, ending)) continue;
    const std::string front = name.substr(0, name.size() - ending.size());
    if (front.empty() || front.back() == '.') found.push_back(front);
  }
  return found;
}

std::vector<float> WeightSource::take(const std::string& name, const std::vector<int64_t>& shape) {
  const auto place = places_.find(name);
  if (place == places_.end()) {
    throw Error(ErrorKind::kCorrupt)
        .at(where(name))
        .fact("there is no such tensor; config.json asks for one of shape " + shape_text(shape))
        .hint("weights and config.json are of different models");
  }
  const auto& [reader, entry, taken] = place->second;
  if (entry->shape != shape) {
    throw Error(ErrorKind::kCorrupt)
        .at(where(name))
        .expected("shape " + shape_text(shape))
        .came(shape_text(entry->shape))
        .hint("weights and config.json are of different models");
  }
  std::vector<float> values = reader->floats(entry->name);
  if (!std::all_of(values.begin(), values.end(), [](float each) { return std::isfinite(each); })) {
    throw Error(ErrorKind::kCorrupt).at(where(name)).fact("it holds a NaN or an infinity");
  }
  place->second.taken = true;
  return values;
}

void WeightSource::refuse_leftovers(const std::vector<std::string>& buffers) const {
  for (const auto& [name, place] : places_) {
    const bool known = place.taken || std::any_of(buffers.begin(), buffers.end(),
                                                  [&name = name](const std::string& buffer) {
                                                    return ends_with(name, buffer);
                                                  });
    if (known) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where(name))
        .fact("the model in config.json has no such tensor; its shape is " +
              shape_text(place.entry->shape))
        .hint("another head or architecture cannot be imported");
  }
}

}  // namespace kairo
