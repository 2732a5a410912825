#include "studies/late_disambiguation/task_words.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "analysis/step_words.h"
#include "core/base/utf8.h"

namespace kairo::late_disambiguation {
namespace {

constexpr std::size_t kMostOtherSelectors = 64;  // tried for one that begins the answer differently

std::string tokens_text(const DatasetArrays& data, const std::vector<int32_t>& tokens) {
  std::string text;
  for (const int32_t token : tokens) text += (text.empty() ? "" : " ") + data.vocabulary.at(token);
  return text;
}

std::vector<int32_t> tokens_in(const DatasetArrays& data, int64_t example, const Span& span) {
  const auto begin = data.tokens.begin() + example * data.n_pos;
  return {begin + span.begin, begin + span.end};
}

std::string span_text(const DatasetArrays& data, int64_t example, const std::string& span) {
  const auto found = data.spans.find(span);
  return found == data.spans.end()
             ? ""
             : tokens_text(data, tokens_in(data, example, found->second.front()));
}

// The letters of a direction: "bz_to_a" begins with B and answers A.
struct Letters {
  std::string base = "B", target = "A";
};

Letters letters_of(const DatasetArrays& data) {
  const std::string direction = data.name.substr(data.name.find('/') + 1);
  return direction.rfind("a", 0) == 0 ? Letters{"A", "B"} : Letters{};
}

// The same base with another selector, and its answer.
struct Other {
  std::vector<int32_t> selector, target;
};

// The selector of `example` is replaced by one whose answer begins with another token.
std::optional<Other> other_of(const DatasetArrays& data, int64_t example) {
  if (data.part_value.empty() || data.choices.empty()) return std::nullopt;
  const auto& candidates = data.choices.at(data.group.at(example));
  const std::size_t n = std::min(data.values.size(), kMostOtherSelectors);
  if (candidates.size() != data.values.size()) return std::nullopt;
  const int64_t first = data.token(example, data.span("target").begin);
  for (std::size_t other = 0; other < n; ++other) {
    if (candidates[other].empty() || candidates[other].front() == first) continue;
    return Other{data.values[other], candidates[other]};
  }
  return std::nullopt;
}

// The example that the box shows.
int64_t shown_example(const DatasetArrays& data) {
  const auto first = std::find(data.split.begin(), data.split.end(), Split::kTrain);
  for (int64_t example = 0; example < data.n_examples; ++example) {
    if (data.split[example] == Split::kTrain && other_of(data, example)) return example;
  }
  return first == data.split.end() ? 0 : first - data.split.begin();
}

// Three lines of equal columns: tokens, names under the first token of their span, q.
class SequenceLines {
 public:
  void add(const std::string& tokens, const std::string& name, bool holds_query) {
    const std::size_t at = tokens_.empty() ? 0 : width_ + 2;
    // A name may reach past its span, but not into the next name.
    const std::size_t begin = name.empty() ? at : std::max(at, names_end_ + 2);
    pad(tokens_, width_, begin);
    tokens_ += tokens;
    width_ = begin + n_characters(tokens);
    if (holds_query) query_ = begin;
    if (name.empty()) return;
    pad(names_, names_end_, begin);
    names_ += name;
    names_end_ = begin + n_characters(name);
  }

  std::vector<std::string> lines() const {
    return {tokens_, names_, std::string(query_, ' ') + "q"};
  }

 private:
  static void pad(std::string& line, std::size_t from, std::size_t to) {
    if (to > from) line += std::string(to - from, ' ');
  }

  std::string tokens_, names_;
  std::size_t width_ = 0, names_end_ = 0, query_ = 0;
};

// Spans by position; what is between two spans stands alone.
std::vector<std::string> sequence_lines(
    const DatasetArrays& data, int64_t example,
    const std::vector<std::pair<std::string, std::string>>& names) {
  SequenceLines lines;
  for (int64_t pos = 0; pos < data.n_pos;) {
    const auto named = std::find_if(names.begin(), names.end(), [&](const auto& each) {
      const auto span = data.spans.find(each.first);
      return span != data.spans.end() && span->second.front().begin == pos &&
             span->second.front().size() > 0;
    });
    const int64_t end = named == names.end() ? pos + 1 : data.span(named->first).end;
    const std::string name = named == names.end() ? "" : named->second;
    const int64_t q = data.span("target").begin - 1;
    lines.add(tokens_text(data, tokens_in(data, example, {pos, end})), name, q >= pos && q < end);
    pos = end;
  }
  return lines.lines();
}

std::size_t n_targets(const DatasetArrays& data, int64_t example) {
  return data.choices.empty() ? 0 : data.choices.at(data.group.at(example)).size();
}

std::string k_words(const DatasetArrays& data, int64_t example, const Letters& letters) {
  const std::size_t k = n_targets(data, example);
  if (letters.base == "A") {
    const auto sharing = std::count(data.group.begin(), data.group.end(), data.group.at(example));
    return fmt::format("K = {} strings A share this B; each A has one answer.", sharing);
  }
  if (k < 2) return "K = 1: this base has one target, so nothing has to be told apart.";
  return fmt::format("this base has K = {} targets; {}", k,
                     !data.values.empty() ? "only z tells which." : "nothing tells which.");
}

std::string summary_of(const DatasetArrays& data, int64_t example, const Letters& letters) {
  const std::size_t k = n_targets(data, example);
  if (letters.base == "A") {
    return !data.values.empty()
               ? "The selector is redundant here: A alone determines B, whatever z is."
               : "There is no ambiguity here: A alone determines B.";
  }
  if (data.values.empty()) {
    return k < 2 ? "There is no ambiguity here: B alone determines A."
                 : fmt::format(
                       "Without a selector the {} targets of a base cannot be told apart: "
                       "the loss on the first target token stays above a floor.",
                       k);
  }
  if (k < 2) return "There is one target per base, so the selector is not needed.";
  return fmt::format(
      "A model that ignores z can only guess among the {} targets of a base. The report asks when "
      "training makes it use z.",
      k);
}

std::string query_words(const DatasetArrays& data) {
  const int64_t q = data.span("target").begin - 1;
  return fmt::format(
      "position {}, counted from 0: what the model predicts there is the first "
      "target token",
      q);
}

void add_span_terms(const DatasetArrays& data, int64_t example, const Letters& letters,
                    TaskBox& box) {
  const std::string base = span_text(data, example, "base");
  if (!base.empty()) box.terms.emplace_back("base " + letters.base, base + ": what is given");
  const std::string selector = span_text(data, example, "selector");
  if (!selector.empty()) {
    box.terms.emplace_back("selector z", selector + ": picks one of the base's targets");
    if (letters.base == "A") box.terms.back().second = selector + ": given too, but not needed";
  }
  box.terms.emplace_back("target " + letters.target,
                         span_text(data, example, "target") +
                             ": what the model has to predict, one token at a time, then EOS");
}

void add_answer_terms(const DatasetArrays& data, int64_t example, TaskBox& box) {
  box.terms.emplace_back("q", query_words(data));
  const std::string first = data.vocabulary.at(data.token(example, data.span("target").begin));
  box.terms.emplace_back("a", first + ": the first target token, predicted at q");
  const std::optional<Other> other = other_of(data, example);
  if (!other) return;
  box.terms.emplace_back(
      "a'", fmt::format("{}: the first token of the answer when z is replaced by z' = {}; that "
                        "target is {}",
                        data.vocabulary.at(other->target.front()),
                        tokens_text(data, other->selector), tokens_text(data, other->target)));
}

bool hides_target(const DatasetArrays& data, int64_t example) {
  const int64_t at = data.span("target").begin;
  return data.input(example, at) != data.token(example, at);
}

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

std::vector<std::pair<std::string, std::string>> glossary() {
  return {
      {"base", "The string that a sequence begins with: B (or A where the task goes from A to B)."},
      {"B, A",
       "The two kinds of strings of the task. In the direction bz_to_a, K targets A share "
       "one base B."},
      {"z, selector", "A short string that picks one of a base's K targets."},
      {"z'", "Another selector, drawn once per example."},
      {"target", "The string that the model has to predict. The loss is on the target and EOS."},
      {"K", "The number of selectors, which is the number of targets that share a base B."},
      {"q", "The position that predicts the first target token: the one just before the target."},
      {"a", "The first token of the right target."},
      {"a'", "The first token of the target that belongs to z' in place of z."},
      {"P(a)", "The probability that the model gives to a at q."},
      {"chance",
       "What a model gets that picks one of the base's K targets at random: accuracy 1/K, "
       "loss log K."}};
}

}  // namespace

std::string direction_words(const std::string& direction) {
  if (direction == "bz_to_a")
    return "bz_to_a: BOS B SEP z SEP A EOS; z decides between B's targets";
  if (direction == "az_to_b")
    return "az_to_b: BOS A SEP z SEP B EOS; A alone tells B, z is not needed";
  if (direction == "b_to_a") return "b_to_a: BOS B SEP A EOS; nothing decides between B's targets";
  if (direction == "a_to_b") return "a_to_b: BOS A SEP B EOS; A alone tells B";
  return direction;
}

TaskBox task_box(const DatasetArrays& data) {
  if (data.n_examples == 0 || data.spans.count("target") == 0 || data.span("target").begin < 1)
    return {};
  const int64_t example = shown_example(data);
  const Letters letters = letters_of(data);
  TaskBox box;
  box.title = "The task in one example";
  box.sequence = sequence_lines(data, example,
                                {{"base", "base " + letters.base},
                                 {"selector", "z"},
                                 {"target", "target " + letters.target}});
  add_span_terms(data, example, letters, box);
  add_answer_terms(data, example, box);
  if (!data.choices.empty()) box.terms.emplace_back("K", k_words(data, example, letters));
  box.summary = summary_of(data, example, letters);
  if (hides_target(data, example)) {
    box.summary += " The model sees both ways, so it reads PAD in place of the target and EOS.";
  }
  return box;
}

char span_letter(const std::string& task, const std::string& span) {
  if (span == "selector") return 'z';
  const std::size_t slash = task.find('/');
  const std::size_t to = task.rfind("_to_");
  if (slash != std::string::npos && to != std::string::npos && to + 4 < task.size()) {
    if (span == "base") return upper(task[slash + 1]);
    if (span == "target") return upper(task[to + 4]);
  }
  return upper(span.front());
}

std::string data_words(const std::vector<int64_t>& values) {
  return fmt::format("K = {}, {} bases", values.at(0), grouped(values.at(1)));
}

TaskWords task_words() {
  TaskWords words;
  words.box = task_box;
  words.variant = direction_words;
  words.span_letter = span_letter;
  words.glossary = glossary();
  words.n_answers = "K";
  words.data_keys = {"k", "n_unique_b"};
  words.data = data_words;
  return words;
}

}  // namespace kairo::late_disambiguation
