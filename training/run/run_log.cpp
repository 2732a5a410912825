#include "training/run/run_log.h"

#include <spdlog/spdlog.h>

#include "core/base/utc_time.h"

namespace kairo {

RunLog::RunLog(const std::string& path) : file_(path, AppendMode::kFlushed) {}

void RunLog::info(const std::string& text) {
  write("info", text);
  spdlog::info("{}", text);
}

void RunLog::warn(const std::string& text) {
  write("warning", text);
  spdlog::warn("{}", text);
}

void RunLog::note(const std::string& text) { write("info", text); }

void RunLog::write(const std::string& level, const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  file_.append(utc_now() + " " + level + " " + text + "\n");
}

}  // namespace kairo
