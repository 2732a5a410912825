#include "core/exchange/hugging_face.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/exchange/layout.h"
#include "core/exchange/silent_words.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

std::vector<Layout> layouts() { return {gpt2_layout(), neox_layout()}; }

Layout layout_of(const ConfigWords& words) {
  const std::string model_type = words.text("model_type");
  std::string known;
  for (const Layout& layout : layouts()) {
    if (layout.model_type == model_type) return layout;
    known += (known.empty() ? "" : ", ") + layout.model_type;
  }
  words.refuse("model_type", "one of " + known, "no other architecture can be imported");
}

// Through the model words' own checks of range and sense.
TransformerOptions checked(const TransformerOptions& options, const std::string& where) {
  const TransformerOptions in_range = transformer_options_from_json(to_json(options), where);
  in_range.check();
  return in_range;
}

// No word that may change what the model computes is left out.
TransformerOptions options_of(const ConfigWords& words, const Layout& layout) {
  words.require_off({"compression_config", "is_encoder_decoder", "per_layer_config", "pruned_heads",
                     "quantization_config"});
  if (!words.flag("is_causal", true)) {
    words.refuse("is_causal", "true", "only causal models can be imported");
  }
  const TransformerOptions options = layout.model_options(words);
  words.ignore(silent_words());
  words.ignore(layout.silent);
  words.refuse_others();
  return options;
}

// "pythia-14m" of "models/pythia-14m/".
std::string name_of_folder(const std::string& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

void require_folder(const std::string& folder) {
  if (!fs::exists(folder)) {
    throw Error(ErrorKind::kNotFound)
        .at(folder)
        .fact("there is no such folder")
        .hint("name a folder with config.json and model.safetensors");
  }
  if (!fs::is_directory(folder)) {
    const fs::path parent = fs::path(folder).parent_path();
    throw Error(ErrorKind::kUsage)
        .at(folder)
        .fact("this is a file; the model's folder is needed")
        .hint("name the folder: " + (parent.empty() ? "." : parent.string()));
  }
  // Transformers would add the adapter's weights to the model's.
  if (fs::exists(fs::path(folder) / "adapter_config.json")) {
    throw Error(ErrorKind::kCorrupt)
        .at(folder)
        .fact("the folder has a PEFT adapter (adapter_config.json), which is not read")
        .hint("merge it in Python: merge_and_unload(), then save_pretrained(folder)");
  }
}

}  // namespace

Checkpoint read_hugging_face(const std::string& folder) {
  require_folder(folder);
  const std::string config = (fs::path(folder) / "config.json").string();
  const ConfigWords words(config);
  const Layout layout = layout_of(words);
  const TransformerOptions options = checked(options_of(words, layout), config);
  WeightSource weights(folder);
  Checkpoint checkpoint;
  checkpoint.experiment = name_of_folder(folder);
  checkpoint.version = version();
  checkpoint.model_json = to_json(options);
  checkpoint.parameters = layout.parameters(weights, options, words);
  weights.refuse_leftovers(layout.buffers);
  return checkpoint;
}

}  // namespace kairo
