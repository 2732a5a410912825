#include "core/config/field_reader.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/config/field_values.h"

namespace kairo {
namespace {

// yaml-cpp's tag of a scalar in quotes.
constexpr char kQuotedTag[] = "!";

std::string shown_node(const YAML::Node& node) {
  if (node.IsNull()) return "nothing";
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a section";
  if (node.Tag() == kQuotedTag) return "the quoted text \"" + shown(node.Scalar()) + "\"";
  return node.Scalar().empty() ? "nothing" : shown(node.Scalar());
}

[[noreturn]] void refuse(const Setting& setting, const std::string& accepts, const YAML::Node& came,
                         const std::string& hint = "") {
  throw Error(ErrorKind::kConfig, {setting.where, accepts, shown_node(came), hint});
}

// Of a number or flag; a text in quotes is neither.
const std::string& plain_scalar(const Setting& setting, const YAML::Node& node,
                                const std::string& accepts) {
  if (!node.IsScalar()) refuse(setting, accepts, node);
  if (node.Tag() == kQuotedTag) refuse(setting, accepts, node, "remove the quotes");
  return node.Scalar();
}

int64_t integer_of(const Setting& setting, const YAML::Node& node, IntRange range,
                   const std::string& accepts) {
  const std::optional<int64_t> value = integer_in(plain_scalar(setting, node, accepts));
  if (!value || !contains(range, *value)) refuse(setting, accepts, node);
  return *value;
}

double real_of(const Setting& setting, const YAML::Node& node, RealRange range,
               const std::string& accepts) {
  const std::optional<double> value = real_in(plain_scalar(setting, node, accepts));
  if (!value || !contains(range, *value)) refuse(setting, accepts, node);
  return *value;
}

bool flag_of(const Setting& setting) {
  const std::string accepts = describe_flag();
  const std::optional<bool> value = flag_in(plain_scalar(setting, setting.value, accepts));
  if (!value) refuse(setting, accepts, setting.value);
  return *value;
}

std::string text_of(const Setting& setting, const YAML::Node& node,
                    const std::vector<std::string>& choices, const std::string& accepts) {
  // TransformerLens's way to say "none", in YAML and on the command line.
  const bool is_null = node.IsNull() || (node.IsScalar() && node.Scalar() == "null");
  if (is_null && !choices.empty() && contains(choices, "none")) return "none";
  if (!node.IsScalar()) refuse(setting, accepts, node, node.IsNull() ? "write \"\" for none" : "");
  if (!contains(choices, node.Scalar())) {
    refuse(setting, accepts, node, did_you_mean(shown(node.Scalar()), choices));
  }
  return node.Scalar();
}

// The items of a list; on the command line "a,b" and "[a, b]".
std::vector<YAML::Node> items_of(const Setting& setting, const std::string& accepts) {
  YAML::Node list = setting.value;
  if (setting.from_command_line) {
    const std::string& text = setting.value.Scalar();
    const bool bracketed = !text.empty() && text[0] == '[';
    try {
      // Assigning would change setting.value.
      list.reset(parse_yaml(bracketed ? text : "[" + text + "]"));
    } catch (const YAML::Exception&) {
      refuse(setting, accepts, setting.value, "write a,b or \"[a, b]\"");
    }
  }
  if (!list.IsSequence()) refuse(setting, accepts, list, "write [a, b], or [] for none");
  return std::vector<YAML::Node>(list.begin(), list.end());
}

enum class Mode { kCheck, kAssign };

class FieldReader : public FieldVisitor {
 public:
  FieldReader(const std::string& section, const SettingsByPath& settings, Mode mode)
      : section_(section), settings_(settings), mode_(mode) {}

  void integer(const char* name, int64_t& value, IntRange range, const char*) override {
    read(name, value,
         [&](const Setting& s) { return integer_of(s, s.value, range, describe(range)); });
  }
  void real(const char* name, double& value, RealRange range, const char*) override {
    read(name, value,
         [&](const Setting& s) { return real_of(s, s.value, range, describe(range)); });
  }
  void flag(const char* name, bool& value, const char*) override { read(name, value, flag_of); }
  void text(const char* name, std::string& value, const std::vector<std::string>& choices,
            const char*) override {
    read(name, value,
         [&](const Setting& s) { return text_of(s, s.value, choices, describe(choices)); });
  }
  void integers(const char* name, std::vector<int64_t>& value, IntRange each,
                const char*) override {
    read_list(name, value, each, integer_of);
  }
  void reals(const char* name, std::vector<double>& value, RealRange each, const char*) override {
    read_list(name, value, each, real_of);
  }
  void texts(const char* name, std::vector<std::string>& value,
             const std::vector<std::string>& choices, const char*) override {
    read_list(name, value, choices, text_of);
  }

 private:
  template <typename Value, typename Parse>
  void read(const char* name, Value& value, Parse parse) {
    const auto given = settings_.find(section_ + "." + name);
    if (given == settings_.end()) return;
    for (const Setting& setting : given->second) {
      Value parsed = parse(setting);
      if (mode_ == Mode::kAssign) value = std::move(parsed);
    }
  }

  template <typename Value, typename Accepted, typename Parse>
  void read_list(const char* name, std::vector<Value>& value, const Accepted& each, Parse parse) {
    const std::string accepts = describe_list_of(each);
    read(name, value, [&](const Setting& setting) {
      std::vector<Value> parsed;
      for (const YAML::Node& item : items_of(setting, accepts)) {
        parsed.push_back(parse(setting, item, each, accepts));
      }
      return parsed;
    });
  }

  const std::string& section_;
  const SettingsByPath& settings_;
  Mode mode_;
};

}  // namespace

void check_settings(const std::string& section, Options& options, const SettingsByPath& settings) {
  FieldReader reader(section, settings, Mode::kCheck);
  options.visit(reader);
}

void assign_settings(const std::string& section, Options& options, const SettingsByPath& settings) {
  FieldReader reader(section, settings, Mode::kAssign);
  options.visit(reader);
}

}  // namespace kairo
