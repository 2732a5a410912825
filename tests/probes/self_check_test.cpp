// Every probe checks itself while it measures; a check that fails is the step's end.
#include "probes/self_check.h"

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <functional>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "core/model/checkpoint_io.h"
#include "core/store/checkpoint.h"
#include "probes/registry.h"
#include "probes/replay/replay.h"
#include "tests/probes/tiny_run.h"
#include "tests/probes/wrong_operator.h"

namespace kairo {
namespace {

std::string numeric_error(const std::function<void()>& act, const std::string& whose) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNumeric) << whose << ": " << error.what();
    return error.what();
  }
  ADD_FAILURE() << whose << " noticed nothing";
  return "";
}

void measure(const std::string& name, const Transformer& model, const ProbeInputs& inputs) {
  const torch::NoGradGuard no_grad;
  const auto probes = make_probes();
  find_probe(probes, name).measure(model, inputs);
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& probe : make_probes()) names.emplace_back(probe->name());
  return names;
}

bool is_of_weights_alone(const Probe& probe) {
  return probe.own_sample() && probe.own_sample()->n == 0;
}

struct Made {
  std::shared_ptr<const MemoryDataset> data = tiny::data();
  Transformer model = tiny::random_model(tiny::model_words(*data));
  ProbeInputs inputs = tiny::inputs(data);

  Made() { inputs.start = tiny::start(tiny::random_model(model.options(), 1)); }

  void set(const std::string& parameter, double value) {
    const torch::NoGradGuard no_grad;
    model.parameters().view(parameter).of(model.parameters().values()).fill_(value);
  }
};

TEST(CheckAgreement, IsRelativeToTheLargestNumberButNotBelowOne) {
  const at::Tensor large = torch::tensor({1000.0, 0.0}), small = torch::tensor({0.0, 0.0});
  EXPECT_NO_THROW(check_agreement("probe", "a", large + 0.009, large, 1e-5));
  EXPECT_NO_THROW(check_agreement("probe", "a", small + 9e-6, small, 1e-5));
  const std::string text =
      numeric_error([&] { check_agreement("probe", "a is b", small + 2e-5, small, 1e-5); }, "it");
  EXPECT_NE(text.find("probe: the self-check \"a is b\" is off by 0.00002"), std::string::npos)
      << text;
}

TEST(CheckAgreement, WhatIsNotFiniteNeverAgrees) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const at::Tensor values = torch::tensor({1.0, bad});
    numeric_error([&] { check_agreement("probe", "", values, values, 1); }, "it");
    numeric_error([&] { check_agreement("probe", "", torch::ones({2}), values, 1); }, "it");
  }
}

TEST(SelfCheck, EveryProbeRefusesAModelWithNaN) {
  for (const std::string& name : all_names()) {
    Made made;
    made.set("blocks.1.attn.b_Q", std::nan(""));
    numeric_error([&] { measure(name, made.model, made.inputs); }, name);
  }
}

// Weights alone are still finite then; a probe of them runs no model and says how large they are.
TEST(SelfCheck, EveryProbeThatRunsTheModelRefusesWeightsThatOverflow) {
  for (const auto& probe : make_probes()) {
    const std::string name = probe->name();
    if (is_of_weights_alone(*probe)) continue;
    Made made;
    made.set("blocks.0.mlp.W_in", 1e38);
    made.set("blocks.0.mlp.W_out", 1e38);
    numeric_error([&] { measure(name, made.model, made.inputs); }, name);
  }
}

TEST(SelfCheck, PerformanceNoticesThatTwoPassesDisagree) {
  Made made;
  made.inputs.answer = (made.inputs.answer + 1) % made.data->info().d_vocab();
  const std::string text =
      numeric_error([&] { measure("performance", made.model, made.inputs); }, "performance");
  EXPECT_NE(text.find("in a hooked pass"), std::string::npos) << text;
}

TEST(SelfCheck, CandidatesNoticesScoresThatAreNotThoseOfAFullPass) {
  Made made;
  made.inputs.labels = (made.inputs.labels.clamp_min(0) + 1) % made.data->info().d_vocab();
  const std::string text =
      numeric_error([&] { measure("candidates", made.model, made.inputs); }, "candidates");
  EXPECT_NE(text.find("one full pass"), std::string::npos) << text;
}

// Another character of the base changes what stands before z.
TEST(SelfCheck, ShuffleAndPatchingNoticeAnotherInputThatDiffersBeforeZ) {
  for (const std::string name : {"z_shuffle", "causal_patching"}) {
    Made made;
    const int64_t before = made.data->arrays().span("selector").begin - 2;
    at::Tensor column = made.inputs.swapped_inputs.select(1, before);
    column.copy_(made.inputs.inputs.select(1, 0));
    const std::string text = numeric_error([&] { measure(name, made.model, made.inputs); }, name);
    EXPECT_NE(text.find("before z"), std::string::npos) << text;
  }
}

// Padding belongs to no parameter and is zero.
TEST(SelfCheck, WeightNormsNoticesWeightsOutsideOfEveryParameter) {
  Made made;
  const FlatParameters& parameters = made.model.parameters();
  const at::Tensor owned = torch::zeros_like(parameters.values());
  for (const ParameterView& view : parameters.views()) view.of(owned).fill_(1);
  parameters.values().masked_fill_(owned.eq(0), 3);
  const std::string text =
      numeric_error([&] { measure("weight_norms", made.model, made.inputs); }, "weight_norms");
  EXPECT_NE(text.find("the whole buffer's"), std::string::npos) << text;
}

TEST(SelfCheck, GradientFlowNoticesLabelsThatAreNotTheDataSets) {
  Made made;
  made.inputs.labels = (made.inputs.labels.clamp_min(0) + 1) % made.data->info().d_vocab();
  const std::string text =
      numeric_error([&] { measure("gradient_flow", made.model, made.inputs); }, "gradient_flow");
  EXPECT_NE(text.find("losses of the first examples"), std::string::npos) << text;
}

TEST(SelfCheck, GradientFlowNoticesSegmentsThatOverlap) {
  Made made;
  DatasetArrays overlapping = made.data->arrays();
  overlapping.spans["base"][0].end = overlapping.span("selector").begin + 1;
  made.inputs.data = std::make_shared<const MemoryDataset>(overlapping);
  const std::string text =
      numeric_error([&] { measure("gradient_flow", made.model, made.inputs); }, "gradient_flow");
  EXPECT_NE(text.find("squares over the segments"), std::string::npos) << text;
}

struct Fault {
  std::string probe;
  tiny::WrongResult result;
  std::string expected;  // of the error, a part
};

const std::vector<Fault> kFaults = {
    {"attention_to_z", {"aten::softmax"}, "a row of attention does not sum to 1"},
    {"logit_lens", {"aten::stack"}, "the last layer's logits are the model's output"},
    {"gradient_flow", {"aten::index_add_"}, "the gradient at hook_embed adds up to W_E's"},
    {"weight_norms", {"aten::sub"}, "the law of cosines"},
    {"weight_norms", {"aten::norm", 1.01, 0}, "the whole buffer's"},
    {"weight_spectra", {"aten::linalg_svd"}, "squares of the singular values of W_Q W_K^T"},
    {"weight_spectra", {"aten::linalg_svdvals"}, "squares of the singular values of W_E"},
    {"weight_spectra", {"aten::xlogy", 5}, "the effective rank of W_Q W_K^T is from 1"},
    {"composition", {"aten::linalg_matrix_norm"}, "the score equals that of the whole matrices"},
    // The scores of layer 0, head 1; the pair multiplied out is of head 0.
    {"composition", {"aten::copy_", 100, 1}, "scores are at most 1"},
    {"head_scores", {"aten::softmax"}, "a row of attention does not sum to 1"},
    {"head_scores", {"aten::div"}, "means over the queries"},
    {"direct_attribution", {"aten::cat"}, "the parts add up to the model's logits"},
    {"path_patching", {"aten::stack", 1.1, 1}, "a path of the last block's heads"},
};

TEST(SelfCheck, AWrongResultInTheMidstOfAProbeIsNoticedByTheCheckOfIt) {
  for (const Fault& fault : kFaults) {
    Made made;
    const tiny::WrongOperator wrong(fault.result);
    const std::string text = numeric_error([&] { measure(fault.probe, made.model, made.inputs); },
                                           fault.probe + " with a wrong " + fault.result.of);
    EXPECT_EQ(text.rfind(fault.probe, 0), 0U) << text;
    EXPECT_NE(text.find(fault.expected), std::string::npos) << text;
  }
}

TEST(SelfCheck, OfEveryProbeIsTried) {
  // Their inputs are broken above.
  std::set<std::string> tried = {"performance", "candidates", "z_shuffle", "causal_patching"};
  for (const Fault& fault : kFaults) tried.insert(fault.probe);
  for (const std::string& name : all_names()) EXPECT_EQ(tried.count(name), 1U) << name;
}

// That a fault is noticed says something only where the same without one is not.
TEST(SelfCheck, ARightResultIsNot) {
  for (Fault fault : kFaults) {
    Made made;
    fault.result.factor = 1;
    const tiny::WrongOperator right(fault.result);
    EXPECT_NO_THROW(measure(fault.probe, made.model, made.inputs)) << fault.probe;
  }
}

TEST(SelfCheck, AFailedOneEndsTheReplayOrLeavesTheStepOut) {
  const tiny::Run run({}, {0, 100, 200});
  const std::string path = run.directory().checkpoint(100);
  Checkpoint checkpoint = read_checkpoint(path, CheckpointPart::kEverything);
  for (NamedArray& array : checkpoint.parameters) {
    if (array.name.find("mlp.W") != std::string::npos) {
      std::fill(array.values.begin(), array.values.end(), 1e38f);
    }
  }
  write_checkpoint(path, checkpoint);
  const auto probes = make_probes();
  std::vector<Probe*> all;
  for (const auto& probe : probes) {
    if (!is_of_weights_alone(*probe)) all.push_back(probe.get());
  }
  ProbesOptions options;
  options.n_examples = 12;
  const auto points = find_checkpoints(run.directory().checkpoints());
  ReplayOptions replay_options;
  const std::string text = numeric_error(
      [&] { replay(run.directory(), all, options, points, replay_options); }, "replay");
  EXPECT_EQ(text.rfind(std::string("step 100, ") + all.front()->name() + ": ", 0), 0U) << text;
  replay_options.keep_going = true;
  const ReplayResult result = replay(run.directory(), all, options, points, replay_options);
  ASSERT_EQ(result.failures.size(), all.size());
  for (const ReplayFailure& failure : result.failures) EXPECT_EQ(failure.step, 100);
  EXPECT_EQ(read_record(run.directory().record("performance", "default")).steps,
            (std::vector<int64_t>{0, 200}));
}

}  // namespace
}  // namespace kairo
