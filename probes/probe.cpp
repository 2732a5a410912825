#include "probes/probe.h"

namespace kairo {

std::string why_no_selector(const Dataset& data) {
  return data.has_selector() ? "" : "the task has no selector z";
}

std::string why_no_other_selector(const Dataset& data) {
  const std::string reason = why_no_selector(data);
  if (!reason.empty()) return reason;
  return data.selectors.size() >= 2 ? "" : "K = 1: no other selector";
}

}  // namespace kairo
