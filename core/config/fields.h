// One list, many visitors: an options struct names each of its fields once, and YAML, command line,
// help, printing, equality and a checkpoint's JSON all visit that list.
//
//   void ModelOptions::visit(FieldVisitor& v) {
//     v.integer("n_layers", n_layers, {1, 1000}, "Number of transformer blocks.");
//     v.choice("act_fn", act_fn, kActFnNames, "Activation of the MLP.");
//   }
//
// A visitor may read or assign the fields. Field names are YAML keys; the path of a field is the
// section it was bound under ("model") and its name ("model.n_layers").
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace kairo {

struct IntRange {
  int64_t least = std::numeric_limits<int64_t>::min();
  int64_t most = std::numeric_limits<int64_t>::max();
};

// Closed range; infinities stand for "no limit". NaN is never inside.
struct RealRange {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};

// The names of an enum's values, the one table between strings outside and enums inside.
template <typename Enum>
using Names = std::vector<std::pair<Enum, std::string>>;

// The name of a value that the table has.
template <typename Enum>
const std::string& name_in(const Names<Enum>& names, Enum value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return names.front().second;
}

class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  virtual void integer(const char* name, int64_t& value, IntRange range, const char* help) = 0;
  virtual void real(const char* name, double& value, RealRange range, const char* help) = 0;
  virtual void flag(const char* name, bool& value, const char* help) = 0;
  // Any text (an empty `choices`) or one of `choices`.
  virtual void text(const char* name, std::string& value, const std::vector<std::string>& choices,
                    const char* help) = 0;
  virtual void integers(const char* name, std::vector<int64_t>& value, IntRange each,
                        const char* help) = 0;
  virtual void reals(const char* name, std::vector<double>& value, RealRange each,
                     const char* help) = 0;
  virtual void texts(const char* name, std::vector<std::string>& value,
                     const std::vector<std::string>& choices, const char* help) = 0;

  template <typename Enum>
  void choice(const char* name, Enum& value, const Names<Enum>& names, const char* help) {
    std::vector<std::string> choices;
    std::string chosen;
    for (const auto& [each, each_name] : names) {
      choices.push_back(each_name);
      if (each == value) chosen = each_name;
    }
    text(name, chosen, choices, help);
    for (const auto& [each, each_name] : names) {
      if (each_name == chosen) value = each;
    }
  }
};

// A struct of options: plain fields with their defaults, and the one list of them.
class Options {
 public:
  virtual ~Options() = default;
  virtual void visit(FieldVisitor& visitor) = 0;
};

}  // namespace kairo
