#include "training/initial_weights.h"

#include <map>

#include "core/base/error.h"
#include "core/model/families.h"

namespace kairo {
namespace {

[[noreturn]] void refuse_weights(const std::string& path, const std::string& fact) {
  throw Error(ErrorKind::kConfig)
      .at("training.init_from " + path)
      .fact(fact)
      .hint("give model.* the words of that checkpoint, or name another one");
}

void check_shapes(const std::string& path, const std::vector<NamedArray>& parameters,
                  const ParameterLayout& layout) {
  std::map<std::string, std::vector<int64_t>> shapes;
  for (const NamedArray& each : parameters) shapes[each.name] = each.shape;
  for (const ParameterView& view : layout.views()) {
    const auto found = shapes.find(view.name);
    if (found == shapes.end()) refuse_weights(path, "the checkpoint has no " + view.name);
    if (found->second != view.shape) {
      refuse_weights(path, "its " + view.name + " has another shape than the model's");
    }
    shapes.erase(found);
  }
  if (!shapes.empty()) refuse_weights(path, "the model has no " + shapes.begin()->first);
}

}  // namespace

std::optional<InitialWeights> read_initial_weights(const RunOptions& options) {
  const std::string& path = options.training.init_from;
  if (path.empty()) return std::nullopt;
  Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kModelOnly);
  check_shapes(path, checkpoint.parameters, family_of(*options.model).layout(*options.model));
  return InitialWeights{path, checkpoint.content_hash, std::move(checkpoint.parameters)};
}

}  // namespace kairo
