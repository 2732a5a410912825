// What a report is made of, beside a made run: what is found in it, figures drawn and left out, one
// confirmed event, and series in every state that a report has a word for.
#pragma once

#include <string>
#include <vector>

#include "analysis/figures/figure.h"
#include "analysis/findings.h"
#include "tests/analysis/made_run.h"

namespace kairo::made {

// find_all of the made run, computed once for all tests: it takes seconds.
const Findings& found(Task task = Task::kBzToA);

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

// A series "a" that rises unconfirmed and not at all, "b" with an unresolved width and a break, "c"
// whose fit and change point are refused, "d" that the run lacks; the orders of a and b.
Findings every_state();

}  // namespace kairo::made
