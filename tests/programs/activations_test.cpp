// The program activations against what TransformerLens computed (tests/golden).
#include <gtest/gtest.h>

#include <cmath>

#include "core/store/hdf5_file.h"
#include "tests/paths.h"
#include "tests/programs/program_runner.h"

namespace kairo {
namespace {

// Over finite entries; infinite where the others do not stand at the same places.
double relative_error(const std::vector<double>& got, const std::vector<double>& expected) {
  if (got.size() != expected.size()) return INFINITY;
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isfinite(got[i]) != std::isfinite(expected[i])) return INFINITY;
    if (!std::isfinite(got[i])) continue;
    difference += std::pow(got[i] - expected[i], 2);
    norm += std::pow(expected[i], 2);
  }
  return std::sqrt(difference / (norm + 1e-300));
}

class Activations : public testing::TestWithParam<std::string> {
 protected:
  std::string golden(const std::string& kind) const {
    return source_dir() + "/tests/golden/" + GetParam() + "." + kind + ".h5";
  }
  ProgramRunner runner_;
};

TEST_P(Activations, FileHoldsWhatTransformerLensComputed) {
  const std::string output = runner_.folder() + "/out.h5";
  const ProgramEnd end =
      runner_.run("activations", "--checkpoint " + golden("checkpoint") + " --tokens " +
                                     golden("expected") + " --output " + output + " --gradients");
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader got(output), expected(golden("expected"));
  EXPECT_LT(relative_error(got.doubles("/logits"), expected.doubles("/logits")), 1e-5);
  EXPECT_LT(relative_error(got.doubles("/loss_per_token"), expected.doubles("/loss_per_token")),
            1e-5);
  for (const std::string group : {"/activations", "/gradients", "/parameter_gradients"}) {
    for (const std::string& name : expected.children(group)) {
      if (name.find("b_K") != std::string::npos) continue;  // zero but for rounding
      const std::string path = group + "/" + name;
      EXPECT_EQ(got.shape(path), expected.shape(path)) << path;
      EXPECT_LT(relative_error(got.doubles(path), expected.doubles(path)), 1e-5) << path;
    }
  }
}

TEST_P(Activations, RewrittenWeightsGiveTheSameLossAndAreNamedInTheFile) {
  const std::string output = runner_.folder() + "/out.h5";
  const ProgramEnd end =
      runner_.run("activations", "--checkpoint " + golden("checkpoint") + " --tokens " +
                                     golden("expected") + " --output " + output +
                                     " --fold-ln --center-writing-weights --fold-value-biases");
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader got(output), expected(golden("expected"));
  EXPECT_EQ(got.text_attribute("/", "processing"),
            R"({"fold_ln":true,"center_writing_weights":true,"center_unembed":false,)"
            R"("fold_value_biases":true})");
  EXPECT_LT(relative_error(got.doubles("/logits"), expected.doubles("/logits")), 1e-5);
  const std::string value = "/activations/blocks.0.attn.hook_v";
  EXPECT_GT(relative_error(got.doubles(value), expected.doubles(value)), 1e-2);
}

// Was: the file named neither its checkpoint nor its axes.
TEST_P(Activations, TheFileSaysWhereItCameFromAndNamesItsAxes) {
  const std::string output = runner_.folder() + "/out.h5";
  const ProgramEnd end =
      runner_.run("activations", "--checkpoint " + golden("checkpoint") + " --tokens " +
                                     golden("expected") + " --positions=-1 --output " + output);
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader file(output);
  EXPECT_EQ(file.text_attribute("/", "checkpoint"), golden("checkpoint"));
  EXPECT_EQ(file.text_attribute("/", "checkpoint_hash").size(), 64U);
  EXPECT_EQ(file.integer_attribute("/", "step"), 0);
  EXPECT_EQ(file.text_attribute("/", "tokens_from"), golden("expected"));
  EXPECT_TRUE(file.has_attribute("/", "experiment") && file.has_attribute("/", "version"));
  using Labels = std::vector<std::string>;
  EXPECT_EQ(file.dimension_labels("/logits"), (Labels{"batch", "pos", "d_vocab"}));
  EXPECT_EQ(file.dimension_labels("/activations/hook_embed"), (Labels{"batch", "pos", "d_model"}));
  EXPECT_EQ(file.dimension_labels("/activations/blocks.0.attn.hook_pattern"),
            (Labels{"batch", "head", "query_pos", "key_pos"}));
  const int64_t last = file.shape("/tokens")[1] - 1;
  EXPECT_EQ(file.integers("/kept_pos"), std::vector<int64_t>{last});
  EXPECT_EQ(file.integers("/pos").back(), last);
}

// Was: hundreds of megabytes were written without a word.
TEST(ActivationsErrors, ALargeFileIsAnnouncedBeforeAnythingIsComputed) {
  const ProgramRunner runner;
  const std::string golden = source_dir() + "/tests/golden/attn_only",
                    tokens = runner.folder() + "/tokens.h5", output = runner.folder() + "/out.h5";
  Hdf5Writer file;
  file.array("/tokens", {20000, 10}, std::vector<int64_t>(200000).data());
  file.write(tokens, false);
  const std::string call =
      "--checkpoint " + golden + ".checkpoint.h5 --tokens " + tokens + " --output " + output;
  const ProgramEnd end = runner.run("activations", call);
  EXPECT_EQ(end.code, 2) << end.err;
  EXPECT_NE(end.err.find(" MB"), std::string::npos) << end.err;
  EXPECT_NE(end.err.find("--yes"), std::string::npos) << end.err;
  const ProgramEnd plan = runner.run("activations", call + " --dry-run");
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_NE(plan.out.find(" MB"), std::string::npos) << plan.out;
  EXPECT_FALSE(std::filesystem::exists(output));
}

TEST(ActivationsErrors, NamesTheNearestHookPointBySegment) {
  const ProgramRunner runner;
  const std::string golden = source_dir() + "/tests/golden/attn_only";
  const ProgramEnd end =
      runner.run("activations", "--checkpoint " + golden + ".checkpoint.h5 --tokens " + golden +
                                    ".expected.h5 --output " + runner.folder() +
                                    "/out.h5 --names hook_patern");
  EXPECT_EQ(end.code, 3);
  EXPECT_NE(end.err.find("did you mean blocks.*.attn.hook_pattern?"), std::string::npos) << end.err;
}

TEST(ActivationsErrors, NamesTheNearestHookPointAndWritesNothing) {
  const ProgramRunner runner;
  const std::string golden = source_dir() + "/tests/golden/attn_only";
  const std::string output = runner.folder() + "/out.h5";
  const ProgramEnd end = runner.run(
      "activations", "--checkpoint " + golden + ".checkpoint.h5 --tokens " + golden +
                         ".expected.h5 --output " + output + " --names blocks.0.attn.hook_paterns");
  EXPECT_EQ(end.code, 3);
  EXPECT_NE(end.err.find("blocks.0.attn.hook_pattern"), std::string::npos) << end.err;
  EXPECT_FALSE(std::filesystem::exists(output));
}

// --output .../step_00000200.h5 destroyed a checkpoint.
TEST(ActivationsErrors, AnExistingFileIsKeptUnlessSaidOtherwise) {
  const ProgramRunner runner;
  const std::string golden = source_dir() + "/tests/golden/attn_only";
  const std::string output = runner.folder() + "/step_00000200.h5";
  const std::string call = "--checkpoint " + golden + ".checkpoint.h5 --tokens " + golden +
                           ".expected.h5 --names hook_embed --output " + output;
  write_file_atomically(output, "mine");
  const ProgramEnd end = runner.run("activations", call);
  EXPECT_EQ(end.code, 2);
  EXPECT_NE(end.err.find("--overwrite"), std::string::npos) << end.err;
  EXPECT_EQ(read_file(output), "mine");
  EXPECT_EQ(runner.run("activations", call + " --overwrite").code, 0);
  EXPECT_TRUE(Hdf5Reader(output).exists("/logits"));
}

// A head's z of the clean run at every position, put into the corrupted run: one cell of
// TransformerLens's patching table.
TEST_P(Activations, InterventionsTakeFromADonorsRun) {
  const std::string output = runner_.folder() + "/out.h5", list = runner_.folder() + "/edits.yaml";
  write_file_atomically(
      list,
      "interventions:\n  - {kind: patch, at: blocks.0.attn.hook_z, heads: [1], from: clean}\n");
  const ProgramEnd end =
      runner_.run("activations", "--checkpoint " + golden("checkpoint") + " --tokens " +
                                     golden("expected") + ":/corrupted_tokens --interventions " +
                                     list + " --donor clean=" + golden("expected") + " --output " +
                                     output + " --names 'blocks.0.*hook_z'");
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader got(output), expected(golden("expected"));
  EXPECT_NE(got.text_attribute("/", "interventions").find("from: clean"), std::string::npos);
  const std::vector<int64_t> shape = got.shape("/logits");  // [batch, pos, d_vocab]
  const std::vector<double> logits = got.doubles("/logits");
  const std::vector<int64_t> answers = expected.integers("/answer_tokens"),
                             wrong = expected.integers("/wrong_tokens");
  double metric = 0;
  for (int64_t row = 0; row < shape[0]; ++row) {
    const int64_t last = (row * shape[1] + shape[1] - 1) * shape[2];
    metric +=
        (logits[last + answers[row]] - logits[last + wrong[row]]) / static_cast<double>(shape[0]);
  }
  const double table = expected.doubles("/patching/attn_head_z_all_pos")[1];
  EXPECT_NEAR(metric, table, 1e-5 * std::max(1.0, std::abs(table)));
}

TEST_P(Activations, PositionsAndBudgetLimitWhatIsKept) {
  const std::string output = runner_.folder() + "/out.h5";
  const std::string call = "--checkpoint " + golden("checkpoint") + " --tokens " +
                           golden("expected") + " --output " + output;
  ASSERT_EQ(runner_.run("activations", call + " --positions=0,-1").code, 0);
  const Hdf5Reader got(output), expected(golden("expected"));
  const std::string pattern = "/activations/blocks.0.attn.hook_pattern";
  EXPECT_EQ(got.shape(pattern)[2], 2);
  EXPECT_EQ(got.shape(pattern)[3], expected.shape(pattern)[3]);
}

TEST_P(Activations, ADonorNobodyTakesFromIsRefused) {
  const std::string list = runner_.folder() + "/edits.yaml";
  write_file_atomically(list, "interventions:\n  - {kind: zero, at: hook_embed}\n");
  const ProgramEnd end = runner_.run(
      "activations", "--checkpoint " + golden("checkpoint") + " --tokens " + golden("expected") +
                         " --output " + runner_.folder() + "/none.h5 --interventions " + list +
                         " --donor clean=" + golden("expected"));
  EXPECT_EQ(end.code, 2) << end.err;
  EXPECT_NE(end.err.find("from: clean"), std::string::npos) << end.err;
}

INSTANTIATE_TEST_SUITE_P(Goldens, Activations,
                         testing::Values("gelu_ln_small", "attn_only", "relu_lnpre"),
                         [](const auto& info) { return info.param; });

class ActivationsOfTexts : public testing::Test {
 protected:
  // `rest` after the model (d_vocab 40, n_ctx 16) and the output.
  ProgramEnd run(const std::string& rest, const std::string& output) const {
    return runner_.run(
        "activations",
        "--checkpoint " + kSource + "/gelu_ln_small.checkpoint.h5 --output " + output + " " + rest);
  }
  void expect_refused(const std::string& rest, int code, const std::string& why) const {
    const std::string output = runner_.folder() + "/none.h5";
    const ProgramEnd end = run(rest, output);
    EXPECT_EQ(end.code, code) << rest << ": " << end.err;
    EXPECT_NE(end.err.find(why), std::string::npos) << rest << ": " << end.err;
    EXPECT_FALSE(std::filesystem::exists(output)) << rest;
  }

  const std::string kSource = source_dir() + "/tests/golden";
  const std::string kTokenizer = "--tokenizer " + kSource + "/bpe ";
  const ProgramRunner runner_;
};

// In this vocabulary "!" is 1 and the characters after it follow: "A" is 33.
TEST_F(ActivationsOfTexts, EqualThoseOfTheirTokens) {
  const std::string first = runner_.folder() + "/first.h5",
                    second = runner_.folder() + "/second.h5";
  const ProgramEnd end = run(kTokenizer + "--text FACADE --text '(A+B)!'", first);
  ASSERT_EQ(end.code, 0) << end.err;
  const Hdf5Reader by_text(first);
  EXPECT_EQ(by_text.shape("/tokens"), (std::vector<int64_t>{2, 6}));
  EXPECT_EQ(by_text.integers("/tokens"),
            (std::vector<int64_t>{38, 33, 35, 33, 36, 37, 8, 33, 11, 34, 9, 1}));
  EXPECT_EQ(by_text.texts("/texts"), (std::vector<std::string>{"FACADE", "(A+B)!"}));
  EXPECT_EQ(by_text.shape("/token_texts"), by_text.shape("/tokens"));
  EXPECT_EQ(by_text.texts("/token_texts"),
            (std::vector<std::string>{"F", "A", "C", "A", "D", "E", "(", "A", "+", "B", ")", "!"}));

  const ProgramEnd again = run("--tokens " + first, second);
  ASSERT_EQ(again.code, 0) << again.err;
  const Hdf5Reader by_tokens(second);
  EXPECT_EQ(by_tokens.floats("/logits"), by_text.floats("/logits"));
  EXPECT_FALSE(by_tokens.exists("/texts"));
}

TEST_F(ActivationsOfTexts, WantOneWayToTokens) {
  const std::string tokens = "--tokens " + kSource + "/gelu_ln_small.expected.h5 ";
  expect_refused("", 2, "--tokens FILE, or --tokenizer FOLDER");
  expect_refused(kTokenizer, 2, "--text STRING");
  expect_refused("--text A", 2, "--tokenizer");
  expect_refused(tokens + kTokenizer + "--text A", 2, "--tokens");
}

TEST_F(ActivationsOfTexts, RefuseWhatIsNoBatchOfThisModel) {
  expect_refused(kTokenizer + "--text FACADE --text A --text BE", 2, "6, 1, 2");
  expect_refused(kTokenizer + "--text ''", 3, "[1, 0]");
  expect_refused(kTokenizer + "--text AbA", 3, "ids from 0 to 39, got 66");
  expect_refused(kTokenizer + "--text '[A,B]'", 3, "got 61");  // one text, not a list of two
  expect_refused("--tokenizer " + runner_.folder() + " --text A", 3, "vocab.json");
}

}  // namespace
}  // namespace kairo
