#include <spdlog/fmt/fmt.h>

#include <cctype>
#include <cstring>

#include "analysis/report/sections.h"
#include "analysis/step_words.h"

namespace kairo {
namespace {

using FactRows = std::vector<std::vector<Cell>>;

void add_fact(const std::string& name, const std::string& value, FactRows& rows) {
  if (!value.empty()) rows.push_back({text_cell(name), text_cell(value)});
}

std::string model_words(const RunFacts& facts) {
  return fmt::format("{} layers, {} heads, d_model {}{}{}; {} parameters", facts.n_layers,
                     facts.n_heads, facts.d_model, facts.attn_only ? ", attention only" : "",
                     facts.is_bidirectional ? ", attention in both directions" : "",
                     grouped(facts.n_parameters));
}

void add_config_facts(const RunFacts& facts, FactRows& rows) {
  add_fact("model", model_words(facts), rows);
  add_fact(
      "optimiser",
      fmt::format("{}, learning rate {:g} at its peak, {} warm-up steps, weight decay {:g}",
                  facts.optimizer, facts.learning_rate, facts.warmup_steps, facts.weight_decay),
      rows);
  add_fact("batch size", std::to_string(facts.batch_size), rows);
  add_fact("data", facts.data_words, rows);
  add_fact("seed", std::to_string(facts.seed), rows);
}

std::string steps_words(const RunFacts& facts) {
  if (!facts.has_config) return std::to_string(facts.steps);
  return fmt::format("{} of at most {}", facts.steps, facts.max_steps);
}

std::string time_words(const RunFacts& facts) {
  if (!facts.wall_seconds) return "";
  std::string words = duration_words(*facts.wall_seconds);
  if (facts.n_resumed > 0) {
    words += fmt::format(", with the pauses (interrupted and resumed {} time{})", facts.n_resumed,
                         facts.n_resumed == 1 ? "" : "s");
  }
  return words;
}

std::string machine_words(const RunFacts& facts) {
  std::string words = facts.cpu;
  const auto add = [&](const std::string& more) {
    if (!more.empty()) words += (words.empty() ? "" : ", ") + more;
  };
  add(facts.instruction_set);
  if (facts.threads > 0) {
    add(fmt::format("{} thread{}", facts.threads, facts.threads == 1 ? "" : "s"));
  }
  if (facts.device != "cpu") add(facts.device);
  if (facts.n_machines > 1) add(fmt::format("the last of {} machines", facts.n_machines));
  return words;
}

std::string version_words(const RunFacts& facts) {
  if (facts.version.empty() || facts.git_commit.empty()) return facts.version;
  // "0.1.0+3f2a91c0d4e5" names its commit already.
  const std::string release = facts.version.substr(0, facts.version.find('+'));
  return fmt::format("{}, commit {}", release, facts.git_commit);
}

// A path as a link: bytes that a URL or Markdown would take for something else as %XX.
std::string link_of(const std::string& path) {
  std::string link;
  for (const char c : path) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) || std::strchr("/._-", c);
    link += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return link;
}

void add_record_facts(const RunFacts& facts, FactRows& rows) {
  add_fact("steps done", steps_words(facts), rows);
  add_fact("why it stopped", why_stopped(facts), rows);
  add_fact("wall time of training", time_words(facts), rows);
  add_fact("machine", machine_words(facts), rows);
  add_fact("Kairoscope", version_words(facts), rows);
}

}  // namespace

Section run_section(const RunFacts& facts) {
  Table table;
  table.columns = {{"fact", ""}, {"value", ""}};
  if (facts.has_config) add_config_facts(facts, table.rows);
  if (facts.has_record) add_record_facts(facts, table.rows);
  if (facts.has_config) {
    table.rows.push_back(
        {text_cell("every setting"), link_cell("config.yaml", link_of(facts.config))});
  }
  if (table.rows.empty()) return {};
  return {"The run", {table}};
}

}  // namespace kairo
