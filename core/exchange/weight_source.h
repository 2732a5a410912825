// The tensors of a Hugging Face folder, in one file (model.safetensors) or in shards that
// model.safetensors.index.json lists, taken by name one at a time. What nobody took is an error: a
// layout that leaves a tensor out describes another model.
//
// Names come without what wrappers put into them: "_orig_mod." of torch.compile, "module." of
// DistributedDataParallel at the front, and those of FSDP and activation checkpoints.
//
// Thread rule: one thread at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/exchange/safetensors.h"

namespace kairo {

class WeightSource {
 public:
  // kNotFound where the folder has no safetensors; kCorrupt where files and index disagree.
  explicit WeightSource(const std::string& folder);

  bool has(const std::string& name) const { return places_.count(name) > 0; }

  // What stands before `ending` in the names of tensors ("model." of "model.ln_f.weight"), sorted.
  std::vector<std::string> before(const std::string& ending) const;

  // [shape] as float32. kCorrupt naming folder and tensor where it is missing, of another shape, or
  // holds a NaN or an infinity, or has a dtype that is not a float.
  std::vector<float> take(const std::string& name, const std::vector<int64_t>& shape);

  // kCorrupt naming the first tensor that was not taken and does not end in one of `buffers`, the
  // endings of tensors that are no weights (masks, tables of angles).
  void refuse_leftovers(const std::vector<std::string>& buffers) const;

  // "FOLDER: tensor NAME", for an error.
  std::string where(const std::string& name) const;

 private:
  struct Place {
    SafetensorsReader* reader;
    const SafetensorsEntry* entry;
    bool taken = false;
  };

  void add_index(const std::string& path);
  void add_file(const std::string& name);

  std::string folder_;
  std::map<std::string, SafetensorsReader> readers_;  // by the file's name
  std::map<std::string, Place> places_;
};

}  // namespace kairo
