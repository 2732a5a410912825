#include "analysis/figures/path_patching.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kairo {
namespace {

constexpr const char* kPathProbe = "path_patching";
constexpr const char* kNats = "LD clean − LD patched (nats)";

struct ReceiverMap {
  const char* site;
  const char* title;
};
constexpr ReceiverMap kReceivers[] = {
    {"q", "Into a later head's queries"}, {"k", "Into its keys"}, {"v", "Into its values"}};

// At the last step: rows are receivers, columns senders. Undefined where no path leads.
HeatMap last_paths(const SeriesQuantity& quantity, std::size_t heads) {
  const Axis& senders = quantity.about.axes[0];
  const std::size_t n = senders.values.size();
  const auto last = quantity.mean.end() - static_cast<int64_t>(n * n);
  HeatMap map;
  for (std::size_t sender = 0; sender + heads < n; ++sender) {
    map.column_names.push_back(senders.coordinate(sender));
  }
  for (std::size_t receiver = heads; receiver < n; ++receiver) {
    map.row_names.push_back(senders.coordinate(receiver));
    for (std::size_t sender = 0; sender + heads < n; ++sender) {
      const bool has_path = sender / heads < receiver / heads;
      map.values.push_back(has_path ? last[static_cast<int64_t>(sender * n + receiver)]
                                    : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return map;
}

// 0.72 -> 0.8: one digit, so that the scale's numbers are short.
double rounded_up(double value) {
  if (!(value > 0)) return 1;
  const double unit = std::pow(10.0, std::floor(std::log10(value)));
  return std::ceil(value / unit) * unit;
}

PanelRow last_maps(const FigureInputs& inputs) {
  PanelRow row;
  const SeriesQuantity* by_head =
      find_quantity(inputs.run, kPathProbe, "effect_nats/logits", {"layer", "head"});
  if (by_head == nullptr || by_head->about.axes[0].values.size() < 2) return row;
  const std::size_t heads = by_head->about.axes[1].values.size();
  double most = 0;
  for (const ReceiverMap& each : kReceivers) {
    const SeriesQuantity* found = find_quantity(
        inputs.run, kPathProbe, std::string("effect_nats/") + each.site, {"sender", "receiver"});
    if (found == nullptr) continue;
    HeatMap map = last_paths(*found, heads);
    for (const double value : map.values) {
      if (std::isfinite(value)) most = std::max(most, std::fabs(value));
    }
    row.panels.push_back({each.title, "sender (layer.head)", "receiver", map, {}});
  }
  const double limit = rounded_up(most);
  for (Panel& panel : row.panels) {
    std::get<HeatMap>(panel.content).scale = {ColorMap::kDiverging, -limit, limit, kNats,
                                              &panel == &row.panels.back()};
  }
  return row;
}

}  // namespace

Drawing path_patching(const FigureInputs& inputs) {
  Drawing drawing;
  drawing.page = page_of(inputs, "Paths from head to head");
  add_row(drawing.page,
          {heads_around_zero(inputs, kPathProbe, "effect_nats/logits",
                             "From each head straight to the answer", kNats)},
          360);
  if (drawing.page.rows.empty()) return left_out(why_missing(inputs.run, kPathProbe));
  PanelRow row = last_maps(inputs);
  if (!row.panels.empty()) {
    row.title =
        fmt::format("Every pair of heads at step {}", inputs.run.record(kPathProbe)->steps.back());
    row.height = 380;
    drawing.page.rows.push_back(std::move(row));
  }
  drawing.page.notes = {
      "The sender's output is taken from the run with another value; all other heads keep theirs. "
      "What then arrives at the receiver alone is put into the clean run. LD: logit of the answer "
      "minus logit of the answer under the other value. Undefined: no path leads to the "
      "same or an earlier layer. The heads that end highest are named."};
  add_notes(drawing.page, inputs.run, kPathProbe);
  drawing.caption =
      "How much each head moves the answer directly, and through each later head's queries, keys "
      "and values.";
  return drawing;
}

}  // namespace kairo
