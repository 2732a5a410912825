#include "probes/registry.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "probes/attention_to_z.h"
#include "probes/candidates.h"
#include "probes/causal_patching.h"
#include "probes/composition.h"
#include "probes/direct_attribution.h"
#include "probes/gradient_flow.h"
#include "probes/head_scores.h"
#include "probes/logit_lens.h"
#include "probes/path_patching.h"
#include "probes/performance.h"
#include "probes/weight_norms.h"
#include "probes/weight_spectra.h"
#include "probes/z_shuffle.h"

namespace kairo {

std::vector<std::unique_ptr<Probe>> make_probes() {
  std::vector<std::unique_ptr<Probe>> probes;
  probes.push_back(std::make_unique<PerformanceProbe>());
  probes.push_back(std::make_unique<AttentionToZProbe>());
  probes.push_back(std::make_unique<LogitLensProbe>());
  probes.push_back(std::make_unique<CausalPatchingProbe>());
  probes.push_back(std::make_unique<ZShuffleProbe>());
  probes.push_back(std::make_unique<CandidatesProbe>());
  probes.push_back(std::make_unique<GradientFlowProbe>());
  probes.push_back(std::make_unique<WeightNormsProbe>());
  probes.push_back(std::make_unique<WeightSpectraProbe>());
  probes.push_back(std::make_unique<CompositionProbe>());
  probes.push_back(std::make_unique<HeadScoresProbe>());
  probes.push_back(std::make_unique<DirectAttributionProbe>());
  probes.push_back(std::make_unique<PathPatchingProbe>());
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
