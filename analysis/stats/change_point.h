// Whether a series breaks, and where: a break against smooth curves, judged by BIC. The answer may
// be "no transition", or that it changed too gradually for a break.
//
// Smooth curves: a constant; a line; an exponential approach to a plateau or to a line; line
// and approach also in log step, log(1 + step/D), where an approach is a power law (its power may
// be positive, up to 1). A break adds to one of them a step to a new level, at once (a jump) or as
// a logistic about the break whose 10-90 % width is 1, 2, 4 or 8 D. A logistic that is wider, on a
// constant and with its 10 and 90 % in the records, is gradual: a change between two levels, and
// no break. Widths are in D, so that records before or after a change say nothing of what it is.
// Taus and powers are found by least squares without the break (which favours the smooth curve).
// Records less than D after the last are passed over. Errors are AR(1) in training time: records
// at a distance d correlate with phi^(d/D), phi from a grid; the likelihood is exact (the first
// record has the stationary variance). Parameters counted: coefficients, tau or power or width
// where there is one, variance, phi, and the break itself. BIC = n_parameters log n - 2 log
// likelihood (Schwarz 1978).
//
// A break is found if its BIC is lower than the best smooth curve's by at least `least_gain`. 10 is
// "very strong" evidence (Kass and Raftery, "Bayes factors", 1995); 15 is needed to keep false
// alarms below 5 % on curves that are smooth but of none of these forms. The break lies between two
// records; its set holds the breaks whose BIC is within -2 log(1 - sqrt(confidence)) of the best,
// 7.35 at 95 % (Siegmund, "Confidence sets in change-point problems", 1988): a profile likelihood
// over this run's one curve, neither over examples nor over seeds.
//
// Example: 30 records, D = 10 apart, alternately 0.01 and -0.01, and from step 170 on 1 higher. A
// line leaves a variance of 0.0644. A constant with a jump between 160 and 170 leaves 0.0001 and
// costs one parameter more: with independent errors its gain is 30 log(647) - log 30 = 191. The
// line is better with correlated errors, which lowers the gain to 167: over 15, so a break. A jump
// one record earlier or later leaves 0.031, far less likely, so the set is (160, 170]. On 30 such
// records around a line the best break loses to the line by 6.5.
//
// Limits: errors of one size at all steps; one break; curves that differ by less than 0.1 % of the
// series' span count as equal. Cost: (records)^2 times the grids; at most 200 breaks are tried,
// evenly chosen where there are more records. Thread rule: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kairo {

struct ChangePointRule {
  int64_t spacing = 1;     // D, steps
  double least_gain = 15;  // BIC
  double confidence = 0.95;
};

enum class ChangeVerdict {
  kNone,     // no transition: a smooth curve describes the series
  kGradual,  // a change between two levels, slower than a break
  kBreak,
};

struct ChangePoint {
  std::string left_out;  // why it was not looked for, or ""
  ChangeVerdict verdict = ChangeVerdict::kNone;
  double gain = 0;           // BIC of the best smooth curve - BIC of the best break
  std::string smooth_model;  // the best, "line in log step"
  std::string break_model;   // the best, "constant with a jump"
  double phi = 0;            // AR(1) of the better of the two, at the distance D
  int64_t n_records = 0;
  // Unless kNone: the break, or the middle of the gradual change, lies in (after, step], the set in
  // (low, high].
  int64_t after = 0, step = 0;
  double width = 0;  // of the best, steps from 10 to 90 %; 0 of a jump
  int64_t low = 0, high = 0;
};

// NaNs are left out. Fewer than 12 records with a value, or a constant series, are left out.
ChangePoint find_change_point(const std::vector<int64_t>& steps, const std::vector<double>& values,
                              const ChangePointRule& rule);

}  // namespace kairo
