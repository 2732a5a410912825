// Quantiles of Student's t and of the normal distribution, from Boost.Math; its headers stay in one
// source.
#pragma once

#include <cstdint>

namespace kairo {

// t with P(|T| <= t) = confidence, for Student's t with `degrees` of freedom. degrees >= 1,
// confidence in (0, 1).
double student_t_two_sided(double confidence, double degrees);

// The mean of the largest of n independent standard normal values, n >= 1, by Blom's approximation,
// the quantile of (n - 3/8)/(n + 1/4): within 0.03 of it. Source: Blom, Statistical Estimates and
// Transformed Beta-Variables (1958).
double expected_largest_normal(int64_t n);

}  // namespace kairo
