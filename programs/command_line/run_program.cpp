#include <poll.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <iostream>
#include <new>

#include "programs/command_line/command_line.h"
#include "programs/command_line/terminal.h"
#include "studies/studies.h"

namespace kairo {
namespace {

// A line of the log takes the place of a progress line on the terminal.
using ErrorSink = spdlog::sinks::stderr_color_sink_mt;
class LogSink : public ErrorSink {
 public:
  explicit LogSink(spdlog::color_mode mode) : ErrorSink(mode) {}
  void log(const spdlog::details::log_msg& message) override {
    clear_status();
    ErrorSink::log(message);
  }
};

void set_up_log() {
  auto sink = std::make_shared<LogSink>(can_redraw() ? spdlog::color_mode::always
                                                     : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("kairo", std::move(sink));
  logger->set_pattern("%H:%M:%S %^%l%$ %v");
  spdlog::set_default_logger(std::move(logger));
}

ExitCode report(ExitCode code, const std::string& message) {
  clear_status();
  std::cerr << "error: " << message << std::endl;
  return code;
}

// LibTorch's messages go on for a page; the first line says what happened.
ExitCode report_internal(const CommandLine& line, const std::string& what) {
  const bool whole = line.flags().verbose;
  return report(ExitCode::kFailed,
                "internal error: " + (whole ? what : what.substr(0, what.find('\n'))) +
                    " (a fault of this program, please report it with the command" +
                    (whole ? ")" : "; -v shows more)"));
}

// LibTorch has no type for it: CPU's allocator "can't allocate memory", CUDA is "out of memory".
bool is_lack_of_memory(const std::string& what) {
  for (const char* words : {"DefaultCPUAllocator", "allocate memory", "out of memory"}) {
    if (what.find(words) != std::string::npos) return true;
  }
  return false;
}

ExitCode report_lack_of_memory() {
  return report(ExitCode::kFailed,
                "out of memory (use a smaller model, batch or example set, or fewer --jobs)");
}

// Whether the reader of standard output has gone: `train | head -1`, or a closed terminal.
bool nobody_reads() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

ExitCode run_body(CommandLine& line, const std::function<ExitCode(CommandLine&)>& body) {
  const ExitCode code = body(line);
  std::cout.flush();
  if (std::cout || nobody_reads()) return code;
  throw Error(ErrorKind::kIo).fact("standard output cannot be written").hint("is the disk full?");
}

}  // namespace

int run_program(int argc, const char* const* argv,
                const std::function<ExitCode(CommandLine&)>& body) {
  set_up_log();
  open_studies();
  // Beyond a limit on file sizes a write then fails, and is an error that names the file.
  signal(SIGXFSZ, SIG_IGN);
  // A line that nobody reads any more must not end the work.
  signal(SIGPIPE, SIG_IGN);
  CommandLine line(argc, argv);
  ExitCode code = ExitCode::kFailed;
  try {
    code = run_body(line, body);
  } catch (const CLI::Success& answer) {  // --help, --version
    code = static_cast<ExitCode>(line.app().exit(answer));
  } catch (const CLI::ParseError& error) {
    code = report(ExitCode::kUsage,
                  std::string(error.what()) + " (see " + line.app().get_name() + " --help)");
  } catch (const Error& error) {
    code = report(exit_code_of(error.kind()), error.what());
  } catch (const std::bad_alloc&) {
    code = report_lack_of_memory();
  } catch (const std::exception& error) {
    const bool lacks_memory = is_lack_of_memory(error.what());
    code = lacks_memory ? report_lack_of_memory() : report_internal(line, error.what());
  } catch (...) {
    code = report_internal(line, "an exception of unknown type");
  }
  return static_cast<int>(code);
}

}  // namespace kairo
