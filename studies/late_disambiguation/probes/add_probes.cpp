#include "probes/registry.h"
#include "studies/late_disambiguation/probes/attention_to_z.h"
#include "studies/late_disambiguation/probes/candidates.h"
#include "studies/late_disambiguation/probes/causal_patching.h"
#include "studies/late_disambiguation/probes/z_shuffle.h"

namespace kairo::late_disambiguation {
namespace {

template <typename Of>
std::unique_ptr<Probe> make() {
  return std::make_unique<Of>();
}

}  // namespace

void add_probes() {
  add_probe(make<AttentionToZProbe>);
  add_probe(make<CausalPatchingProbe>);
  add_probe(make<ZShuffleProbe>);
  add_probe(make<CandidatesProbe>);
}

}  // namespace kairo::late_disambiguation
