#include "probes/patching/patch_sweep.h"

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "core/base/error.h"
#include "core/model/cached_run.h"
#include "hooks/interventions.h"
#include "probes/patching/patch_change.h"
#include "probes/patching/patch_grid.h"
#include "tests/probes/tiny_run.h"

namespace kairo {
namespace {

struct Case {
  std::shared_ptr<const MemoryDataset> data;
  Transformer model;
  ProbeInputs inputs;
  PatchMetric metric;
  GridPositions positions;
};

Case make_case(const tiny::Choice& choice, const std::function<void(TransformerOptions&)>& change) {
  const auto data = tiny::data(choice);
  TransformerOptions words = tiny::model_words(*data, choice);
  change(words);
  Case made{data, tiny::random_model(words), tiny::inputs(data), {}, {}};
  made.metric = logit_difference(made.inputs.answer, made.inputs.other_answer);
  const bool causal = words.attention_dir == AttentionDir::kCausal;
  made.positions.n_run = causal ? made.inputs.query() + 1 : data->info().n_pos;
  for (int64_t pos = 0; pos < made.positions.n_run; ++pos) {
    made.positions.by_position.push_back(pos);
    made.positions.at_once.push_back(pos);
  }
  return made;
}

PatchGrid whole_grid(const Case& made) {
  return make_grid(patch_tables(), made.model.options(), made.positions);
}

PatchRun record(const Case& made, const at::Tensor& tokens) {
  Recording recording;
  recording.inside_attention = true;
  return record_run(made.model, tokens, made.inputs.query(), recording);
}

struct Pair {
  PatchRun clean, corrupt;
};

Pair record_pair(const Case& made) {
  return {record(made, made.inputs.inputs), record(made, made.inputs.swapped_inputs)};
}

SweepInputs noising(const Case& made, const Pair& pair) {
  return {made.model, pair.clean, pair.corrupt, made.metric, made.inputs.query()};
}

// One full pass with hooks for each patch: what the planned sweep must equal.
at::Tensor one_pass_each(const Case& made, const std::vector<Patch>& patches) {
  std::vector<at::Tensor> columns;
  for (const Patch& patch : patches) {
    const std::string name = hook_name(patch.site, patch.layer, made.model.options());
    const CachedRun donor = run_with_cache(made.model, made.inputs.swapped_inputs, {name});
    Where where;
    where.positions = patch.positions;
    if (patch.head >= 0) where.heads = {patch.head};
    const at::Tensor logits = run_with_hooks(made.model, made.inputs.inputs,
                                             {{name, kairo::patch(donor.cache[name], where)}});
    columns.push_back(made.metric(logits.select(1, made.inputs.query())));
  }
  return at::stack(columns, 1);
}

double largest_difference(const tiny::Choice& choice,
                          const std::function<void(TransformerOptions&)>& change) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case(choice, change);
  const PatchGrid grid = whole_grid(made);
  const Pair pair = record_pair(made);
  const at::Tensor planned = run_patches(noising(made, pair), grid.patches);
  const at::Tensor naive = one_pass_each(made, grid.patches);
  // A sweep in which nothing moves would agree trivially.
  EXPECT_GT((naive - naive.select(1, 0).unsqueeze(1)).abs().max().item<double>(), 0.1);
  EXPECT_EQ(grid.patches.size(), static_cast<std::size_t>(planned.size(1)));
  const double scale = std::max(1.0, pair.clean.logits.abs().max().item<double>());
  return (planned - naive).abs().max().item<double>() / scale;
}

void in_float64(TransformerOptions& words) { words.dtype = ModelDtype::kFloat64; }

TEST(PatchSweep, EqualsOnePassAPatchInFloat32) {
  EXPECT_LE(largest_difference({}, [](TransformerOptions&) {}), 1e-5);
}

TEST(PatchSweep, EqualsOnePassAPatchInFloat64) {
  EXPECT_LE(largest_difference({}, in_float64), 1e-12);
}

TEST(PatchSweep, EqualsOnePassAPatchWhereAttentionIsBidirectional) {
  tiny::Choice choice;
  choice.attention_dir = AttentionDir::kBidirectional;
  EXPECT_LE(largest_difference(choice, in_float64), 1e-12);
}

TEST(PatchSweep, EqualsOnePassAPatchWithRotaryPositions) {
  const double off = largest_difference({}, [](TransformerOptions& words) {
    in_float64(words);
    words.positional_embedding_type = PositionalEmbedding::kRotary;
  });
  EXPECT_LE(off, 1e-12);
}

TEST(PatchSweep, EqualsOnePassAPatchInOtherArchitectures) {
  EXPECT_LE(largest_difference({},
                               [](TransformerOptions& words) {
                                 in_float64(words);
                                 words.attn_only = true;
                                 words.normalization_type = Normalization::kNone;
                               }),
            1e-12);
  EXPECT_LE(largest_difference({},
                               [](TransformerOptions& words) {
                                 in_float64(words);
                                 words.parallel_attn_mlp = true;
                               }),
            1e-12);
}

TEST(PatchSweep, EverythingBeforeZIsExactlyTheUnpatchedRun) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case({}, [](TransformerOptions&) {});
  const PatchGrid grid = whole_grid(made);
  const Pair pair = record_pair(made);
  const at::Tensor patched = run_patches(noising(made, pair), grid.patches);
  const at::Tensor unpatched = made.metric(pair.clean.logits);
  int64_t n_before = 0;
  for (std::size_t i = 0; i < grid.patches.size(); ++i) {
    if (grid.patches[i].positions.back() >= made.data->arrays().span("selector").begin) continue;
    ++n_before;
    EXPECT_TRUE(at::equal(patched.select(1, static_cast<int64_t>(i)), unpatched));
  }
  EXPECT_GT(n_before, 0);
}

// The example of patch_change.h.
TEST(ChangesOf, LeaveOutWhatQCannotSee) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case({}, [](TransformerOptions&) {});
  const Pair pair = record_pair(made);
  const int64_t s = made.data->arrays().span("selector").begin, q = made.inputs.query();
  const std::vector<Change> changes =
      changes_of(noising(made, pair), {
                                          {PatchSite::kResidPre, 1, -1, {s - 1}},
                                          {PatchSite::kResidPre, 1, -1, {s}},
                                          {PatchSite::kK, 0, 0, {s}},
                                          {PatchSite::kMlpOut, 2, -1, {s}},
                                          {PatchSite::kMlpOut, 2, -1, {q}},
                                      });
  std::vector<int64_t> from_s;
  for (int64_t pos = s; pos <= q; ++pos) from_s.push_back(pos);
  ASSERT_GT(q, s);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].patch, 1U);
  EXPECT_EQ(changes[0].layer, 1);
  EXPECT_EQ(changes[0].positions, std::vector<int64_t>{s});
  EXPECT_EQ(changes[1].patch, 2U);
  EXPECT_EQ(changes[1].layer, 1);
  EXPECT_EQ(changes[1].positions, from_s);
  EXPECT_EQ(changes[2].patch, 4U);
  EXPECT_EQ(changes[2].layer, 3);
  EXPECT_EQ(changes[2].positions, std::vector<int64_t>{q});
}

TEST(PatchSweep, ADonorEqualToTheRecipientChangesNothing) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case({}, [](TransformerOptions&) {});
  const PatchGrid grid = whole_grid(made);
  const PatchRun clean = record(made, made.inputs.inputs);
  const at::Tensor patched =
      run_patches({made.model, clean, clean, made.metric, made.inputs.query()}, grid.patches);
  EXPECT_TRUE(at::equal(patched, made.metric(clean.logits).unsqueeze(1).expand_as(patched)));
}

TEST(PatchSweep, ASiteThatWasNotRecordedIsRefused) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case({}, [](TransformerOptions&) {});
  const PatchRun clean = record_run(made.model, made.inputs.inputs, made.inputs.query());
  EXPECT_THROW(run_patches({made.model, clean, clean, made.metric, made.inputs.query()},
                           {{PatchSite::kQ, 0, 0, {1}}}),
               Error);
}

TEST(PatchSweep, ARunThatIsNotTheRecipientsOwnIsRefused) {
  const torch::NoGradGuard no_grad;
  const Case made = make_case({}, [](TransformerOptions&) {});
  Pair pair = record_pair(made);
  pair.clean.logits = pair.clean.logits + 1;
  const std::vector<Patch> patches = whole_grid(made).patches;
  try {
    run_patches(noising(made, pair), patches);
    FAIL() << "the self-check did not fire";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumeric);
  }
}

}  // namespace
}  // namespace kairo
