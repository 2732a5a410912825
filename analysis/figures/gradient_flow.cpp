#include "analysis/figures/gradient_flow.h"

#include <limits>
#include <optional>

#include "analysis/figures/logged_gradients.h"
#include "analysis/figures/parameter_groups.h"

namespace kairo {
namespace {

constexpr const char* kGradientFlowProbe = "gradient_flow";

// What is drawn: the probe's record, else what the trainer logged.
struct Source {
  std::optional<Record> logged;
  const Record* record = nullptr;  // null where there is neither
};

Source source_of(const RunData& run) {
  Source source;
  source.record = run.record(kGradientFlowProbe);
  if (source.record != nullptr) return source;
  source.logged = logged_gradients(run);
  return source;
}

const Record* record_of(const Source& source) {
  return source.logged ? &*source.logged : source.record;
}

const SeriesQuantity* find(const Record& record, const std::string& name, const std::string& axis) {
  if (record.steps.empty() || !record.has(name)) return nullptr;
  const Quantity& about = record.quantity(name).about;
  const bool is_along = about.axes.size() == 1 && about.axes[0].name == axis;
  return is_along && about.size() > 0 ? &record.quantity(name) : nullptr;
}

std::optional<Panel> segments_panel(const FigureInputs& inputs, const Record& record,
                                    const std::string& quantity, const std::string& title,
                                    const std::string& y_label) {
  const SeriesQuantity* found = find(record, quantity, "segment");
  if (found == nullptr) return std::nullopt;
  const Axis& segments = found->about.axes[0];
  Lines lines;
  for (std::size_t i = 0; i < segments.values.size(); ++i) {
    lines.curves.push_back(curve_of(record, *found, static_cast<int64_t>(i), segments.coordinate(i),
                                    static_cast<int>(i)));
  }
  lines.band_name = band_name(record, *found);
  lines.y_low = 0;
  return Panel{title, kStepLabel, y_label, lines, marks_of(inputs.transitions)};
}

// On a logarithmic axis, which has no place for 0.
std::optional<Panel> groups_panel(const FigureInputs& inputs, const Record& record,
                                  const std::string& title,
                                  const std::vector<ParameterGroup>& groups) {
  if (groups.empty()) return std::nullopt;
  Lines lines = group_lines(record, *find(record, "parameter_gradient", "parameter"), groups);
  lines.log_y = true;
  for (Curve& curve : lines.curves) {
    for (double& y : curve.y) y = y > 0 ? y : std::numeric_limits<double>::quiet_NaN();
  }
  return Panel{title, kStepLabel, "gradient norm (nats)", lines, marks_of(inputs.transitions)};
}

void add_parameter_row(const FigureInputs& inputs, const Record& record, Page& page) {
  const SeriesQuantity* found = find(record, "parameter_gradient", "parameter");
  if (found == nullptr) return;
  const Axis& axis = found->about.axes[0];
  const std::vector<ParameterGroup> kinds = groups_by_kind(axis);
  add_row(page,
          {groups_panel(inputs, record, "Attention's weights by kind (all layers)",
                        of_attention(kinds, true)),
           groups_panel(inputs, record, "Other weights by kind (all layers)",
                        of_attention(kinds, false))},
          300);
  add_row(
      page,
      {groups_panel(inputs, record, "Attention's weights by layer", groups_by_layer(axis, "attn")),
       groups_panel(inputs, record, "The MLP's weights by layer", groups_by_layer(axis, "mlp"))},
      300);
}

}  // namespace

Drawing gradient_flow(const FigureInputs& inputs) {
  const Source source = source_of(inputs.run);
  const Record* record = record_of(source);
  if (record == nullptr) return left_out(why_missing(inputs.run, kGradientFlowProbe));
  Drawing drawing;
  drawing.page = page_of(inputs, "Gradient flow");
  add_row(
      drawing.page,
      {segments_panel(inputs, *record, "embedding_gradient", "Gradient at the embedding by segment",
                      "gradient norm (nats)"),
       segments_panel(inputs, *record, "segment_share", "Share of its square by segment", "share")},
      330);
  add_parameter_row(inputs, *record, drawing.page);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kGradientFlowProbe));
  drawing.page.notes = {
      "First row: gradient of each example's own loss at hook_embed, over the positions of a "
      "segment; "
      "rest: positions in no segment. Other rows: gradient of the mean loss with respect to "
      "weights "
      "(the root of the sum of squares), without a standard error."};
  if (source.logged) {
    drawing.page.notes.push_back(
        "As the trainer logged them at its evaluations, on their fixed training examples "
        "(training.log_gradients): there is no record of gradient_flow.");
  }
  drawing.caption =
      "Norm of the gradient of the training loss by segment of the sequence and by parameter.";
  return drawing;
}

}  // namespace kairo
