#include "core/data/disambiguation.h"

#include <cmath>

#include "core/config/config_file.h"
#include "core/data/vocabulary.h"
#include "tests/core/data/task_requests.h"

namespace kairo {
namespace {

using Tokens = std::vector<int64_t>;

constexpr Direction kDirections[] = {Direction::kBzToA, Direction::kAzToB, Direction::kBToA,
                                     Direction::kAToB};

Tokens part(const Dataset& data, int64_t example, const Span& span) {
  const auto first = data.tokens.begin() + example * data.n_pos;
  return Tokens(first + span.begin, first + span.end);
}

// Characters "ab" (tokens 4 and 5), K = 1, N = 2, B of 1, z of 1, A of 2. With seed 7 an
// independent Python version (whole Fisher-Yates shuffles of the code spaces by streams 1, 2 and 3
// of the seed) draws B = a, b; z = a; A = aa, bb.
TaskRequest tiny_request(Direction direction) {
  TaskRequest request = small_request(direction);
  request.data.vocab_chars = "ab";
  request.data.n_unique_b = 2;
  request.data.k = 1;
  request.data.b_length = 1;
  request.data.z_length = 1;
  request.data.a_length = 2;
  return request;
}

TEST(Disambiguation, WorkedExampleOfBzToA) {
  const Dataset data = make_disambiguation(tiny_request(Direction::kBzToA));
  EXPECT_EQ(data.task, "disambiguation/bz_to_a");
  EXPECT_EQ(data.n_examples, 2);
  EXPECT_EQ(data.n_pos, 8);
  //                            BOS B SEP z SEP A  A EOS
  const Tokens tokens = Tokens{1, 4, 3, 4, 3, 4, 4, 2,  //
                               1, 5, 3, 4, 3, 5, 5, 2};
  const Tokens labels = Tokens{-1, -1, -1, -1, 4, 4, 2, -1,  //
                               -1, -1, -1, -1, 5, 5, 2, -1};
  EXPECT_EQ(data.tokens, tokens);
  EXPECT_EQ(data.inputs, tokens);
  EXPECT_EQ(data.labels, labels);
  EXPECT_EQ(data.spans.at("base"), (Span{1, 2}));
  EXPECT_EQ(data.spans.at("selector"), (Span{3, 4}));
  EXPECT_EQ(data.target(), (Span{5, 7}));
  EXPECT_EQ(data.first_target_query(), 4);
  EXPECT_EQ(data.group, (Tokens{0, 1}));
  EXPECT_EQ(data.selector, (Tokens{0, 0}));
  EXPECT_EQ(data.selectors, (std::vector<Tokens>{{4}}));
  EXPECT_EQ(data.candidates, (std::vector<std::vector<Tokens>>{{{4, 4}}, {{5, 5}}}));
  EXPECT_EQ(data.ambiguity_nats, 0);
}

TEST(Disambiguation, WorkedExampleOfTheOtherDirections) {
  EXPECT_EQ(make_disambiguation(tiny_request(Direction::kAzToB)).tokens,
            (Tokens{1, 4, 4, 3, 4, 3, 4, 2, 1, 5, 5, 3, 4, 3, 5, 2}));
  EXPECT_EQ(make_disambiguation(tiny_request(Direction::kBToA)).tokens,
            (Tokens{1, 4, 3, 4, 4, 2, 1, 5, 3, 5, 5, 2}));
  EXPECT_EQ(make_disambiguation(tiny_request(Direction::kAToB)).tokens,
            (Tokens{1, 4, 4, 3, 4, 2, 1, 5, 5, 3, 5, 2}));
}

TEST(Disambiguation, DefaultSequenceHasSixteenPositionsAndFortyTokens) {
  TaskRequest request;
  request.name = "disambiguation";
  const Dataset data = make_disambiguation(request);
  EXPECT_EQ(data.n_examples, 10000);
  EXPECT_EQ(data.n_pos, 1 + 6 + 1 + 2 + 1 + 4 + 1);
  EXPECT_EQ(data.d_vocab(), 40);
  EXPECT_EQ(data.first_target_query(), 10);
  EXPECT_DOUBLE_EQ(data.ambiguity_nats, std::log(10.0));
}

TEST(Disambiguation, ExamplesGoByBaseThenBySelectorInEveryDirection) {
  for (const Direction direction : kDirections) {
    const Dataset data = make_disambiguation(small_request(direction));
    const bool with_z = direction == Direction::kBzToA || direction == Direction::kAzToB;
    ASSERT_EQ(data.n_examples, 12 * 3);
    EXPECT_EQ(data.has_selector(), with_z);
    EXPECT_EQ(data.selector.size(), with_z ? 36u : 0u);
    EXPECT_EQ(data.selectors.size(), with_z ? 3u : 0u);
    for (int64_t i = 0; i < data.n_examples; ++i) {
      EXPECT_EQ(data.group[i], i / 3);
      if (!with_z) continue;
      EXPECT_EQ(data.selector[i], i % 3);
      EXPECT_EQ(part(data, i, data.spans.at("selector")), data.selectors[i % 3]);
    }
  }
}

TEST(Disambiguation, AllDirectionsSeeOneWorld) {
  const Dataset forward = make_disambiguation(small_request(Direction::kBzToA));
  const Dataset backward = make_disambiguation(small_request(Direction::kAzToB));
  const Dataset without_z = make_disambiguation(small_request(Direction::kBToA));
  const Dataset reversed = make_disambiguation(small_request(Direction::kAToB));
  for (int64_t i = 0; i < forward.n_examples; ++i) {
    const Tokens base = part(forward, i, forward.spans.at("base"));
    const Tokens target = part(forward, i, forward.target());
    EXPECT_EQ(part(backward, i, backward.target()), base);
    EXPECT_EQ(part(backward, i, backward.spans.at("base")), target);
    EXPECT_EQ(part(without_z, i, without_z.spans.at("base")), base);
    EXPECT_EQ(part(without_z, i, without_z.target()), target);
    EXPECT_EQ(part(reversed, i, reversed.target()), base);
    EXPECT_EQ(part(reversed, i, reversed.spans.at("base")), target);
  }
}

TEST(Disambiguation, CandidatesAreTheAnswersThatABaseCanHave) {
  for (const Direction direction : kDirections) {
    const Dataset data = make_disambiguation(small_request(direction));
    const bool answers_with_base = direction == Direction::kAzToB || direction == Direction::kAToB;
    ASSERT_EQ(data.candidates.size(), 12u);
    for (int64_t i = 0; i < data.n_examples; ++i) {
      const auto& candidates = data.candidates[data.group[i]];
      ASSERT_EQ(candidates.size(), answers_with_base ? 1u : 3u);
      EXPECT_EQ(part(data, i, data.target()), candidates[answers_with_base ? 0 : i % 3]);
    }
  }
}

TEST(Disambiguation, LabelsAreTheNextTokenOnTargetAndEosOnly) {
  for (const Direction direction : kDirections) {
    const Dataset data = make_disambiguation(small_request(direction));
    for (int64_t i = 0; i < data.n_examples; ++i) {
      for (int64_t pos = 0; pos < data.n_pos; ++pos) {
        const bool has_loss = pos >= data.target().begin - 1 && pos < data.target().end;
        EXPECT_EQ(data.labels[i * data.n_pos + pos], has_loss ? data.token(i, pos + 1) : kNoLabel);
      }
      EXPECT_EQ(data.token(i, data.n_pos - 1), kEos);
    }
  }
}

TEST(Disambiguation, BidirectionalInputsHideTheAnswerAndNothingElse) {
  for (const Direction direction : kDirections) {
    TaskRequest request = small_request(direction);
    const Dataset causal = make_disambiguation(request);
    request.attention_dir = AttentionDir::kBidirectional;
    const Dataset data = make_disambiguation(request);
    EXPECT_EQ(data.tokens, causal.tokens);
    EXPECT_EQ(data.labels, causal.labels);
    EXPECT_EQ(causal.inputs, causal.tokens);
    for (int64_t i = 0; i < data.n_examples; ++i) {
      for (int64_t pos = 0; pos < data.n_pos; ++pos) {
        const bool is_answer = pos >= data.target().begin;
        EXPECT_EQ(data.inputs[i * data.n_pos + pos], is_answer ? kPad : data.token(i, pos));
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
    EXPECT_EQ(request.data.task, direction);
    EXPECT_EQ(make_disambiguation(request).task,
              "disambiguation/" + name_in(direction_names(), direction));
  }
}

TEST(Disambiguation, AmbiguityIsLogKInEveryDirection) {
  for (const Direction direction : kDirections) {
    EXPECT_DOUBLE_EQ(make_disambiguation(small_request(direction)).ambiguity_nats, std::log(3.0));
  }
}

TEST(Disambiguation, EqualSeedsGiveEqualDataAndOthersDiffer) {
  TaskRequest request = small_request();
  const std::string hash = content_hash(make_disambiguation(request));
  EXPECT_EQ(content_hash(make_disambiguation(request)), hash);
  request.seed = 8;
  EXPECT_NE(content_hash(make_disambiguation(request)), hash);
}

TEST(Task, UnknownNamesAreRefusedWithTheNearest) {
  TaskRequest request = small_request();
  EXPECT_EQ(make_dataset(request).task, "disambiguation/bz_to_a");
  request.name = "disambigation";
  const std::string text = error_text(ErrorKind::kConfig, [&] { make_dataset(request); });
  EXPECT_TRUE(contains(text, "task.name")) << text;
  EXPECT_TRUE(contains(text, "did you mean disambiguation?")) << text;
}

TEST(Task, NamesAreThoseThatCanBeMade) {
  EXPECT_EQ(task_names(), std::vector<std::string>{"disambiguation"});
}

}  // namespace
}  // namespace kairo
