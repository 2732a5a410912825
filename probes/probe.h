// A probe: a function (checkpoint, example set) -> labelled quantities with errors.
//
// A new probe is one file pair with a class and one line in probes/registry.cpp. Its options are
// bound under probes.<name>; its quantities are defined in docs/definitions.md. Invariants: the
// quantities' names, axes and order depend on options, dataset and model words alone, never on the
// weights, so that steps can be merged. Thread rule: options are set before measuring; measure is
// called by several threads at once.
#pragma once

#include <string>
#include <vector>

#include "core/config/fields.h"
#include "core/model/transformer.h"
#include "core/store/record.h"
#include "probes/probe_inputs.h"

namespace kairo {

class Probe {
 public:
  virtual ~Probe() = default;

  virtual const char* name() const = 0;
  // One line for --list.
  virtual const char* question() const = 0;
  // The keys probes.<name>.*; may have none.
  virtual Options& options() = 0;
  // Why the probe has no meaning here ("K = 1: no other selector"), or "" where it applies.
  virtual std::string why_left_out(const Dataset&, const ModelOptions&) const { return ""; }
  // What a reader of the record must know beside the definitions: parts left out and why.
  virtual std::vector<std::string> notes(const ProbeInputs&, const ModelOptions&) const {
    return {};
  }
  // Called without a graph (NoGradGuard). Throws kNumeric where a self-check fails.
  virtual std::vector<Quantity> measure(const Transformer& model,
                                        const ProbeInputs& inputs) const = 0;
};

// For probes without keys of their own.
struct NoOptions : Options {
  void visit(FieldVisitor&) override {}
};

// The reason that probes of the selector share, or "": no z, or no other z.
std::string why_no_selector(const Dataset& data);
std::string why_no_other_selector(const Dataset& data);

}  // namespace kairo
