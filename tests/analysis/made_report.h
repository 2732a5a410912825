// What a report is made of, beside a made run: figures drawn and left out, and one confirmed event.
#pragma once

#include <string>
#include <vector>

#include "analysis/figure.h"
#include "analysis/findings.h"

namespace kairo::made {

inline std::vector<FigureResult> figures() {
  return {
      {"z_shuffle", "", "The z gap over steps."},
      {"candidates", "K = 1: no other selector", ""},
      {"dashboard", "", "All panels."},
  };
}

// Findings that are these events alone.
inline Findings events(std::vector<Transition> transitions) {
  Findings findings;
  findings.transitions = std::move(transitions);
  return findings;
}

inline Transition confirmed(const std::string& claim) {
  Transition t;
  t.event.name = "z_gap";
  t.event.title = "z gap > 0.5 nats";
  t.event.claim = claim;
  t.event.series = "z_shuffle/z_gap";
  t.crossing = {EventStatus::kConfirmed, 2100, 2150};
  t.has_interval = true;
  t.low = 2100;
  t.high = 2200;
  t.confidence = 0.95;
  t.n_examples = 256;
  t.bootstrap_samples = 1000;
  t.last_step = 5000;
  t.spacing = 50;
  t.hold_spacings = 2;
  return t;
}

}  // namespace kairo::made
