#include "core/exchange/hugging_face.h"

#include <filesystem>

#include "core/exchange/layout.h"
#include "core/version.h"
#include "hooks/error.h"

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
ModelOptions checked(const ModelOptions& options, const std::string& where) {
  const ModelOptions in_range = model_options_from_json(to_json(options), where);
  check(in_range);
  return in_range;
}

// "pythia-14m" of "models/pythia-14m/".
std::string name_of_folder(const std::string& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace

Checkpoint read_hugging_face(const std::string& folder) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kNotFound,
                {folder, "a folder with config.json and model.safetensors", "no such folder", ""});
  }
  const std::string config = (fs::path(folder) / "config.json").string();
  const ConfigWords words(config);
  const Layout layout = layout_of(words);
  const ModelOptions options = checked(layout.model_options(words), config);
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
