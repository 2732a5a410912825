#include "tests/dummies/study.h"

#include "analysis/figures/from_run.h"

namespace kairo::dummies {
namespace {

struct EchoOptions : DataOptions {
  int64_t n_letters = 6;
  std::vector<Field> fields() override {
    return {{"n_letters", n_letters, {2, 1000}, "Letters, each an example of its own."}};
  }
  std::unique_ptr<DataOptions> clone() const override {
    return std::make_unique<EchoOptions>(*this);
  }
};

std::unique_ptr<DataOptions> default_options() { return std::make_unique<EchoOptions>(); }

std::shared_ptr<const MemoryDataset> make_echo(const TaskRequest& request) {
  DatasetArrays data;
  data.name = request.name;
  data.n_examples = request.data.as<EchoOptions>().n_letters;
  data.n_pos = 2;
  data.predicting = {0, 1};
  for (int64_t i = 0; i < data.n_examples; ++i) {
    data.vocabulary.push_back("letter" + std::to_string(i));
    data.tokens.insert(data.tokens.end(), {static_cast<int32_t>(i), static_cast<int32_t>(i)});
  }
  data.split.assign(data.n_examples, Split::kTrain);
  return std::make_shared<MemoryDataset>(std::move(data));
}

EventSpec learnt() {
  EventSpec event;
  event.name = "echo_learnt";
  event.title = "echo > {threshold:g}";
  event.claim = "the model echoed";
  event.subject = "The echo";
  event.definition = "The probability of the same letter is above {threshold:g}.";
  event.series = "echo/echo";
  event.units = "probability";
  event.threshold = "echo_share";
  return event;
}

Drawing echo_figure(const FigureInputs& inputs) {
  const SeriesQuantity* quantity = find_quantity(inputs.run, "echo", "echo", {});
  if (quantity == nullptr) return left_out(why_missing(inputs.run, "echo"));
  Drawing drawing;
  drawing.page = page_of(inputs, "Echo");
  Lines lines;
  lines.curves.push_back(curve_of(*inputs.run.record("echo"), *quantity, 0, "echo", 0));
  add_row(drawing.page,
          {Panel{"Echo", kStepLabel, "probability", lines, marks_of(inputs.transitions)}}, 300);
  drawing.caption = "The probability of the same letter again.";
  return drawing;
}

}  // namespace

Study echo_study() {
  Study study;
  study.name = "echo";
  study.question = "When does a model repeat a letter?";
  study.task = {"echo", default_options, {{"echo_share", 0.5, {0, 1}, "Event echo_learnt."}}, {}};
  study.make = make_echo;
  study.analysis.task = "echo";
  study.analysis.events = {learnt()};
  study.analysis.figures.figures = {{"echo", echo_figure, "", nullptr, "training_curves"}};
  return study;
}

}  // namespace kairo::dummies
