#include "studies/late_disambiguation/compare/compare.h"

namespace kairo::late_disambiguation {
namespace {

std::vector<Panel> dashboard_panels(const Comparison& comparison) {
  std::vector<Panel> panels = z_usage_panels(comparison);
  for (Panel& panel : candidate_panels(comparison)) panels.push_back(std::move(panel));
  return panels;
}

std::vector<NamedDrawing> figures(const Comparison& comparison) {
  std::vector<NamedDrawing> all;
  for (const auto make : {all_k, z_usage, candidate_loss}) {
    for (NamedDrawing& each : make(comparison)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace

ComparedTask compared() {
  ComparedTask task;
  task.pair = {"data.task", "bz_to_a", "az_to_b", "Both directions",
               "In az_to_b the selector z is redundant: a z gap there says that the model reads z "
               "besides A, not that it needs z."};
  task.number = {"data.k", "K", "K, targets that share a base", "k_dependence"};
  task.lag_events = {"first_target_loss_log_k", "first_target_loss_first", "z_gap", "accuracy"};
  task.curves = {
      {"first_target_loss", "first_target_loss", "performance", "first_target_loss"},
      {"accuracy", "accuracy", "performance", "accuracy"},
      {"z_gap", "z_shuffle_gap", "z_shuffle", "z_gap"},
      {"attention_to_z", "", "attention_to_z", "attention_to_z", /*of_one_head=*/true},
      {"z_dependence", "", "causal_patching", "z_dependence"},
      {"candidate_loss", "", "candidates", "candidate_loss"},
      {"candidate_accuracy", "", "candidates", "candidate_accuracy"},
  };
  task.training_panels = z_gap_panels;
  task.panels = dashboard_panels;
  task.figures = figures;
  return task;
}

}  // namespace kairo::late_disambiguation
