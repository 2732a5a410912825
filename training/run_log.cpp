#include "training/run_log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include "hooks/error.h"

namespace kairo {

RunLog::RunLog(const std::string& path) {
  try {
    const auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    file_ = std::make_shared<spdlog::logger>("train.log", sink);
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(ErrorKind::kIo, {path, "to append to the log", error.what(), ""});
  }
  file_->set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");
  file_->flush_on(spdlog::level::info);
}

void RunLog::info(const std::string& text) {
  file_->info("{}", text);
  spdlog::info("{}", text);
}

void RunLog::warn(const std::string& text) {
  file_->warn("{}", text);
  spdlog::warn("{}", text);
}

void RunLog::note(const std::string& text) { file_->info("{}", text); }

}  // namespace kairo
