#include "probes/settings.h"

#include <nlohmann/json.hpp>

#include "core/base/version.h"

namespace kairo {
namespace {

class JsonVisitor : public FieldVisitor {
 public:
  explicit JsonVisitor(std::string section) : section_(std::move(section)) {}

  void integer(const char* name, int64_t& value, IntRange, const char*) override {
    put(name, value);
  }
  void real(const char* name, double& value, RealRange, const char*) override { put(name, value); }
  void flag(const char* name, bool& value, const char*) override { put(name, value); }
  void text(const char* name, std::string& value, const std::vector<std::string>&,
            const char*) override {
    put(name, value);
  }
  void integers(const char* name, std::vector<int64_t>& value, IntRange, const char*) override {
    put(name, value);
  }
  void reals(const char* name, std::vector<double>& value, RealRange, const char*) override {
    put(name, value);
  }
  void texts(const char* name, std::vector<std::string>& value, const std::vector<std::string>&,
             const char*) override {
    put(name, value);
  }

  const nlohmann::json& json() const { return json_; }

 private:
  template <typename Value>
  void put(const char* name, const Value& value) {
    json_[section_ + "." + name] = value;
  }

  std::string section_;
  nlohmann::json json_ = nlohmann::json::object();
};

}  // namespace

std::string settings_json(Probe& probe, const ProbeInputs& inputs) {
  JsonVisitor shared("probes");
  ProbesOptions copy = inputs.options;
  copy.visit(shared);
  JsonVisitor processing("probes.processing");
  copy.processing.visit(processing);
  JsonVisitor own(std::string("probes.") + probe.name());
  probe.options().visit(own);
  nlohmann::json all = own.json();
  all.update(shared.json());
  all.update(processing.json());
  // Which probes are run says nothing about what one of them measures.
  all.erase("probes.enabled");
  if (probe.own_sample()) {
    for (const char* key : {"probes.n_examples", "probes.seed", "probes.split"}) all.erase(key);
  }
  if (probe.needs_start()) {
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
