#include "training/run/saved_values.h"

#include "core/base/error.h"

namespace kairo {
namespace {

template <typename T>
const std::vector<T>& find_value(const std::map<std::string, std::vector<T>>& values,
                                 const std::string& name, const std::string& where) {
  const auto found = values.find(name);
  if (found != values.end()) return found->second;
  throw Error(ErrorKind::kCorrupt)
      .at(where)
      .fact("the value training/" + name + " is missing")
      .hint("resume from another checkpoint");
}

template <typename T>
T single(const std::vector<T>& values, const std::string& name, const std::string& where) {
  if (values.size() == 1) return values[0];
  throw Error(ErrorKind::kCorrupt)
      .at(where + ": training/" + name)
      .expected("one value")
      .came(std::to_string(values.size()))
      .hint("resume from another checkpoint");
}

}  // namespace

const std::vector<int64_t>& saved_integers(const TrainingState& state, const std::string& name,
                                           const std::string& where) {
  return find_value(state.integers, name, where);
}

int64_t saved_integer(const TrainingState& state, const std::string& name,
                      const std::string& where) {
  return single(find_value(state.integers, name, where), name, where);
}

double saved_real(const TrainingState& state, const std::string& name, const std::string& where) {
  return single(find_value(state.reals, name, where), name, where);
}

}  // namespace kairo
