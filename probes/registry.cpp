#include "probes/registry.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "probes/composition.h"
#include "probes/direct_attribution.h"
#include "probes/gradient_flow.h"
#include "probes/head_scores.h"
#include "probes/logit_lens.h"
#include "probes/path_patching.h"
#include "probes/performance.h"
#include "probes/weight_norms.h"
#include "probes/weight_spectra.h"

namespace kairo {

namespace {

template <typename Of>
std::unique_ptr<Probe> make() {
  return std::make_unique<Of>();
}

// A new general probe is one line here; `performance` first.
std::vector<ProbeMaker>& all_makers() {
  static std::vector<ProbeMaker> makers = {
      make<PerformanceProbe>, make<LogitLensProbe>,         make<GradientFlowProbe>,
      make<WeightNormsProbe>, make<WeightSpectraProbe>,     make<CompositionProbe>,
      make<HeadScoresProbe>,  make<DirectAttributionProbe>, make<PathPatchingProbe>,
  };
  return makers;
}

}  // namespace

void add_probe(ProbeMaker maker) { all_makers().push_back(maker); }

std::vector<std::unique_ptr<Probe>> make_probes() {
  std::vector<std::unique_ptr<Probe>> probes;
  for (const ProbeMaker maker : all_makers()) probes.push_back(maker());
  return probes;
}

Probe& find_probe(const std::vector<std::unique_ptr<Probe>>& probes, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& probe : probes) {
    if (name == probe->name()) return *probe;
    names.push_back(probe->name());
  }
  const std::string near = did_you_mean(name, names);
  throw Error(ErrorKind::kUsage)
      .at("probe " + name)
      .fact("there is no such probe")
      .hint(near.empty() ? "analyze --list lists them" : near);
}

}  // namespace kairo
