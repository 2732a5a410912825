#include "analysis/compare/measured_alike.h"

#include <map>

#include "hooks/error.h"

namespace kairo {
namespace {

struct FirstSeen {
  std::string run;
  std::string value;
};

}  // namespace

void require_measured_alike(const std::vector<ComparedRun>& runs) {
  std::map<std::string, FirstSeen> seen;
  for (const ComparedRun& run : runs) {
    for (const auto& [option, value] : run.report.options) {
      const auto [first, is_new] = seen.emplace(option, FirstSeen{run.name, value});
      if (is_new || first->second.value == value) continue;
      throw Error(ErrorKind::kUsage, {"compare", "runs whose events were found in the same way",
                                      option + " " + first->second.value + " of " +
                                          first->second.run + " and " + value + " of " + run.name,
                                      "run analyze on both with the same options"});
    }
  }
}

}  // namespace kairo
