// A probe for tests: the probability of the first letter at the second place.
#pragma once

#include <memory>

#include "probes/probe.h"

namespace kairo::dummies {

std::unique_ptr<Probe> make_echo_probe();

}  // namespace kairo::dummies
