// A study for tests: the second letter repeats the first. Its event, series and figure are data.
#pragma once

#include "studies/study.h"

namespace kairo::dummies {

Study echo_study();

}  // namespace kairo::dummies
