// Quantiles of Student's t, from Boost.Math; its headers stay in one source.
#pragma once

namespace kairo {

// t with P(|T| <= t) = confidence, for Student's t with `degrees` of freedom. degrees >= 1,
// confidence in (0, 1).
double student_t_two_sided(double confidence, double degrees);

}  // namespace kairo
