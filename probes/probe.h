// A probe: a function (checkpoint, example set) -> labelled quantities with errors. A probe of
// weights alone looks at no example: its quantities are exact (probes/quantities.h).
//
// A new probe is one file pair with a class and one line in probes/registry.cpp. Its options are
// bound under probes.<name>; its quantities are defined in docs/definitions.md. Invariants: the
// quantities' names, axes and order depend on options, dataset and model words alone, never on the
// weights, so that steps can be merged. Thread rule: options are set before measuring; measure is
// called by several threads at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/fields.h"
#include "core/model/transformer/transformer.h"
#include "core/store/record.h"
#include "probes/needs.h"
#include "probes/probe_inputs.h"

namespace kairo {

// What a probe looks at where that is not the dataset's examples.
struct OwnSample {
  int64_t n = 0;  // sequences that the probe makes itself; 0: none, weights alone
  int64_t seed = 0;
};

class Probe {
 public:
  virtual ~Probe() = default;

  virtual const char* name() const = 0;
  // One line for --list.
  virtual const char* question() const = 0;
  // The keys probes.<name>.*; may have none.
  virtual Options& options() = 0;
  // What it asks of the model; without it the probe is left out before any model runs.
  virtual Needs needs() const { return {}; }
  // Why the probe has no meaning on this data ("K = 1: no other selector"), or "" where it applies.
  virtual std::string why_left_out(const Dataset&) const { return ""; }
  // Throws kConfig where options do not fit the data (a position beyond its end), so that this is
  // known before anything is trained or measured.
  virtual void check_options(const Dataset&) const {}
  // Empty: the examples of ProbeInputs. Else probes.{n_examples,seed,split} say nothing of what is
  // measured and are no part of the record's settings; its n and seed are these.
  virtual std::optional<OwnSample> own_sample() const { return std::nullopt; }
  // Whether it compares with ProbeInputs::start, which is then part of the record's settings.
  virtual bool needs_start() const { return false; }
  // What a reader of the record must know beside the definitions: parts left out and why.
  virtual std::vector<std::string> notes(const ProbeInputs&, const ModelOptions&) const {
    return {};
  }
  // Called without a graph (NoGradGuard). Throws kNumeric where a self-check fails.
  virtual std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const = 0;
};

// The reason to leave a probe out: what the model lacks of its needs, or else of the data; "" where
// it applies. The words tell all: no model is made.
std::string why_left_out(const Probe& probe, const Dataset& data, const ModelOptions& model);

// A probe of a transformer's inside: blocks, heads, the residual stream.
class TransformerProbe : public Probe {
 public:
  Needs needs() const override {
    Needs needs;
    needs.transformer = true;
    return needs;
  }
  std::vector<std::string> notes(const ProbeInputs& inputs, const ModelOptions& model) const final {
    return transformer_notes(inputs, as_transformer(model, name()));
  }
  std::vector<Quantity> measure(const Model& model, const ProbeInputs& inputs) const final {
    return measure_transformer(as_transformer(model, name()), inputs);
  }

 protected:
  virtual std::vector<std::string> transformer_notes(const ProbeInputs&,
                                                     const TransformerOptions&) const {
    return {};
  }
  virtual std::vector<Quantity> measure_transformer(const Transformer& model,
                                                    const ProbeInputs& inputs) const = 0;
};

// For probes without keys of their own.
struct NoOptions : Options {
  std::vector<Field> fields() override { return {}; }
};

// The reasons that probes share, or "": no target at one place in all examples; no other value to
// put in place of a part.
std::string why_no_answer(const Dataset& data);
std::string why_no_alternatives(const Dataset& data);

// A note for probes of circuits: LayerNorm gains are not folded into the weights. Empty if the
// model has none or probes.processing.fold_ln is on.
std::vector<std::string> unfolded_gain_notes(const ProbeInputs& inputs,
                                             const TransformerOptions& model);

}  // namespace kairo
