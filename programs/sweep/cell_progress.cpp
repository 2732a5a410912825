#include "programs/sweep/cell_progress.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "programs/command_line/terminal.h"

namespace kairo {
namespace {

constexpr std::streamoff kMostRead = 4096;
constexpr double kSecondsBetweenRedraws = 0.5;

std::string end_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(0, std::ios::end);
  const std::streamoff size = stream.tellg();
  stream.seekg(std::max<std::streamoff>(0, size - kMostRead));
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

}  // namespace

std::string work_of(const Command& command) {
  const std::string program = std::filesystem::path(command.front()).filename().string();
  if (program == "train") return "training";
  return program == "analyze" ? "analyzing" : program;
}

std::string last_progress(const std::string& log) {
  // As programs/progress_setup.h writes it into a log: "12:30:01 info probes  3/12 checkpoints".
  static const std::regex progress("^[0-9:]{8} info ((?:[a-z_]+  )?[0-9]+/[0-9]+.*)$");
  std::istringstream lines(end_of(log));
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (line.rfind("$ ", 0) == 0) last.clear();  // the next command began
    if (std::regex_match(line, found, progress)) last = found[1];
  }
  return last;
}

void CellLines::show(const std::vector<CellAtWork>& cells) {
  if (!can_redraw()) return say_changes(cells);
  const Clock::time_point now = Clock::now();
  if (std::chrono::duration<double>(now - last_).count() < kSecondsBetweenRedraws) return;
  last_ = now;
  draw(cells);
}

void CellLines::draw(const std::vector<CellAtWork>& cells) {
  std::size_t width = 0;
  for (const CellAtWork& cell : cells) width = std::max(width, cell.name.size());
  std::vector<std::string> lines;
  for (const CellAtWork& cell : cells) {
    std::string name = cell.name;
    name.resize(width, ' ');
    lines.push_back(name + "  " + work_of(*cell.command) + "  " + last_progress(cell.log));
  }
  lines.empty() ? clear_status() : draw_status(lines);
}

void CellLines::say_changes(const std::vector<CellAtWork>& cells) {
  for (const CellAtWork& cell : cells) {
    const std::string work = work_of(*cell.command);
    std::string& said = said_[cell.name];
    if (said == work) continue;
    said = work;
    spdlog::info("{}  {}", cell.name, work);
  }
}

}  // namespace kairo
