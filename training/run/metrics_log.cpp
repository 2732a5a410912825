#include "training/run/metrics_log.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/files/atomic_file.h"

namespace kairo {

MetricsLog::MetricsLog(const std::string& path) : file_(path, AppendMode::kSynced) {}

void MetricsLog::append(int64_t step, const std::vector<std::pair<std::string, double>>& fields) {
  nlohmann::ordered_json line;
  line["step"] = step;
  for (const auto& [name, value] : fields) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) {
      line[name] = value;
    } else {
      line[name.substr(0, slash)][name.substr(slash + 1)] = value;
    }
  }
  file_.append(line.dump() + '\n');
}

void drop_metrics_after(const std::string& path, int64_t step) {
  if (!std::filesystem::exists(path)) return;
  std::istringstream lines(read_file(path));
  std::string kept, line;
  int64_t number = 0;
  while (std::getline(lines, line)) {
    ++number;
    const auto row = nlohmann::json::parse(line, nullptr, false);
    const bool whole = row.is_object() && row.contains("step") && row["step"].is_number_integer();
    if (!whole && lines.peek() == std::char_traits<char>::eof()) break;
    if (!whole) {
      throw Error(ErrorKind::kCorrupt)
          .at(path + ":" + std::to_string(number))
          .fact("this line is no object with \"step\"")
          .hint("mend or remove the line");
    }
    if (row["step"].get<int64_t>() <= step) kept += line + '\n';
  }
  write_file_atomically(path, kept);
}

}  // namespace kairo
