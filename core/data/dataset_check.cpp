#include "core/data/dataset_check.h"

#include <algorithm>

namespace kairo {
namespace {

std::string size_misfit(const std::string& what, std::size_t came, int64_t wanted) {
  if (static_cast<int64_t>(came) == wanted) return "";
  return what + ": " + std::to_string(came) + " values, " + std::to_string(wanted) + " wanted";
}

// Values outside [least, end).
template <typename Number>
std::string range_misfit(const std::string& what, const std::vector<Number>& values, int64_t least,
                         int64_t end) {
  for (const Number value : values) {
    if (value >= least && value < end) continue;
    return what + ": " + std::to_string(value) + " is not in [" + std::to_string(least) + ", " +
           std::to_string(end) + ")";
  }
  return "";
}

std::string table_misfit(const DatasetArrays& arrays, const char* name,
                         const std::vector<int32_t>& values, int64_t least) {
  const std::string misfit = size_misfit(name, values.size(), arrays.n_examples * arrays.n_pos);
  return misfit.empty() ? range_misfit(name, values, least, arrays.d_vocab()) : misfit;
}

std::string sequence_misfit(const DatasetArrays& arrays) {
  if (arrays.n_examples < 1 || arrays.n_pos < 1) return "no examples";
  std::string misfit = table_misfit(arrays, "tokens", arrays.tokens, 0);
  if (misfit.empty() && !arrays.inputs.empty()) {
    misfit = table_misfit(arrays, "inputs", arrays.inputs, 0);
  }
  if (misfit.empty() && !arrays.labels.empty()) {
    misfit = table_misfit(arrays, "labels", arrays.labels, kNoLabel);
  }
  return misfit;
}

std::string length_misfit(const DatasetArrays& arrays) {
  if (arrays.lengths.empty()) return "";
  const std::string misfit = size_misfit("lengths", arrays.lengths.size(), arrays.n_examples);
  if (!misfit.empty()) return misfit;
  return range_misfit("lengths", arrays.lengths, 1, arrays.n_pos + 1);
}

std::string span_misfit(const DatasetArrays& arrays) {
  for (const auto& [name, spans] : arrays.spans) {
    if (spans.size() != 1) {
      const std::string misfit =
          size_misfit("span '" + name + "'", spans.size(), arrays.n_examples);
      if (!misfit.empty()) return misfit;
    }
    for (std::size_t i = 0; i < spans.size(); ++i) {
      const Span& span = spans[i];
      const int64_t end = spans.size() == 1 ? arrays.n_pos : arrays.length(i);
      if (span.begin < 0 || span.begin >= span.end || span.end > end) {
        return "span '" + name + "' is not inside the sequence";
      }
      if (name == "target" && span.begin < 1) return "span 'target' has no position before it";
    }
  }
  return "";
}

bool has_one_span(const DatasetArrays& arrays, const std::string& name) {
  const auto found = arrays.spans.find(name);
  return found != arrays.spans.end() && found->second.size() == 1;
}

std::string part_misfit(const DatasetArrays& arrays) {
  if (arrays.values.empty()) {
    return arrays.part_value.empty() ? "" : "values of a part without their tokens";
  }
  if (!has_one_span(arrays, arrays.part) || !has_one_span(arrays, "target")) {
    return "a part that can be replaced needs one span of its own and one span 'target'";
  }
  if (!arrays.lengths.empty() || arrays.group.empty()) {
    return "a part that can be replaced needs examples of one length, in groups";
  }
  std::string misfit = size_misfit(arrays.part, arrays.part_value.size(), arrays.n_examples);
  const int64_t n_values = static_cast<int64_t>(arrays.values.size());
  if (misfit.empty()) misfit = range_misfit(arrays.part, arrays.part_value, 0, n_values);
  for (const auto& tokens : arrays.values) {
    if (!misfit.empty()) return misfit;
    misfit =
        size_misfit("values of " + arrays.part, tokens.size(), arrays.span(arrays.part).size());
    if (misfit.empty()) {
      misfit = range_misfit("values of " + arrays.part, tokens, 0, arrays.d_vocab());
    }
  }
  return misfit;
}

std::string choice_misfit(const DatasetArrays& arrays) {
  if (arrays.choices.empty()) return "";
  if (!has_one_span(arrays, "target")) return "choices without one span 'target'";
  for (const auto& choices : arrays.choices) {
    if (choices.empty() || choices.size() != arrays.choices[0].size()) {
      return "choices: not the same number in each group";
    }
    for (const auto& choice : choices) {
      std::string misfit = size_misfit("choices", choice.size(), arrays.span("target").size());
      if (misfit.empty()) misfit = range_misfit("choices", choice, 0, arrays.d_vocab());
      if (!misfit.empty()) return misfit;
    }
  }
  return "";
}

std::string group_misfit(const DatasetArrays& arrays) {
  const std::string misfit = size_misfit("split", arrays.split.size(), arrays.n_examples);
  if (!misfit.empty() || (arrays.group.empty() && arrays.choices.empty())) return misfit;
  const std::string other = size_misfit("group", arrays.group.size(), arrays.n_examples);
  const int64_t n_groups =
      arrays.choices.empty() ? arrays.n_examples : static_cast<int64_t>(arrays.choices.size());
  return other.empty() ? range_misfit("group", arrays.group, 0, n_groups) : other;
}

}  // namespace

std::string find_misfit(const DatasetArrays& arrays) {
  for (const auto check :
       {sequence_misfit, length_misfit, span_misfit, choice_misfit, group_misfit, part_misfit}) {
    const std::string misfit = check(arrays);
    if (!misfit.empty()) return misfit;
  }
  return "";
}

}  // namespace kairo
