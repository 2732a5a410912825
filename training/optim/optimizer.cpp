#include "training/optim/optimizer.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/model/checkpoint_io.h"
#include "training/optim/adamw_optimizer.h"

namespace kairo {
namespace {

using Maker = std::unique_ptr<Optimizer> (*)(const TrainingOptions&, const FlatParameters&);

const std::vector<std::pair<std::string, Maker>>& makers() {
  static const std::vector<std::pair<std::string, Maker>> table = {{"adamw", &make_adamw}};
  return table;
}

}  // namespace

void Optimizer::copy_to(OptimizerSnapshot& snapshot) const {
  snapshot.name = name();
  snapshot.step = step_;
  for (const auto& [state, values] : states()) copy_into(snapshot.states[state], values);
}

void Optimizer::restore(const OptimizerState& saved, const FlatParameters& layout,
                        const std::string& where) {
  if (saved.name != name()) {
    throw Error(ErrorKind::kCorrupt, {where + ": optimizer", name(), saved.name, ""});
  }
  for (const auto& [state, values] : states()) {
    const auto found = saved.states.find(state);
    if (found == saved.states.end()) {
      throw Error(ErrorKind::kCorrupt)
          .at(where + ": optimizer")
          .fact("the state " + state + " is missing");
    }
    from_arrays(found->second, layout, values, where + ": optimizer/" + state);
  }
  step_ = saved.step;
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const TrainingOptions& options,
                                          const FlatParameters& parameters) {
  for (const auto& [known, make] : makers()) {
    if (known == name) return make(options, parameters);
  }
  throw Error(ErrorKind::kConfig,
              {"optimizer", "a known name", name, did_you_mean(name, optimizer_names())});
}

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : makers()) names.push_back(name);
  return names;
}

}  // namespace kairo
