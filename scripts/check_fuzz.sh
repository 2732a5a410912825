#!/usr/bin/env bash
# Runs every fuzzer of tests/fuzz for some seconds (check_fuzz.sh [SECONDS each, default 20]), from its corpus
# and from what earlier runs found. An input that breaks one is kept in build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20}
mkdir -p build
cmake --preset asan-ubsan >build/configure-asan-ubsan.log 2>&1 || { cat build/configure-asan-ubsan.log; exit 1; }
cmake --build --preset asan-ubsan -j "$(nproc)" --target fuzzers
# The leak check stops the world by ptrace, which containers refuse.
export ASAN_OPTIONS=detect_leaks=0
failed=0
for source in tests/fuzz/*_fuzz.cpp; do
  name=$(basename "$source" _fuzz.cpp)
  grown=build/fuzz/grown/$name log=build/fuzz/$name.log
  mkdir -p "$grown" build/fuzz/found
  # 1 GiB is far above what any input here may ask for: a size believed before it is checked fails.
  # The outer limit is for a fuzzer that hangs in its own report.
  if timeout -s KILL "$((seconds + 120))" "build/asan-ubsan/bin/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -detect_leaks=0 \
    -artifact_prefix="build/fuzz/found/$name-" "$grown" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    echo "fuzz: $name: $(tail -n 1 "$log")"
  else
    tail -n 60 "$log"
    echo "fuzz: $name FAILED; its input is build/fuzz/found/$name-*"
    failed=1
  fi
done
exit $failed
