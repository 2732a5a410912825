// What is asked of the words of any model: a family (transformer, ...) derives from this and adds
// its own. The words are what a checkpoint's `model` group carries as JSON and a YAML file as
// `model:` (core/config/model_section.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/config/fields.h"

namespace kairo {

enum class AttentionDir { kCausal, kBidirectional };
enum class ModelDtype { kFloat32, kFloat64 };

extern const Names<ModelDtype> kDtypeNames;

struct ModelOptions : Options {
  int64_t n_ctx = 32;   // longest sequence, tokens
  int64_t d_vocab = 0;  // 0: taken from the task's vocabulary
  int64_t seed = -1;    // of the initial weights; -1: the experiment's
  ModelDtype dtype = ModelDtype::kFloat32;

  // The family's name in model_kinds(): "transformer".
  virtual const char* kind() const = 0;
  virtual std::unique_ptr<ModelOptions> clone() const = 0;
  // True if a position's output depends on itself and those before alone.
  virtual bool is_causal() const = 0;
  // How many numbers the model has to learn, without building it: its layout's count(), which needs
  // LibTorch. d_vocab is settled (not 0).
  virtual int64_t parameter_count() const = 0;
  // Throws kConfig where the words contradict each other.
  virtual void check() const = 0;
};

struct ModelKind {
  const char* name;
  std::unique_ptr<ModelOptions> (*options)();  // with their defaults
};

// One line a family; the first is the default. core/model/families.h makes its models.
const std::vector<ModelKind>& model_kinds();
// For a family outside of the house, such as one in tests: before anything is read, once.
void add_model_kind(const ModelKind& kind);
std::vector<std::string> model_kind_names();
// The default words of a family. kConfig for an unknown name, naming the nearest.
std::unique_ptr<ModelOptions> options_of_kind(const std::string& name);

// The words as JSON, as a checkpoint carries them, and back. `kind` is written unless it is the
// default. A missing word has its default, an unknown or ill-typed one is kCorrupt naming it and
// `where`. null means "none".
std::string to_json(const ModelOptions& options);
std::unique_ptr<ModelOptions> model_options_from_json(const std::string& json,
                                                      const std::string& where);

}  // namespace kairo
