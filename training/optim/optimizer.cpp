#include "training/optim/optimizer.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/kernels/adamw.h"
#include "core/model/checkpoint_io.h"
#include "training/optim/adamw_optimizer.h"
#include "training/optim/sgd_optimizer.h"

namespace kairo {
namespace {

std::vector<OptimizerKind>& all_optimizers() {
  static std::vector<OptimizerKind> kinds = {
      {"adamw", &make_adamw},
      {"sgd", &make_sgd},
  };
  return kinds;
}

const std::vector<NamedArray>& saved_state(const OptimizerState& saved, const std::string& state,
                                           const std::string& where) {
  const auto found = saved.states.find(state);
  if (found != saved.states.end()) return found->second;
  throw Error(ErrorKind::kCorrupt)
      .at(where + ": optimizer")
      .fact("the state " + state + " is missing");
}

void restore_part(const std::vector<NamedArray>& arrays, const NamedState& state,
                  const std::string& where) {
  const auto found = std::find_if(arrays.begin(), arrays.end(),
                                  [&](const NamedArray& each) { return each.name == state.part; });
  const bool fits = found != arrays.end() && at::IntArrayRef(found->shape) == state.values.sizes();
  if (!fits) {
    throw Error(ErrorKind::kCorrupt)
        .at(where + "/" + state.part)
        .fact("this array is missing or has another shape")
        .hint("the checkpoint belongs to another model");
  }
  const at::Tensor saved = at::from_blob(const_cast<float*>(found->values.data()), found->shape);
  at::Tensor(state.values).copy_(saved);
}

void refuse_unknown_states(const OptimizerState& saved, const std::vector<NamedState>& states,
                           const std::string& where) {
  for (const auto& [name, arrays] : saved.states) {
    const auto is_it = [&, &name = name](const NamedState& each) { return each.state == name; };
    if (std::any_of(states.begin(), states.end(), is_it)) continue;
    throw Error(ErrorKind::kCorrupt)
        .at(where + ": optimizer")
        .fact("the state " + name + " is not one of " + saved.name)
        .hint("resume with the options that the run began with");
  }
}

}  // namespace

void add_optimizer(const OptimizerKind& kind) { all_optimizers().push_back(kind); }

std::unique_ptr<Optimizer> make_optimizer(const OptimizerRequest& request) {
  const std::string& name = request.options.training.optimizer;
  for (const OptimizerKind& kind : all_optimizers()) {
    if (kind.name == name) return kind.make(request);
  }
  throw Error(ErrorKind::kConfig)
      .at("training.optimizer")
      .fact("there is no optimiser named " + name)
      .hint(did_you_mean(name, optimizer_names()));
}

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const OptimizerKind& kind : all_optimizers()) names.emplace_back(kind.name);
  return names;
}

// The meta device has shapes and no memory.
int64_t state_numbers(const RunOptions& options, const ParameterLayout& layout) {
  const auto optimizer = make_optimizer({options, layout, at::device(at::kMeta)});
  int64_t numbers = 0;
  for (const NamedState& each : optimizer->states()) numbers += each.values.numel();
  return numbers;
}

void copy_to(const Optimizer& optimizer, int64_t step, OptimizerSnapshot& snapshot) {
  snapshot.name = optimizer.name();
  snapshot.step = step;
  const std::vector<NamedState> states = optimizer.states();
  snapshot.states.resize(states.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    snapshot.states[i].state = states[i].state;
    snapshot.states[i].part = states[i].part;
    copy_into(snapshot.states[i].values, states[i].values);
  }
}

void restore(const OptimizerState& saved, const FlatParameters& parameters,
             const std::string& where, Optimizer& optimizer) {
  if (saved.name != optimizer.name()) {
    throw Error(ErrorKind::kCorrupt)
        .at(where + ": optimizer")
        .fact("the checkpoint holds the state of " + saved.name + ", this run uses " +
              optimizer.name())
        .hint("resume with the same training.optimizer, or train under another name");
  }
  const std::vector<NamedState> states = optimizer.states();
  refuse_unknown_states(saved, states, where);
  for (const NamedState& each : states) {
    const std::vector<NamedArray>& arrays = saved_state(saved, each.state, where);
    const std::string at = where + ": optimizer/" + each.state;
    if (each.part.empty()) {
      from_arrays(arrays, parameters, each.values, at);
    } else {
      restore_part(arrays, each, at);
    }
  }
}

void in_parts(const Step& step, const at::Tensor& flat,
              const std::function<void(int64_t begin, int64_t length)>& part) {
  const int64_t n = flat.numel(), at_once = 8 * flat_block(flat);
  const int64_t n_tasks = (n + at_once - 1) / at_once;
  const auto task = [&](int64_t number) {
    const int64_t begin = number * at_once;
    part(begin, std::min(at_once, n - begin));
  };
  if (step.pool != nullptr) {
    step.pool->run(n_tasks, task);
  } else {
    for (int64_t number = 0; number < n_tasks; ++number) task(number);
  }
}

}  // namespace kairo
