// compare over many runs: reading, tables and figures. The runs are made: eight groups (K 5, 10, 20
// and 50 in both directions) of seeds that share the files of one run each, which differ in their
// settings' seed; with evaluations and records every 100 steps of 4,000, as large as those of 256
// examples. Checked: the K of every run, and that threads do not change comparison.json.
// KAIRO_BENCH_RUNS: how many; KAIRO_BENCH_DIR: their folder.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "analysis/compare/comparison_document.h"
#include "analysis/compare/comparison_figures.h"
#include "analysis/compare/comparison_tables.h"
#include "bench/result.h"
#include "bench/scratch.h"
#include "core/files/atomic_file.h"
#include "programs/compare/load_runs.h"
#include "studies/late_disambiguation/data/options.h"
#include "tests/analysis/compare/made_comparison.h"

namespace kairo {
namespace {

using namespace late_disambiguation;  // the task of these tests

namespace fs = std::filesystem;

constexpr int kRounds = 3;

std::size_t runs_asked() {
  const char* asked = std::getenv("KAIRO_BENCH_RUNS");
  return asked == nullptr ? 1000 : static_cast<std::size_t>(std::max(8, std::atoi(asked)));
}

// The first seed of each group.
std::vector<made::Spec> groups() {
  std::vector<made::Spec> specs;
  for (int64_t k : {5, 10, 20, 50}) {
    for (const Direction direction : {Direction::kBzToA, Direction::kAzToB}) {
      made::Spec spec;
      spec.direction = direction;
      spec.k = k;
      spec.transition = 700 + 20.0 * static_cast<double>(k);
      spec.last_step = 4000;
      spec.n_examples = 256;
      specs.push_back(spec);
    }
  }
  return specs;
}

void replace_seed(const std::string& file, std::size_t seed) {
  std::string text = read_file(file);
  const std::string line = "seed: 0";
  text.replace(text.find(line), line.size(), "seed: " + std::to_string(seed));
  write_file_atomically(file, text);
}

class MadeRuns {
 public:
  explicit MadeRuns(std::size_t n) {
    std::vector<made::Spec> firsts = groups();
    for (std::size_t g = 0; g < firsts.size(); ++g) {
      firsts[g].name = "group" + std::to_string(g) + "_seed0";
      made::write_run(scratch_.path(), firsts[g]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const made::Spec& first = firsts[i % firsts.size()];
      const std::size_t seed = i / firsts.size();
      const std::string name =
          "group" + std::to_string(i % firsts.size()) + "_seed" + std::to_string(seed);
      if (seed > 0) {
        fs::copy(scratch_ / first.name, scratch_ / name, fs::copy_options::recursive);
        replace_seed(RunDirectory(scratch_.path(), name).config_file(), seed);
      }
      named_.push_back({name, RunDirectory(scratch_.path(), name)});
      k_.push_back(first.k);
    }
    create_folder(scratch_ / "comparison");
  }

  Comparison read(std::size_t threads) const {
    LoadRequest request;
    request.label = "default";
    request.threads = threads;
    return make_comparison("made", load_runs(named_, request).runs);
  }

  void check() const {
    const Comparison comparison = read(1);
    for (std::size_t i = 0; i < k_.size(); ++i) {
      require_close("K of a run", comparison.runs[i].number == k_[i] ? 0 : 1, 0);
    }
    const bool same = comparison_json(comparison, {}) == comparison_json(read(2), {});
    require_close("threads", same ? 0 : 1, 0);
  }

  std::string folder() const { return scratch_ / "comparison"; }
  std::size_t size() const { return named_.size(); }

 private:
  Scratch scratch_;
  std::vector<NamedRun> named_;
  std::vector<int64_t> k_;
};

void time_reading(benchmark::State& state) {
  const MadeRuns runs(runs_asked());
  runs.check();
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    seconds.push_back(seconds_of([&] { runs.read(bench_pool().threads()); }));
  }
  report(state, seconds, 0);
  state.counters["runs"] = static_cast<double>(runs.size());
}

void time_all(benchmark::State& state) {
  const MadeRuns runs(runs_asked());
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    seconds.push_back(seconds_of([&] {
      const Comparison comparison = runs.read(bench_pool().threads());
      const auto figures = draw_comparison(comparison, runs.folder());
      const auto tables = comparison_tables(comparison);
      for (const NamedTable& each : tables) {
        write_file_atomically(runs.folder() + "/" + each.table.csv, table_csv(each.table));
      }
      const ReportDocument document = comparison_document(comparison, tables, figures);
      write_file_atomically(runs.folder() + "/c.json", comparison_json(comparison, figures));
      write_file_atomically(runs.folder() + "/c.md", document_markdown(document));
      write_file_atomically(runs.folder() + "/c.html", document_html(document, runs.folder()));
    }));
  }
  report(state, seconds, 0);
  state.counters["runs"] = static_cast<double>(runs.size());
}

}  // namespace

void register_benches() {
  add_bench("compare/reading", time_reading);
  add_bench("compare/reading_tables_and_figures", time_all);
}

}  // namespace kairo
