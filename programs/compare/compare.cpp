// compare RUN...: runs, or the cells of a sweep, side by side: figures, tables, and
// comparison.json, .md and .html. Reads settings, metrics, reports and records; never checkpoints.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "analysis/compare/comparison_document.h"
#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/comparison_tables.h"
#include "analysis/result_paths.h"
#include "analysis/task_analysis.h"
#include "core/base/cpu_allowance.h"
#include "core/base/error.h"
#include "core/config/home_folder.h"
#include "core/data/dataset_file.h"
#include "core/files/atomic_file.h"
#include "core/files/temporary_file.h"
#include "core/files/work_lock.h"
#include "core/store/record.h"
#include "core/store/run_state.h"
#include "programs/command_line/command_line.h"
#include "programs/compare/load_runs.h"
#include "programs/font_check.h"
#include "programs/interruption.h"
#include "programs/run_setup.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

struct CompareFlags {
  std::vector<std::string> words;
  std::string name;
  std::string label = "default";
  std::string band = "range";
  std::string results_dir;
  bool keep_going = false;
};

CompareFlags parse_flags(CommandLine& line) {
  CompareFlags flags;
  CLI::App& app = line.app();
  app.description(
      "Compares runs side by side. RUN is the name of a run, of a sweep (all its cells), or "
      "SWEEP/CELL. Runs that differ only in their seed form one group. Writes figures, tables, "
      "comparison.html, .md and .json to comparison/ in the sweep's folder, or to "
      "comparison/NAME.");
  app.add_option("--name", flags.name,
                 "Name of the comparison; by default the names of the runs, joined.")
      ->type_name("NAME");
  app.add_option("--label", flags.label,
                 "Name of the records to read. Another one than default has a folder of its own, "
                 "comparison-LABEL/.")
      ->type_name("LABEL");
  app.add_option("--results-dir", flags.results_dir,
                 "Write the comparison into DIR, and read what analyze --results-dir DIR wrote "
                 "there, for runs that may only be read.")
      ->type_name("DIR");
  app.add_option(
         "--band", flags.band,
         "Band over seeds: range (median, from the smallest to the largest seed; the default) or "
         "t (mean with a 95 % t interval, from three seeds on).")
      ->type_name("KIND")
      ->check(CLI::IsMember({"range", "t"}).description(""));
  app.add_flag("--keep-going", flags.keep_going,
               "Leave out runs that are missing or damaged; the exit code is then 4.");
  line.take_names("RUN", flags.words);
  line.leave_out({"--seed", "--no-progress", "--print-config", "--help-config"});
  line.parse();
  return flags;
}

std::size_t thread_count(const CommonFlags& common) {
  if (common.threads > 0) return static_cast<std::size_t>(common.threads);
  return static_cast<std::size_t>(allowed_cpus());
}

// Pictures and tables of an earlier comparison must not pass for some of this.
void set_others_aside(const std::string& folder, const std::set<std::string>& written) {
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    const bool is_ours = extension == ".png" || extension == ".svg" || extension == ".csv";
    if (is_ours && written.count(entry.path().stem().string()) == 0) others.push_back(entry.path());
  }
  for (const fs::path& each : others) set_aside(folder, each.filename().string());
}

void write_comparison(const Comparison& comparison, const std::string& folder) {
  std::set<std::string> written;
  const std::vector<FigureResult> figures = draw_comparison(comparison, folder);
  for (const FigureResult& each : figures) {
    if (each.left_out.empty()) {
      written.insert(each.name);
    } else {
      spdlog::info("figure {} is left out: {}", each.name, each.left_out);
    }
  }
  const std::vector<NamedTable> tables = comparison_tables(comparison);
  for (const NamedTable& each : tables) {
    write_file_atomically(folder + "/" + each.table.csv, table_csv(each.table));
    written.insert(each.name + "_table");
  }
  set_others_aside(folder, written);
  const ReportDocument document = comparison_document(comparison, tables, figures);
  write_file_atomically(folder + "/comparison.md", document_markdown(document));
  write_file_atomically(folder + "/comparison.html", document_html(document, folder));
  write_file_atomically(folder + "/comparison.json", comparison_json(comparison, figures));
}

// Named events of every group: "K 20, bz_to_a   first-target loss < 0.5 log K   2150, > 20000".
void print_lags(const Comparison& comparison) {
  std::size_t width = 0;
  for (const RunGroup& group : comparison.groups) width = std::max(width, group.name.size());
  const std::vector<SeedsTable> groups = groups_over_seeds(comparison);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const EventOverSeeds& event : groups[g].events) {
      if (event.kind != ReportedKind::kNamed) continue;
      std::cout << fmt::format("{:<{}}  {:<34} {}\n", comparison.groups[g].name, width, event.title,
                               each_seed_text(event));
    }
  }
}

ExitCode interrupted() {
  std::cerr << "interrupted; run the same command again to start over.\n";
  return ExitCode::kInterrupted;
}

// The task in one example of the first run; of other variants a line each.
TaskBox box_of(const Comparison& comparison, const std::vector<NamedRun>& named) {
  const ComparedRun& shown = comparison.runs.front();
  const auto found = std::find_if(named.begin(), named.end(),
                                  [&](const NamedRun& each) { return each.name == shown.name; });
  const TaskWords& words = analysis_of(shown.task).words;
  if (words.box == nullptr) return {};
  TaskBox box = words.box(read_dataset(found->folder.dataset_file())->arrays());
  if (box.title.empty()) return box;
  box.title += fmt::format(" (run {}, {}, {} = {})", shown.name, shown.variant,
                           compared_task(comparison).number.name, shown.number);
  if (words.variant == nullptr) return box;
  for (const std::string& variant : comparison.variants()) {
    if (variant != shown.variant) box.summary += " " + words.variant(variant) + ".";
  }
  return box;
}

ExitCode compare(const CompareFlags& flags, const CommonFlags& common, const RunPlaces& places) {
  check_label(flags.label);
  const NamedRuns named = find_runs(places, flags.words);
  const std::string name = comparison_name(named, flags.words, flags.name);
  const std::string folder =
      comparison_folder(places.written(), named, name, flags.name) + label_suffix(flags.label);
  LoadRequest request;
  request.label = flags.label;
  request.threads = thread_count(common);
  request.keep_going = flags.keep_going;
  request.stop = &catch_interruptions();
  for (const NamedRun& each : named.runs) {
    const std::string text = unfinished_text(each.folder);
    if (!text.empty()) spdlog::warn("{}", text);
  }
  LoadedRuns loaded = load_runs(named.runs, request);
  if (loaded.was_stopped) return interrupted();
  for (const auto& [run, why] : loaded.left_out) std::cerr << run << " left out: " << why << "\n";
  const ExitCode code = loaded.left_out.empty() ? ExitCode::kDone : ExitCode::kSomeCellsFailed;
  if (loaded.runs.empty()) {
    throw Error(ErrorKind::kNotFound).at(name).fact("none of the runs can be read");
  }
  Comparison comparison = make_comparison(name, std::move(loaded.runs));
  comparison.band = flags.band == "t" ? SeedBand::kTInterval : SeedBand::kRange;
  comparison.left_out = loaded.left_out;
  comparison.task_box = box_of(comparison, named.runs);
  for (const std::string& each : comparison.warnings) std::cerr << "warning: " << each << "\n";
  if (common.dry_run) {
    for (const RunGroup& group : comparison.groups) {
      for (std::size_t run : group.runs) {
        std::cout << "run " << comparison.runs[run].name << ", group " << group.name << "\n";
      }
    }
    std::cout << fmt::format("would write {} figures to {}\n", count_comparison_figures(comparison),
                             folder);
    return code;
  }
  prepare_results(folder);
  WorkLock lock(folder + "/compare.lock");
  const auto say = [](const std::string& holder) { spdlog::info("waiting for {}", holder); };
  if (!lock.wait("this comparison", request.stop, say)) return interrupted();
  remove_leftovers(folder);
  warn_without_fonts();
  write_comparison(comparison, folder);
  if (!common.quiet) {
    print_lags(comparison);
    std::cout << folder << "/dashboard.png\n" << folder << "/comparison.html\n";
  }
  return code;
}

ExitCode run(CommandLine& line) {
  const CompareFlags flags = parse_flags(line);
  OutputOptions output;
  ConfigBinder binder;
  binder.bind("output", output);
  if (!line.load_config(binder, "")) return ExitCode::kDone;
  return compare(flags, line.flags(),
                 {expand_home(output.base_dir), expand_home(flags.results_dir)});
}

}  // namespace
}  // namespace kairo

int main(int argc, char** argv) { return kairo::run_program(argc, argv, kairo::run); }
