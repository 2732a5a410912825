// The probe `path_patching`; the paths themselves: path_patching_test.cpp.
#include "probes/path_patching.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>

#include "studies/late_disambiguation/probes/causal_patching.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

using namespace late_disambiguation;

class PathProbe : public testing::Test {
 protected:
  std::vector<Quantity> paths(const std::vector<std::string>& receivers = {"q", "k", "v"}) const {
    PathPatchingProbe probe;
    dynamic_cast<PathPatchingOptions&>(probe.options()).receivers = receivers;
    return probe.measure(model, inputs);
  }

  const torch::NoGradGuard no_grad;
  std::shared_ptr<const MemoryDataset> data = tiny::data();
  ProbeInputs inputs = tiny::inputs(data);
  Transformer model = tiny::random_model(tiny::model_words(*data));
};

TEST_F(PathProbe, NoPathLeadsToTheSameOrAnEarlierLayer) {
  const auto all = paths();
  const int64_t heads = 2, n = 6;  // 3 layers of 2
  for (const char* site : {"q", "k", "v"}) {
    const Quantity& effect = tiny::quantity(all, std::string("effect_nats/") + site);
    EXPECT_EQ(effect.axes[0].name, "sender");
    EXPECT_EQ(effect.axes[1].coordinate(3), "1.1");
    double largest = 0;
    for (int64_t from = 0; from < n; ++from) {
      for (int64_t to = 0; to < n; ++to) {
        const double moved = effect.mean[from * n + to];
        if (to / heads <= from / heads) EXPECT_EQ(moved, 0) << site << from << to;
        largest = std::max(largest, std::abs(moved));
      }
    }
    EXPECT_GT(largest, 1e-4) << site;
  }
}

// The last block's heads reach the answer by no other way: path and patch are the same.
TEST_F(PathProbe, OfTheLastBlockToTheLogitsIsTheOrdinaryPatch) {
  CausalPatchingProbe patching;
  dynamic_cast<CausalPatchingOptions&>(patching.options()).sites = {"z"};
  const auto ordinary = patching.measure(model, inputs);
  const auto all = paths({});
  const Quantity& path = tiny::quantity(all, "effect_nats/logits");
  const Quantity& patch = tiny::quantity(ordinary, "effect_nats/z");
  for (int64_t head = 4; head < 6; ++head) {
    EXPECT_NEAR(path.mean[head], patch.mean[head], 1e-5);
    EXPECT_NEAR(path.standard_error[head], patch.standard_error[head], 1e-5);
  }
  EXPECT_FALSE(tiny::has(all, "effect/q"));
}

}  // namespace
}  // namespace kairo
