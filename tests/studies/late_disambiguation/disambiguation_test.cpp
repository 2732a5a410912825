#include "studies/late_disambiguation/data/disambiguation.h"

#include <cmath>

#include "core/config/config_file.h"
#include "studies/late_disambiguation/data/options.h"
#include "studies/late_disambiguation/data/vocabulary.h"
#include "tests/core/data/task_requests.h"

namespace kairo::late_disambiguation {
namespace {

using Tokens = std::vector<int32_t>;

constexpr Direction kDirections[] = {Direction::kBzToA, Direction::kAzToB, Direction::kBToA,
                                     Direction::kAToB};

Tokens part(const DatasetArrays& data, int64_t example, const Span& span) {
  const auto first = data.tokens.begin() + example * data.n_pos;
  return Tokens(first + span.begin, first + span.end);
}

// Characters "ab" (tokens 4 and 5), K = 1, N = 2, B of 1, z of 1, A of 2. With seed 7 an
// independent Python version (whole Fisher-Yates shuffles of the code spaces by streams 1, 2 and 3
// of the seed) draws B = a, b; z = a; A = aa, bb.
TaskRequest tiny_request(Direction direction) {
  TaskRequest request = small_request(direction);
  request.data.as<DisambiguationOptions>().vocab_chars = "ab";
  request.data.as<DisambiguationOptions>().n_unique_b = 2;
  request.data.as<DisambiguationOptions>().k = 1;
  request.data.as<DisambiguationOptions>().b_length = 1;
  request.data.as<DisambiguationOptions>().z_length = 1;
  request.data.as<DisambiguationOptions>().a_length = 2;
  return request;
}

TEST(Disambiguation, WorkedExampleOfBzToA) {
  const DatasetArrays data = arrays_of(tiny_request(Direction::kBzToA));
  EXPECT_EQ(data.name, "disambiguation/bz_to_a");
  EXPECT_EQ(data.n_examples, 2);
  EXPECT_EQ(data.n_pos, 8);
  //                            BOS B SEP z SEP A  A EOS
  const Tokens tokens = Tokens{1, 4, 3, 4, 3, 4, 4, 2,  //
                               1, 5, 3, 4, 3, 5, 5, 2};
  const Tokens labels = Tokens{-1, -1, -1, -1, 4, 4, 2, -1,  //
                               -1, -1, -1, -1, 5, 5, 2, -1};
  EXPECT_EQ(data.tokens, tokens);
  EXPECT_TRUE(data.inputs.empty());  // the tokens
  EXPECT_EQ(labels_table(data), labels);
  EXPECT_EQ(data.span("base"), (Span{1, 2}));
  EXPECT_EQ(data.span("selector"), (Span{3, 4}));
  EXPECT_EQ(data.span("target"), (Span{5, 7}));
  EXPECT_EQ(data.span("target").begin - 1, 4);
  EXPECT_EQ(data.group, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(data.part_value, (std::vector<int64_t>{0, 0}));
  EXPECT_EQ(data.values, (std::vector<Tokens>{{4}}));
  EXPECT_EQ(data.choices, (std::vector<std::vector<Tokens>>{{{4, 4}}, {{5, 5}}}));
  EXPECT_EQ(data.ambiguity_nats, 0);
}

TEST(Disambiguation, WorkedExampleOfTheOtherDirections) {
  EXPECT_EQ(arrays_of(tiny_request(Direction::kAzToB)).tokens,
            (Tokens{1, 4, 4, 3, 4, 3, 4, 2, 1, 5, 5, 3, 4, 3, 5, 2}));
  EXPECT_EQ(arrays_of(tiny_request(Direction::kBToA)).tokens,
            (Tokens{1, 4, 3, 4, 4, 2, 1, 5, 3, 5, 5, 2}));
  EXPECT_EQ(arrays_of(tiny_request(Direction::kAToB)).tokens,
            (Tokens{1, 4, 4, 3, 4, 2, 1, 5, 5, 3, 5, 2}));
}

TEST(Disambiguation, DefaultSequenceHasSixteenPositionsAndFortyTokens) {
  TaskRequest request;
  request.name = "disambiguation";
  const DatasetArrays data = arrays_of(request);
  EXPECT_EQ(data.n_examples, 10000);
  EXPECT_EQ(data.n_pos, 1 + 6 + 1 + 2 + 1 + 4 + 1);
  EXPECT_EQ(data.d_vocab(), 40);
  EXPECT_EQ(data.span("target").begin - 1, 10);
  EXPECT_DOUBLE_EQ(data.ambiguity_nats, std::log(10.0));
}

TEST(Disambiguation, ExamplesGoByBaseThenBySelectorInEveryDirection) {
  for (const Direction direction : kDirections) {
    const DatasetArrays data = arrays_of(small_request(direction));
    const bool with_z = direction == Direction::kBzToA || direction == Direction::kAzToB;
    ASSERT_EQ(data.n_examples, 12 * 3);
    EXPECT_EQ(!data.values.empty(), with_z);
    EXPECT_EQ(data.part_value.size(), with_z ? 36u : 0u);
    EXPECT_EQ(data.values.size(), with_z ? 3u : 0u);
    for (int64_t i = 0; i < data.n_examples; ++i) {
      EXPECT_EQ(data.group[i], i / 3);
      if (!with_z) continue;
      EXPECT_EQ(data.part_value[i], i % 3);
      EXPECT_EQ(part(data, i, data.span("selector")), data.values[i % 3]);
    }
  }
}

TEST(Disambiguation, AllDirectionsSeeOneWorld) {
  const DatasetArrays forward = arrays_of(small_request(Direction::kBzToA));
  const DatasetArrays backward = arrays_of(small_request(Direction::kAzToB));
  const DatasetArrays without_z = arrays_of(small_request(Direction::kBToA));
  const DatasetArrays reversed = arrays_of(small_request(Direction::kAToB));
  for (int64_t i = 0; i < forward.n_examples; ++i) {
    const Tokens base = part(forward, i, forward.span("base"));
    const Tokens target = part(forward, i, forward.span("target"));
    EXPECT_EQ(part(backward, i, backward.span("target")), base);
    EXPECT_EQ(part(backward, i, backward.span("base")), target);
    EXPECT_EQ(part(without_z, i, without_z.span("base")), base);
    EXPECT_EQ(part(without_z, i, without_z.span("target")), target);
    EXPECT_EQ(part(reversed, i, reversed.span("target")), base);
    EXPECT_EQ(part(reversed, i, reversed.span("base")), target);
  }
}

TEST(Disambiguation, CandidatesAreTheAnswersThatABaseCanHave) {
  for (const Direction direction : kDirections) {
    const DatasetArrays data = arrays_of(small_request(direction));
    const bool answers_with_base = direction == Direction::kAzToB || direction == Direction::kAToB;
    ASSERT_EQ(data.choices.size(), 12u);
    for (int64_t i = 0; i < data.n_examples; ++i) {
      const auto& candidates = data.choices[data.group[i]];
      ASSERT_EQ(candidates.size(), answers_with_base ? 1u : 3u);
      EXPECT_EQ(part(data, i, data.span("target")), candidates[answers_with_base ? 0 : i % 3]);
    }
  }
}

TEST(Disambiguation, LabelsAreTheNextTokenOnTargetAndEosOnly) {
  for (const Direction direction : kDirections) {
    const DatasetArrays data = arrays_of(small_request(direction));
    for (int64_t i = 0; i < data.n_examples; ++i) {
      for (int64_t pos = 0; pos < data.n_pos; ++pos) {
        const bool has_loss = pos >= data.span("target").begin - 1 && pos < data.span("target").end;
        EXPECT_EQ(data.label(i, pos), has_loss ? data.token(i, pos + 1) : kNoLabel);
      }
      EXPECT_EQ(data.token(i, data.n_pos - 1), kEos);
    }
  }
}

TEST(Disambiguation, BidirectionalInputsHideTheAnswerAndNothingElse) {
  for (const Direction direction : kDirections) {
    TaskRequest request = small_request(direction);
    const DatasetArrays causal = arrays_of(request);
    request.attention_dir = AttentionDir::kBidirectional;
    const DatasetArrays data = arrays_of(request);
    EXPECT_EQ(data.tokens, causal.tokens);
    EXPECT_EQ(labels_table(data), labels_table(causal));
    EXPECT_TRUE(causal.inputs.empty());
    for (int64_t i = 0; i < data.n_examples; ++i) {
      for (int64_t pos = 0; pos < data.n_pos; ++pos) {
        const bool is_answer = pos >= data.span("target").begin;
        EXPECT_EQ(data.input(i, pos), is_answer ? kPad : data.token(i, pos));
      }
    }
  }
}

TEST(Disambiguation, DirectionsAreNamedAsTheConfigSpellsThem) {
  for (const Direction direction : kDirections) {
    TaskRequest request = small_request();
    ConfigBinder binder;
    binder.bind("data", request.data);
    binder.load("", {"data.task=" + name_in(direction_names(), direction)});
    EXPECT_EQ(request.data.as<DisambiguationOptions>().task, direction);
    EXPECT_EQ(arrays_of(request).name, "disambiguation/" + name_in(direction_names(), direction));
  }
}

TEST(Disambiguation, AmbiguityIsLogKInEveryDirection) {
  for (const Direction direction : kDirections) {
    EXPECT_DOUBLE_EQ(arrays_of(small_request(direction)).ambiguity_nats, std::log(3.0));
  }
}

TEST(Disambiguation, EqualSeedsGiveEqualDataAndOthersDiffer) {
  TaskRequest request = small_request();
  const std::string hash = content_hash(arrays_of(request));
  EXPECT_EQ(content_hash(arrays_of(request)), hash);
  request.seed = 8;
  EXPECT_NE(content_hash(arrays_of(request)), hash);
}

TEST(Task, UnknownNamesAreRefusedWithTheNearest) {
  TaskRequest request = small_request();
  EXPECT_EQ(make_dataset(request)->info().name, "disambiguation/bz_to_a");
  request.name = "disambigation";
  const std::string text = error_text(ErrorKind::kConfig, [&] { make_dataset(request); });
  EXPECT_TRUE(contains(text, "task.name")) << text;
  EXPECT_TRUE(contains(text, "did you mean disambiguation?")) << text;
}

TEST(Task, NamesAreThoseThatCanBeMade) {
  EXPECT_EQ(task_names(), std::vector<std::string>{"disambiguation"});
}

}  // namespace
}  // namespace kairo::late_disambiguation
