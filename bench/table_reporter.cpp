#include "bench/table_reporter.h"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <string>

namespace kairo {
namespace {

// Columns that every bench has, with their numbers' form.
struct Column {
  const char* counter;
  const char* title;
  const char* form;
};
constexpr Column kColumns[] = {{"median_ms", "median ms", "{:.3f}"},
                               {"best_ms", "best ms", "{:.3f}"},
                               {"spread", "spread", "{:.1%}"},
                               {"floor_ms", "floor ms", "{:.3f}"},
                               {"x_floor", "x floor", "{:.2f}"}};

std::string number(const char* form, double value) {
  if (std::string(form) == "{:.1%}") return fmt::format("{:.1f} %", 100 * value);
  return fmt::format(fmt::runtime(form), value);
}

std::string line_of(const benchmark::BenchmarkReporter::Run& run) {
  std::map<std::string, double> counters;
  for (const auto& [name, counter] : run.counters) counters[name] = counter.value;
  std::string line = fmt::format("{:<44}", run.run_name.function_name);
  for (const Column& column : kColumns) {
    const auto found = counters.find(column.counter);
    line +=
        fmt::format("{:>12}", found == counters.end() ? "-" : number(column.form, found->second));
    if (found != counters.end()) counters.erase(found);
  }
  for (const auto& [name, value] : counters) line += fmt::format("  {}={:.4g}", name, value);
  return line;
}

}  // namespace

bool TableReporter::ReportContext(const Context&) {
  const auto* context = benchmark::internal::GetGlobalContext();
  for (const auto& [key, value] : *context) GetOutputStream() << key << ": " << value << "; ";
  GetOutputStream() << "\n";
  return true;
}

void TableReporter::ReportRuns(const std::vector<Run>& runs) {
  if (!has_header_) {
    std::string header = fmt::format("{:<44}", "");
    for (const Column& column : kColumns) header += fmt::format("{:>12}", column.title);
    GetOutputStream() << header << "\n";
    has_header_ = true;
  }
  for (const Run& run : runs) {
    if (run.error_occurred) {
      GetOutputStream() << run.run_name.function_name << ": " << run.error_message << "\n";
    } else {
      GetOutputStream() << line_of(run) << "\n";
    }
  }
  GetOutputStream().flush();
}

}  // namespace kairo
