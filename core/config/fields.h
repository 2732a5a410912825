// One list, many readers: an options struct lists each of its fields once, and YAML, command line,
// help, printing, equality and a checkpoint's JSON all go through that list.
//
//   std::vector<Field> TransformerOptions::fields() {
//     return {
//         {"n_layers", n_layers, {1, 1000}, "Transformer blocks."},
//         {"act_fn", act_fn, kActFnNames, "Activation of the MLP."},
//     };
//   }
//
// A Field refers to the struct's member and must not outlive it. Field names are YAML keys; the
// path of a field is the section it was bound under ("model") and its name ("model.n_layers").
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
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

struct TrueOrFalse {};

// The texts that are accepted; any text if there are none.
using AcceptedTexts = std::vector<std::string>;

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

// What a key does to a run: by this the cells of a sweep are told apart, runs are grouped as seeds
// of one experiment, and a resumed run may change a key or not.
enum class Role {
  kDecides,   // the trajectory; the default, so that a new key keeps runs apart
  kLabels,    // leaves no trace in what a run keeps: its name, its progress lines
  kSeeds,     // a seed: runs that differ here alone are repeats of one experiment
  kObserves,  // what is looked at and kept of a trajectory, and when it is stopped; not its course
};

class Field {
 public:
  // An enum's value is its name.
  using Value = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>,
                             std::vector<double>, std::vector<std::string>>;
  // What one value may be; of a list, each of its items.
  using Accepted = std::variant<TrueOrFalse, IntRange, RealRange, AcceptedTexts>;

  Field(const char* name, bool& value, const char* help, Role role = Role::kDecides)
      : Field(name, help, role, TrueOrFalse(), value) {}
  Field(const char* name, int64_t& value, IntRange range, const char* help,
        Role role = Role::kDecides)
      : Field(name, help, role, range, value) {}
  Field(const char* name, double& value, RealRange range, const char* help,
        Role role = Role::kDecides)
      : Field(name, help, role, range, value) {}
  Field(const char* name, std::string& value, const AcceptedTexts& choices, const char* help,
        Role role = Role::kDecides)
      : Field(name, help, role, choices, value) {}
  Field(const char* name, std::vector<int64_t>& value, IntRange each, const char* help,
        Role role = Role::kDecides)
      : Field(name, help, role, each, value) {}
  Field(const char* name, std::vector<double>& value, RealRange each, const char* help,
        Role role = Role::kDecides)
      : Field(name, help, role, each, value) {}
  Field(const char* name, std::vector<std::string>& value, const AcceptedTexts& each,
        const char* help, Role role = Role::kDecides)
      : Field(name, help, role, each, value) {}
  template <typename Enum, typename = std::enable_if_t<std::is_enum_v<Enum>>>
  Field(const char* name, Enum& value, const Names<Enum>& names, const char* help,
        Role role = Role::kDecides)
      : name(name), help(help), role(role), accepted(names_of(names)) {
    get_ = [&value, &names] { return Value(name_in(names, value)); };
    set_ = [&value, &names](const Value& given) {
      for (const auto& [each, each_name] : names) {
        if (each_name == std::get<std::string>(given)) value = each;
      }
    };
  }

  Value value() const { return get_(); }
  // `given` has the type of value() and is accepted.
  void assign(const Value& given) const { set_(given); }
  bool is_list() const { return value().index() > 3; }
  // True for a choice that has "none", which may be written null.
  bool may_be_null() const;

  const char* name;
  const char* help;
  Role role;
  Accepted accepted;

 private:
  template <typename Member>
  Field(const char* name, const char* help, Role role, Accepted accepted, Member& value)
      : name(name), help(help), role(role), accepted(std::move(accepted)) {
    get_ = [&value] { return Value(value); };
    set_ = [&value](const Value& given) { value = std::get<Member>(given); };
  }

  template <typename Enum>
  static AcceptedTexts names_of(const Names<Enum>& names) {
    AcceptedTexts choices;
    for (const auto& [each, name] : names) choices.push_back(name);
    return choices;
  }

  std::function<Value()> get_;
  std::function<void(const Value&)> set_;
};

// A struct of options: plain fields with their defaults, and the one list of them.
class Options {
 public:
  virtual ~Options() = default;
  virtual std::vector<Field> fields() = 0;
  // The field whose value decides which others there are, or null. It is assigned before others are
  // checked.
  virtual const char* deciding_field() const { return nullptr; }
};

// Options by the section they are bound under: {"model", &options.model}, ...
using Sections = std::vector<std::pair<std::string, Options*>>;

}  // namespace kairo
