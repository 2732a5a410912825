#include "core/model/checkpoint_io.h"

#include <ATen/ATen.h>

#include <map>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/model/families.h"

namespace kairo {
namespace {

std::string shape_text(const std::vector<int64_t>& shape) {
  std::ostringstream text;
  text << at::IntArrayRef(shape);
  return text.str();
}

using ArraysByName = std::map<std::string, const NamedArray*>;

ArraysByName by_name(const std::vector<NamedArray>& arrays) {
  ArraysByName given;
  for (const NamedArray& array : arrays) given[array.name] = &array;
  return given;
}

void refuse_unknown(const ArraysByName& given, const ParameterLayout& layout,
                    const std::string& where) {
  std::vector<std::string> names;
  for (const ParameterView& view : layout.views()) names.push_back(view.name);
  const std::set<std::string> known(names.begin(), names.end());
  for (const auto& [name, array] : given) {
    if (known.count(name) > 0) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where + ": " + name)
        .fact("the model has no parameter of this name")
        .hint(did_you_mean(name, names));
  }
}

// kCorrupt for a missing, unknown or wrongly shaped array.
void check_arrays(const ArraysByName& given, const ParameterLayout& layout,
                  const std::string& where) {
  for (const ParameterView& view : layout.views()) {
    const auto found = given.find(view.name);
    if (found == given.end()) {
      throw Error(ErrorKind::kCorrupt).at(where).fact("parameter " + view.name + " is missing");
    }
    if (found->second->shape != view.shape) {
      throw Error(ErrorKind::kCorrupt)
          .at(where + ": " + view.name)
          .expected("shape " + shape_text(view.shape))
          .came(shape_text(found->second->shape));
    }
  }
  refuse_unknown(given, layout, where);
}

void copy_arrays(const ArraysByName& given, const ParameterLayout& layout, const at::Tensor& flat) {
  for (const ParameterView& view : layout.views()) {
    const NamedArray& array = *given.at(view.name);
    view.of(flat).copy_(
        at::from_blob(const_cast<float*>(array.values.data()), array.shape, at::kFloat));
  }
}

// Of a checkpoint's model words: what they contradict or claim is the file's fault.
ParameterLayout layout_of(const ModelOptions& words, const std::string& where) {
  try {
    words.check();
    return family_of(words).layout(words);
  } catch (const Error& error) {
    throw Error(ErrorKind::kCorrupt).at(where + ": model words").fact(error.what());
  }
}

}  // namespace

std::vector<NamedArray> to_arrays(const FlatParameters& layout, const at::Tensor& flat) {
  std::vector<NamedArray> arrays;
  for (const ParameterView& view : layout.views()) {
    const at::Tensor values = view.of(flat).detach().to(at::kCPU, at::kFloat).contiguous();
    const float* first = values.data_ptr<float>();
    arrays.push_back({view.name, view.shape, std::vector<float>(first, first + values.numel())});
  }
  return arrays;
}

void from_arrays(const std::vector<NamedArray>& arrays, const FlatParameters& layout,
                 at::Tensor flat, const std::string& where) {
  const ArraysByName given = by_name(arrays);
  check_arrays(given, layout.layout(), where);
  copy_arrays(given, layout.layout(), flat);
}

std::unique_ptr<Model> load_model(const std::string& path, at::Device device) {
  return model_of(read_checkpoint(path, CheckpointPart::kModelOnly), path, device);
}

// The words are held against the arrays before anything of the size they claim is allocated.
std::unique_ptr<Model> model_of(const Checkpoint& checkpoint, const std::string& where,
                                at::Device device) {
  const std::unique_ptr<ModelOptions> words = model_options_from_json(checkpoint.model_json, where);
  const ArraysByName given = by_name(checkpoint.parameters);
  check_arrays(given, layout_of(*words, where), where);
  std::unique_ptr<Model> model = make_model(*words, device, WeightGradients::kNone);
  copy_arrays(given, model->parameters().layout(), model->parameters().values());
  return model;
}

}  // namespace kairo
