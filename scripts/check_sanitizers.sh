#!/usr/bin/env bash
# Chosen tests under the address and undefined-behaviour sanitizers: the rooms that parse and hold memory
# of their own. LibTorch's rooms, and the store, whose children crash on purpose, are left to the full
# run (make sanitize SANITIZED=all).
set -euo pipefail
cd "$(dirname "$0")/.."
tests=(core_test core_config_test core_data_test analysis_test hooks_test core_kernels_test)
[ "${SANITIZED:-}" = all ] && tests+=(core_store_test core_model_test core_model_algebra_test core_exchange_test training_test probes_test)
mkdir -p build
cmake --preset asan-ubsan >build/configure-asan.log 2>&1 || { cat build/configure-asan.log; exit 1; }
cmake --build --preset asan-ubsan -j "$(nproc)" --target "${tests[@]}"
# LibTorch and HDF5 keep what they allocate at start; only leaks of ours would be new.
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for test in "${tests[@]}"; do
  "build/asan-ubsan/bin/$test" --gtest_brief=1
done
