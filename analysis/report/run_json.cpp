#include "analysis/report/json_parts.h"

namespace kairo {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json model_json(const RunFacts& facts) {
  return {{"n_layers", facts.n_layers},
          {"n_heads", facts.n_heads},
          {"d_model", facts.d_model},
          {"n_parameters", facts.n_parameters},
          {"attn_only", facts.attn_only},
          {"attention_dir", facts.is_bidirectional ? "bidirectional" : "causal"}};
}

Json training_json(const RunFacts& facts) {
  Json json = {{"optimizer", facts.optimizer},       {"learning_rate", facts.learning_rate},
               {"weight_decay", facts.weight_decay}, {"warmup_steps", facts.warmup_steps},
               {"batch_size", facts.batch_size},     {"max_steps", facts.max_steps}};
  for (const auto& [key, value] : facts.data) json[key] = value;
  json["seed"] = facts.seed;
  return json;
}

Json outcome_json(const RunFacts& facts) {
  return {{"status", facts.status},
          {"steps", facts.steps},
          {"why_stopped", why_stopped(facts)},
          {"wall_seconds", facts.wall_seconds ? Json(*facts.wall_seconds) : Json(nullptr)},
          {"n_resumed", facts.n_resumed}};
}

Json machine_json(const RunFacts& facts) {
  return {{"cpu", text_or_null(facts.cpu)},
          {"instruction_set", text_or_null(facts.instruction_set)},
          {"device", text_or_null(facts.device)},
          {"threads", facts.threads},
          {"n_machines", facts.n_machines}};
}

}  // namespace

Json run_facts_json(const RunFacts& facts) {
  const bool config = facts.has_config, record = facts.has_record;
  return {{"config", config ? Json(facts.config) : Json(nullptr)},
          {"model", config ? model_json(facts) : Json(nullptr)},
          {"training", config ? training_json(facts) : Json(nullptr)},
          {"outcome", record ? outcome_json(facts) : Json(nullptr)},
          {"machine", record ? machine_json(facts) : Json(nullptr)},
          {"version", text_or_null(facts.version)},
          {"git_commit", text_or_null(facts.git_commit)}};
}

}  // namespace kairo
