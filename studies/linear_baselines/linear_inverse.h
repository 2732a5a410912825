// Baseline linear_inverse: a linear map learns the inverse of a badly conditioned one.
//
// y = M x with x ~ N(0, I) and M = U S V^T, U and V random orthogonal, the d singular values
// log-spaced from 1 to 1/condition number. W is trained by SGD on |x - W y|²/2 from W = 0. With
// E = I - W M, the error along direction i (a right singular vector v_i) is c_i = |E v_i|², and the
// loss is E|x - W y|²/2 = (sum of the c_i)/2, both exact from W.
//
// Closed forms. An update is E <- E (I - rate G M^T M), G the batch's second moment of x. With the
// expected gradient G = I and c_i(t) = (1 - rate s_i²)^(2t) to rounding. With n fresh examples an
// update that is what the expectation of E does; the mean square has more, by Wishart's
// E[G C G] = C + (C + tr(C) I)/n:
//   c_i <- (1 - rate s_i²)² c_i + rate² s_i⁴ (c_i + sum of all c)/n   in expectation, exactly.
//
// Thread rule: functions of their arguments.
#pragma once

#include <cstdint>
#include <vector>

#include "core/store/record.h"
#include "studies/linear_baselines/options.h"

namespace kairo::linear_baselines {

// [d], from 1 downwards; direction i has the i-th.
std::vector<double> singular_values(const LinearInverseOptions& options);

// The errors by direction one update later, in expectation over its batch.
void advance_expected_errors(const LinearInverseOptions& options, const std::vector<double>& s,
                             std::vector<double>& errors);

// Quantities: loss, loss_closed_form []; error, error_closed_form [direction]. kNumeric where the
// training diverges. The same seed gives the same bytes.
Record run_linear_inverse(const LinearInverseOptions& options, const ControlSchedule& schedule,
                          int64_t seed);

}  // namespace kairo::linear_baselines
