#include "analysis/compare/temperature.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "analysis/compare/lag.h"

namespace kairo {
namespace {

constexpr const char* kRateKey = "training.learning_rate";
constexpr const char* kBatchKey = "training.batch_size";

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
  for (const ComparedRun& run : comparison.runs) {
    const Lag lag = lag_of(run, event, unit);
    fit.n_censored += lag.status == LagStatus::kCensored ? 1 : 0;
    fit.n_unconfirmed += lag.status == LagStatus::kUnconfirmed ? 1 : 0;
    if (!lag.is_known()) continue;
    temperature.push_back(log10_temperature(run));
    rate.push_back(std::log(run.learning_rate));
    batch.push_back(std::log(static_cast<double>(run.batch_size)));
    lags.push_back(lag.at);
    log_lags.push_back(std::log(lag.at));
  }
  fit.on_temperature = fit_least_squares({temperature}, lags, comparison.confidence);
  fit.on_both = fit_least_squares({rate, batch}, log_lags, comparison.confidence);
  if (fit.n_censored > 0) {
    const std::string why =
        fmt::format("{} of {} runs never got there: a fit would be of the fast ones alone",
                    fit.n_censored, fit.n_censored + lags.size());
    fit.on_temperature.why_not = fit.on_both.why_not = why;
  }
  return fit;
}

std::vector<TemperatureFit> temperature_fits(const Comparison& comparison) {
  std::vector<TemperatureFit> fits;
  if (!why_no_temperature(comparison).empty()) return fits;
  for (const std::string& event : lag_events()) {
    for (StepUnit unit : kStepUnits) fits.push_back(fit_temperature(comparison, event, unit));
  }
  return fits;
}

std::string slope_text(const Slope& slope, double confidence) {
  return fmt::format("{:.3g} ({:g} % interval {:.3g} to {:.3g})", slope.value, 100 * confidence,
                     slope.low, slope.high);
}

}  // namespace kairo
