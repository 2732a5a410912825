// The real sweep with a train, an analyze and a probe that take no time: small scripts beside a
// copy of it, which is where it looks for them.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/files/atomic_file.h"
#include "tests/core/store/temporary_folder.h"
#include "tests/paths.h"

namespace kairo {

// What all three share: who is called for what; `fail_CELL` in the folder makes it fail once those
// that shall wait do, `wait_CELL` makes it wait for an interruption (`ready_CELL` says that it
// does), `meet` makes two wait for each other.
inline const char* const kFakeStart = R"sh(#!/bin/bash
here=$(cd "$(dirname "$0")/.." && pwd)
overrides=()
while [ $# -gt 0 ]; do
  case "$1" in
    --config) config=$2; shift ;;
    --experiment) cell=$2; shift ;;
    --output-dir) folder=$2; shift ;;
    --label) label=$2; shift ;;
    --threads) threads=$2; shift ;;
    experiment.name=*) cell=${1#*=} ;;
    *=*) overrides+=("$1") ;;
  esac
  shift
done
echo "$(basename "$0") $cell threads=$threads ${overrides[*]}" >>"$here/calls"
run=$folder/$cell
mkdir -p "$run"
if [ -e "$here/fail_$cell" ]; then
  for each in "$here"/wait_*; do
    while [ -e "$each" ] && [ ! -e "$here/ready_${each##*/wait_}" ]; do sleep 0.02; done
  done
  echo "working"; echo "error: no luck with $cell" >&2; echo "last words"; exit 3
fi
if [ -e "$here/wait_$cell" ]; then
  trap 'echo "$cell was asked to stop" >>"$here/calls"; exit 130' TERM
  touch "$here/ready_$cell"
  while true; do sleep 0.05; done
fi
if [ -e "$here/meet" ]; then
  touch "$here/met_$cell"
  for _ in $(seq 200); do [ "$(ls "$here"/met_* | wc -l)" -ge 2 ] && break;
sleep 0.05; done
  [ "$(ls "$here"/met_* | wc -l)" -ge 2 ] || exit 1
fi
)sh";
// Files are whole or not there, as the real train leaves them: a sweep that fails ends it anywhere.
inline const char* const kFakeTrain = R"sh(
cp "$config" "$run/base_then.yaml"  # a run keeps what its base said when it was trained
{ echo "defaults: base_then.yaml"; for each in "${overrides[@]}"; do echo "${each%%=*}: ${each#*=}"; done
} >"$run/config.new" && mv "$run/config.new" "$run/config.yaml"
echo '{"status": "finished"}' >"$run/run.new" && mv "$run/run.new" "$run/run.json"
)sh";
inline const char* const kFakeAnalyze = R"sh(
echo '{"transitions": [{"status": "none", "title": "first", "step": null},
  {"status": "confirmed", "title": "z gap > 0.5 nats", "step": 1350}]}' >"$run/report.new" &&
  mv "$run/report.new" "$run/report.json"
)sh";
inline const char* const kFakeProbe = R"sh(
if [ "$cell" = without_z ]; then echo "lens is left out of $cell: no selector"; exit 0; fi
mkdir -p "$run/probes/lens"; echo record >"$run/probes/lens/$label.h5"
)sh";

class FakePrograms : public testing::Test {
 protected:
  struct End {
    int code = -1;
    std::string out;
    std::string err;
  };

  FakePrograms() {
    std::filesystem::create_directories(folder_.file("bin"));
    std::filesystem::copy_file(bin_dir() + "/sweep", folder_.file("bin/sweep"));
    program("train", kFakeTrain);
    program("analyze", kFakeAnalyze);
    program("probe_lens", kFakeProbe);
    write("base.yaml", "experiment: {name: base}\ndata: {n_unique_b: 6}\n");
    write("s.yaml", "base: base.yaml\ngrid: {data.k: [1, 2, 3]}\n");
  }

  void write(const std::string& file, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(folder_.file(file)).parent_path());
    std::ofstream(folder_.file(file)) << text;
  }
  void remove(const std::string& file) const { std::filesystem::remove(folder_.file(file)); }
  bool exists(const std::string& file) const { return std::filesystem::exists(folder_.file(file)); }

  // In the test's folder; a shell reads the arguments, and before the program `variables`.
  End sweep(const std::string& arguments, const std::string& variables = "") const {
    const std::string command = "cd '" + folder_.path() + "' && { " + variables + " bin/sweep " +
                                arguments + "\n} >out 2>err";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder_.file("out")),
            read_file(folder_.file("err"))};
  }

  // "train k1", ... since the last time; `whole`: with threads and overrides.
  std::vector<std::string> calls(bool whole = false) const {
    std::vector<std::string> lines;
    std::ifstream file(folder_.file("calls"));
    for (std::string line; std::getline(file, line);) {
      lines.push_back(whole ? line : line.substr(0, line.find(" threads=")));
    }
    remove("calls");
    return lines;
  }

  std::string status(const std::string& cell, const std::string& field = "status",
                     const std::string& name = "s") const {
    const auto json =
        nlohmann::json::parse(read_file(folder_.file("outputs/" + name + "/sweep.json")));
    for (const auto& each : json.at("cells")) {
      if (each.at("name") == cell) return each.value(field, "");
    }
    return "none";
  }

  // A script beside the sweep.
  void script(const std::string& name, const std::string& text) const {
    write("bin/" + name, text);
    std::filesystem::permissions(folder_.file("bin/" + name), std::filesystem::perms::owner_all);
  }

  TemporaryFolder folder_;

 private:
  void program(const std::string& name, const std::string& text) const {
    script(name, kFakeStart + text);
  }
};

}  // namespace kairo
