#include "probes/settings.h"

#include <nlohmann/json.hpp>

#include "core/base/version.h"
#include "core/config/field_json.h"

namespace kairo {
namespace {

// The values of all fields by path.
nlohmann::json values_json(const Sections& sections) {
  nlohmann::json values = nlohmann::json::object();
  for (const auto& [section, options] : sections) {
    for (const Field& field : options->fields()) {
      values[section + "." + field.name] = value_json(field);
    }
  }
  return values;
}

}  // namespace

std::string settings_json(Probe& probe, const ProbeInputs& inputs) {
  ProbesOptions shared = inputs.options;
  nlohmann::json all = values_json({{"probes", &shared},
                                    {"probes.processing", &shared.processing},
                                    {std::string("probes.") + probe.name(), &probe.options()}});
  // Which probes are run says nothing about what one of them measures.
  all.erase("probes.enabled");
  if (probe.own_sample()) {
    for (const char* key : {"probes.n_examples", "probes.seed", "probes.split"}) all.erase(key);
  }
  if (probe.needs_start() && inputs.start) {
    all["start.step"] = inputs.start->step;
    all["start.checkpoint_hash"] = inputs.start->checkpoint_hash;
  }
  return all.dump();
}

RecordKey record_key(Probe& probe, const ProbeInputs& inputs, const std::string& label) {
  RecordKey key;
  key.probe = probe.name();
  key.label = label;
  key.settings = settings_json(probe, inputs);
  key.dataset_hash = inputs.dataset_hash;
  key.code_version = version();
  const OwnSample sample =
      probe.own_sample().value_or(OwnSample{inputs.options.n_examples, inputs.options.seed});
  key.seed = sample.seed;
  key.n_examples = sample.n;
  return key;
}

}  // namespace kairo
