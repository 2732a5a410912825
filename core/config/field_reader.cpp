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
  throw Error(ErrorKind::kConfig)
      .at(setting.where)
      .expected(accepts)
      .came(shown_node(came))
      .hint(hint);
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

bool flag_of(const Setting& setting, const YAML::Node& node, const std::string& accepts) {
  const std::optional<bool> value = flag_in(plain_scalar(setting, node, accepts));
  if (!value) refuse(setting, accepts, node);
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

// Reads a value of the type that it is called with.
class ValueReader {
 public:
  ValueReader(const Setting& setting, const Field& field)
      : setting_(setting), field_(field), accepts_(describe(field)) {}

  template <typename Item>
  Field::Value operator()(const Item& like) const {
    return read(setting_.value, like);
  }
  template <typename Item>
  Field::Value operator()(const std::vector<Item>&) const {
    std::vector<Item> items;
    for (const YAML::Node& node : items_of(setting_, accepts_)) items.push_back(read(node, Item()));
    return items;
  }

 private:
  bool read(const YAML::Node& node, bool) const { return flag_of(setting_, node, accepts_); }
  int64_t read(const YAML::Node& node, int64_t) const {
    return integer_of(setting_, node, std::get<IntRange>(field_.accepted), accepts_);
  }
  double read(const YAML::Node& node, double) const {
    return real_of(setting_, node, std::get<RealRange>(field_.accepted), accepts_);
  }
  std::string read(const YAML::Node& node, const std::string&) const {
    return text_of(setting_, node, std::get<AcceptedTexts>(field_.accepted), accepts_);
  }

  const Setting& setting_;
  const Field& field_;
  std::string accepts_;
};

// The values of a field's settings, each checked; none where there is no setting.
std::vector<Field::Value> values_of(const std::string& section, const Field& field,
                                    const SettingsByPath& settings) {
  std::vector<Field::Value> values;
  const auto given = settings.find(section + "." + field.name);
  if (given == settings.end()) return values;
  for (const Setting& setting : given->second) {
    values.push_back(std::visit(ValueReader(setting, field), field.value()));
  }
  return values;
}

}  // namespace

void check_settings(const std::string& section, Options& options, const SettingsByPath& settings) {
  for (const Field& field : options.fields()) values_of(section, field, settings);
}

void assign_settings(const std::string& section, Options& options, const SettingsByPath& settings) {
  for (const Field& field : options.fields()) {
    const std::vector<Field::Value> values = values_of(section, field, settings);
    if (!values.empty()) field.assign(values.back());
  }
}

}  // namespace kairo
