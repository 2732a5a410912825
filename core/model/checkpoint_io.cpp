#include "core/model/checkpoint_io.h"

#include <ATen/ATen.h>

#include <map>
#include <sstream>

#include "hooks/error.h"
#include "hooks/nearest_name.h"

namespace kairo {
namespace {

std::string shape_text(const std::vector<int64_t>& shape) {
  std::ostringstream text;
  text << at::IntArrayRef(shape);
  return text.str();
}

void refuse_unknown(const std::map<std::string, const NamedArray*>& given,
                    const FlatParameters& layout, const std::string& where) {
  std::vector<std::string> names;
  for (const ParameterView& view : layout.views()) names.push_back(view.name);
  for (const auto& [name, array] : given) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(ErrorKind::kCorrupt, {where + ": " + name, "a parameter of this model",
                                      "an unknown name", did_you_mean(name, names)});
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
  std::map<std::string, const NamedArray*> given;
  for (const NamedArray& array : arrays) given[array.name] = &array;
  for (const ParameterView& view : layout.views()) {
    const auto found = given.find(view.name);
    if (found == given.end()) {
      throw Error(ErrorKind::kCorrupt, {where, "parameter " + view.name, "none", ""});
    }
    const NamedArray& array = *found->second;
    if (array.shape != view.shape) {
      throw Error(ErrorKind::kCorrupt, {where + ": " + view.name, "shape " + shape_text(view.shape),
                                        shape_text(array.shape), ""});
    }
    const at::Tensor values =
        at::from_blob(const_cast<float*>(array.values.data()), array.shape, at::kFloat);
    view.of(flat).copy_(values);
  }
  refuse_unknown(given, layout, where);
}

Transformer load_model(const std::string& path, at::Device device) {
  return model_of(read_checkpoint(path, CheckpointPart::kModelOnly), path, device);
}

Transformer model_of(const Checkpoint& checkpoint, const std::string& where, at::Device device) {
  Transformer model(model_options_from_json(checkpoint.model_json, where), device);
  model.parameters().freeze();
  from_arrays(checkpoint.parameters, model.parameters(), model.parameters().values(), where);
  return model;
}

}  // namespace kairo
