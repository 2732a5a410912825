#include "core/data/dataset_check.h"

#include <algorithm>

namespace kairo {
namespace {

std::string size_misfit(const char* what, std::size_t came, int64_t wanted) {
  if (static_cast<int64_t>(came) == wanted) return "";
  return std::string(what) + ": " + std::to_string(came) + " values, " + std::to_string(wanted) +
         " wanted";
}

// Values outside [least, end).
std::string range_misfit(const char* what, const std::vector<int64_t>& values, int64_t least,
                         int64_t end) {
  for (const int64_t value : values) {
    if (value >= least && value < end) continue;
    return std::string(what) + ": " + std::to_string(value) + " is not in [" +
           std::to_string(least) + ", " + std::to_string(end) + ")";
  }
  return "";
}

std::string sequence_misfit(const Dataset& data) {
  if (data.n_examples < 1 || data.n_pos < 1) return "no examples";
  const struct {
    const char* name;
    const std::vector<int64_t>& values;
    int64_t least;
  } arrays[] = {
      {"tokens", data.tokens, 0}, {"inputs", data.inputs, 0}, {"labels", data.labels, kNoLabel}};
  for (const auto& [name, values, least] : arrays) {
    std::string misfit = size_misfit(name, values.size(), data.n_examples * data.n_pos);
    if (misfit.empty()) misfit = range_misfit(name, values, least, data.d_vocab());
    if (!misfit.empty()) return misfit;
  }
  return "";
}

std::string span_misfit(const Dataset& data) {
  if (data.spans.count("target") == 0) return "no span 'target'";
  for (const auto& [name, span] : data.spans) {
    if (span.begin >= 0 && span.begin < span.end && span.end <= data.n_pos) continue;
    return "span '" + name + "' is not inside the sequence";
  }
  return data.target().begin < 1 ? "span 'target' has no position before it" : "";
}

std::string selector_misfit(const Dataset& data) {
  const bool has = data.has_selector();
  if (has == data.selectors.empty()) return "selectors without span 'selector', or the reverse";
  std::string misfit = size_misfit("selector", data.selector.size(), has ? data.n_examples : 0);
  const int64_t n_selectors = static_cast<int64_t>(data.selectors.size());
  if (misfit.empty()) misfit = range_misfit("selector", data.selector, 0, n_selectors);
  for (const auto& tokens : data.selectors) {
    if (!misfit.empty()) return misfit;
    misfit = size_misfit("selectors", tokens.size(), data.spans.at("selector").size());
    if (misfit.empty()) misfit = range_misfit("selectors", tokens, 0, data.d_vocab());
  }
  return misfit;
}

std::string candidate_misfit(const Dataset& data) {
  for (const auto& candidates : data.candidates) {
    if (candidates.empty() || candidates.size() != data.candidates[0].size()) {
      return "candidates: not the same number in each group";
    }
    for (const auto& target : candidates) {
      std::string misfit = size_misfit("candidates", target.size(), data.target().size());
      if (misfit.empty()) misfit = range_misfit("candidates", target, 0, data.d_vocab());
      if (!misfit.empty()) return misfit;
    }
  }
  return "";
}

std::string group_misfit(const Dataset& data) {
  std::string misfit = size_misfit("split", data.split.size(), data.n_examples);
  if (misfit.empty()) misfit = size_misfit("group", data.group.size(), data.n_examples);
  const int64_t n_groups =
      data.candidates.empty() ? data.n_examples : static_cast<int64_t>(data.candidates.size());
  return misfit.empty() ? range_misfit("group", data.group, 0, n_groups) : misfit;
}

}  // namespace

std::string find_misfit(const Dataset& data) {
  for (const auto check :
       {sequence_misfit, span_misfit, selector_misfit, candidate_misfit, group_misfit}) {
    const std::string misfit = check(data);
    if (!misfit.empty()) return misfit;
  }
  return "";
}

}  // namespace kairo
