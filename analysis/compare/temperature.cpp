#include "analysis/compare/temperature.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "analysis/compare/lag.h"

namespace kairo {
namespace {

constexpr const char* kRateKey = "training.learning_rate";
constexpr const char* kBatchKey = "training.batch_size";

// The confirmed lags of one cell.
struct CellMeans {
  std::size_t n = 0;
  double lag = 0, log_lag = 0;
};

CellMeans means_of(const std::vector<double>& lags) {
  CellMeans means;
  means.n = lags.size();
  for (double each : lags) {
    means.lag += each / static_cast<double>(means.n);
    means.log_lag += std::log(each) / static_cast<double>(means.n);
  }
  return means;
}

// The confirmed lags of a group; the others are counted.
std::vector<double> lags_of(const Comparison& comparison, const RunGroup& group,
                            TemperatureFit& fit) {
  std::vector<double> lags;
  for (std::size_t run : group.runs) {
    const Lag lag = lag_of(comparison.runs[run], fit.event, fit.unit);
    fit.n_censored += lag.status == SeedStatus::kCensored ? 1 : 0;
    fit.n_unconfirmed += lag.status == SeedStatus::kUnconfirmed ? 1 : 0;
    if (lag.status == SeedStatus::kConfirmed) lags.push_back((lag.after + lag.at) / 2);
  }
  fit.n_runs += lags.size();
  return lags;
}

// Without an exponent: a lag in examples goes into the hundred thousands.
std::string three_digits(double value) {
  if (std::abs(value) < 999.5) return fmt::format("{:.3g}", value);
  const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
  return fmt::format("{:.0f}", std::round(value / unit) * unit);
}

}  // namespace

double log10_temperature(const ComparedRun& run) {
  return std::log10(run.learning_rate / static_cast<double>(run.batch_size));
}

std::string why_no_temperature(const Comparison& comparison) {
  if (!comparison.differs_in(kRateKey) && !comparison.differs_in(kBatchKey)) {
    return "the runs do not differ in learning rate or batch size";
  }
  for (const std::string& key : comparison.differing) {
    if (key != kRateKey && key != kBatchKey) return "the runs also differ in " + key;
  }
  return "";
}

TemperatureFit fit_temperature(const Comparison& comparison, const std::string& event,
                               StepUnit unit) {
  TemperatureFit fit;
  fit.event = event;
  fit.unit = unit;
  std::vector<double> temperature, rate, batch, lags, log_lags;
  for (const RunGroup& group : comparison.groups) {
    const CellMeans means = means_of(lags_of(comparison, group, fit));
    if (means.n == 0) continue;
    const ComparedRun& run = comparison.first_run(group);
    temperature.push_back(log10_temperature(run));
    rate.push_back(std::log(run.learning_rate));
    batch.push_back(std::log(static_cast<double>(run.batch_size)));
    lags.push_back(means.lag);
    log_lags.push_back(means.log_lag);
  }
  fit.on_temperature = fit_least_squares({temperature}, lags, comparison.confidence);
  const bool has_logs = std::all_of(log_lags.begin(), log_lags.end(),
                                    [](double each) { return std::isfinite(each); });
  if (has_logs) fit.on_both = fit_least_squares({rate, batch}, log_lags, comparison.confidence);
  if (!has_logs) fit.on_both.why_not = "a lag of 0 has no logarithm";
  if (fit.n_censored + fit.n_unconfirmed > 0) {
    fit.on_temperature.why_not = fit.on_both.why_not = fmt::format(
        "{} of {} runs never had the event and in {} it is unconfirmed, so a fit would be of the "
        "fast runs alone",
        fit.n_censored, fit.n_runs + fit.n_censored + fit.n_unconfirmed, fit.n_unconfirmed);
  }
  return fit;
}

std::vector<TemperatureFit> temperature_fits(const Comparison& comparison) {
  std::vector<TemperatureFit> fits;
  if (!why_no_temperature(comparison).empty()) return fits;
  for (const std::string& event : lag_events(comparison)) {
    for (StepUnit unit : kStepUnits) fits.push_back(fit_temperature(comparison, event, unit));
  }
  return fits;
}

std::string slope_text(const Slope& slope, double confidence) {
  return fmt::format("{} ({:g} % interval {} to {})", three_digits(slope.value), 100 * confidence,
                     three_digits(slope.low), three_digits(slope.high));
}

}  // namespace kairo
