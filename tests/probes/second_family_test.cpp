// What applies to any model is measured on another family; every other probe says why not, in the
// outcome and in its record, before a model is run.
#include <gtest/gtest.h>
#include <torch/types.h>

#include <map>

#include "core/model/batch.h"
#include "core/model/cached_run.h"
#include "core/model/families.h"
#include "probes/registry.h"
#include "probes/replay/replay.h"
#include "tests/dummies/bigram.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

const char* const kNotATransformer =
    "it looks into a transformer, but the model's family is bigram";

std::unique_ptr<Model> bigram(const Dataset& data, int64_t step) {
  dummies::add_bigram_family();
  dummies::BigramOptions words;
  words.d_vocab = data.info().d_vocab();
  words.seed = step;
  std::unique_ptr<Model> model = make_model(words);
  model->initialize();
  return model;
}

std::map<std::string, ProbeOutcome> outcomes(const tiny::Run& run) {
  const auto probes = make_probes();
  std::vector<Probe*> all;
  for (const auto& probe : probes) all.push_back(probe.get());
  ProbesOptions options;
  options.n_examples = 12;
  const auto points = select_steps(find_checkpoints(run.directory().checkpoints()), "");
  std::map<std::string, ProbeOutcome> by_name;
  for (const ProbeOutcome& each : replay(run.directory(), all, options, points, {}).probes) {
    by_name[each.probe] = each;
  }
  return by_name;
}

TEST(SecondFamily, EveryProbeMeasuresItOrSaysWhyNot) {
  const tiny::Run run({}, {0, 100}, bigram);
  const std::map<std::string, std::string> expected = {
      {"performance", ""},
      {"z_shuffle", ""},
      {"gradient_flow", ""},
      {"weight_norms", ""},
      {"weight_spectra", kNotATransformer},
      {"attention_to_z", kNotATransformer},
      {"logit_lens", kNotATransformer},
      {"causal_patching", kNotATransformer},
      {"candidates", kNotATransformer},
      {"composition", kNotATransformer},
      {"head_scores", kNotATransformer},
      {"direct_attribution", kNotATransformer},
      {"path_patching", kNotATransformer},
  };
  const auto found = outcomes(run);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [probe, reason] : expected) {
    EXPECT_EQ(found.at(probe).left_out, reason) << probe;
    EXPECT_EQ(found.at(probe).n_measured, reason.empty() ? 2 : 0) << probe;
    const Record record = read_record(run.directory().record(probe, "default"));
    EXPECT_EQ(record.left_out, reason) << probe;
    EXPECT_EQ(record.steps.size(), reason.empty() ? 2u : 0u) << probe;
  }
}

// A model of single tokens cannot know z: at q it sees a separator whatever z was.
TEST(SecondFamily, HasNoZGap) {
  const tiny::Run run({}, {0}, bigram);
  outcomes(run);
  const Record record = read_record(run.directory().record("z_shuffle", "default"));
  EXPECT_EQ(record.quantity("z_gap").mean.at(0), 0);
}

TEST(SecondFamily, RunsWithACacheAndWithEdits) {
  const auto data = tiny::data();
  const std::unique_ptr<Model> model = bigram(*data, 1);
  const at::Tensor tokens = inputs_of(*data, {0, 1, 2});
  const CachedRun run = run_with_cache(*model, tokens);
  EXPECT_EQ(run.cache.names(), model->hook_table().names());
  EXPECT_TRUE(torch::equal(run.cache["unembed.hook_out"], run.logits));
  const Edit zero = [](const at::Tensor& value, const HookPoint&) {
    return std::optional<at::Tensor>(torch::zeros_like(value));
  };
  const at::Tensor edited = run_with_hooks(*model, tokens, {{"hook_embed", zero}});
  EXPECT_EQ(edited.abs().max().item<double>(), 0);  // the biases begin at zero
}

}  // namespace
}  // namespace kairo
