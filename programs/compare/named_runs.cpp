#include "programs/compare/named_runs.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/base/sha256.h"
#include "core/files/atomic_file.h"
#include "core/files/safe_name.h"
#include "programs/sweep/manifest.h"

namespace kairo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestMadeName = 80;
constexpr std::size_t kHashDigits = 8;

std::vector<std::string> parts_of(const std::string& word) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find('/', begin), word.size());
    parts.push_back(word.substr(begin, end - begin));
    check_safe_name("run", parts.back());
    begin = end + 1;
  }
  if (parts.size() > 2) {
    throw Error(ErrorKind::kUsage)
        .at(quoted(word))
        .fact("a name is RUN, SWEEP or SWEEP/CELL; this one has " + std::to_string(parts.size()) +
              " parts")
        .hint("--output-dir gives the folder that they are in");
  }
  return parts;
}

std::string manifest_of(const std::string& base_dir, const std::string& sweep) {
  return base_dir + "/" + sweep + "/sweep.json";
}

// A run below the runs' folder: `inside` is "" or the name of a sweep.
RunDirectory place_of(const RunPlaces& places, const std::string& inside, const std::string& run) {
  const std::string folder = places.base_dir + (inside.empty() ? "" : "/" + inside);
  const std::string results = places.results + (inside.empty() ? "" : "/" + inside);
  const bool are_elsewhere = !places.results.empty() && fs::exists(results + "/" + run);
  return {folder, run, are_elsewhere ? results : ""};
}

// `run` of a cell is relative to the sweep's folder.
RunDirectory folder_of(const RunPlaces& places, const std::string& sweep, const CellRecord& cell) {
  const fs::path run = (fs::path(sweep) / cell.run).lexically_normal();
  return place_of(places, run.parent_path().string(), run.filename().string());
}

Manifest training_manifest(const std::string& base_dir, const std::string& sweep) {
  const Manifest manifest = read_manifest(manifest_of(base_dir, sweep));
  if (manifest.probe.empty()) return manifest;
  throw Error(ErrorKind::kUsage)
      .at(sweep)
      .fact("this sweep trains no runs; it replays " + manifest.probe + " over runs")
      .hint("name these runs");
}

void add_sweep(const RunPlaces& places, const std::string& sweep, NamedRuns& found) {
  for (const CellRecord& cell : training_manifest(places.base_dir, sweep).cells) {
    found.runs.push_back({sweep + "/" + cell.name, folder_of(places, sweep, cell)});
  }
}

void add_cell(const RunPlaces& places, const std::vector<std::string>& parts, NamedRuns& found) {
  const std::string word = parts[0] + "/" + parts[1];
  std::vector<std::string> names;
  for (const CellRecord& cell : training_manifest(places.base_dir, parts[0]).cells) {
    names.push_back(cell.name);
    if (cell.name != parts[1]) continue;
    found.runs.push_back({word, folder_of(places, parts[0], cell), true});
    return;
  }
  const RunDirectory folder = place_of(places, parts[0], parts[1]);
  if (!names.empty() && !folder.exists()) {
    throw Error(ErrorKind::kNotFound)
        .at(word)
        .fact("the sweep " + parts[0] + " has no cell of this name")
        .hint(did_you_mean(parts[1], names));
  }
  found.runs.push_back({word, folder, true});
}

std::string made_name(const std::vector<std::string>& words) {
  std::string name;
  for (const std::string& word : words) name += (name.empty() ? "" : "+") + word;
  std::replace(name.begin(), name.end(), '/', '_');
  if (name.size() <= kLongestMadeName) return name;
  return name.substr(0, kLongestMadeName - kHashDigits - 1) + "-" +
         sha256(name.data(), name.size()).substr(0, kHashDigits);
}

}  // namespace

NamedRuns find_runs(const RunPlaces& places, const std::vector<std::string>& words) {
  if (words.empty()) {
    throw Error(ErrorKind::kUsage)
        .at("compare")
        .fact("no run was named: RUN, SWEEP or SWEEP/CELL")
        .hint("for example: compare k_sweep");
  }
  NamedRuns found;
  for (const std::string& word : words) {
    const std::vector<std::string> parts = parts_of(word);
    if (parts.size() == 2) {
      add_cell(places, parts, found);
    } else if (fs::exists(manifest_of(places.base_dir, word))) {
      add_sweep(places, word, found);
      if (words.size() == 1) found.sweep = word;
    } else {
      found.runs.push_back({word, place_of(places, "", word), true});
    }
  }
  return found;
}

std::string comparison_name(const NamedRuns& runs, const std::vector<std::string>& words,
                            const std::string& given) {
  if (!given.empty()) {
    check_safe_name("--name", given);
    return given;
  }
  return runs.sweep.empty() ? made_name(words) : runs.sweep;
}

std::string comparison_folder(const std::string& base_dir, const NamedRuns& runs,
                              const std::string& name, const std::string& given) {
  if (!runs.sweep.empty() && given.empty()) return base_dir + "/" + runs.sweep + "/comparison";
  return base_dir + "/comparison/" + name;
}

}  // namespace kairo
