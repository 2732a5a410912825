#!/usr/bin/env bash
# check_sanitizers.sh address [TEST...]: tests under the address and undefined-behaviour sanitizers, all by default.
# check_sanitizers.sh thread [TEST...]: those of code that runs on several threads, under the thread sanitizer.
# Without arguments both, whole.
set -euo pipefail
cd "$(dirname "$0")/.."

cores=$(nproc)  # which is 1 once OMP_NUM_THREADS is
# One operation at a time on each thread: LibTorch's own team of threads is not compiled for the
# sanitizers. Ours are std::threads, as many as each test asks for.
export OMP_NUM_THREADS=1

# The tests that start threads. Memory trains 10,000 steps to measure the heap; ThreadsThatCannotBe-
# Started counts how many start within a limit on memory, of which the sanitizer needs its own share.
# ExactResume from one thread to one is left to the others of its kind.
declare -A parallel=(
  [training_test]='-Memory.*:*ExactResume*/1to1state*'
  [probes_test]='Replay.*:SelfCheck.*'
  [core_kernels_test]='WorkerPool.*-WorkerPool.ThreadsThatCannotBeStarted*'
  [core_store_test]='Hdf5File.*'
  [core_files_test]='AtomicFile.*:WorkLockFile.*:FileCalls.*:IsolatedCall.ManyThreads*'
  [core_text_test]='Tokenizer.ThreadsMayShareOne'
  [core_circuits_test]='GradientFlow.IsEqualToTheBitWhoeverRunsItsParts'
  [programs_compare_test]='LoadRuns.*'
)

built() {  # PRESET TARGET...
  mkdir -p build
  cmake --preset "$1" >"build/configure-$1.log" 2>&1 || { cat "build/configure-$1.log"; exit 1; }
  cmake --build --preset "$1" -j "$cores" --target "${@:2}"
}

address() {
  built asan-ubsan "${@:-all}"
  # Leaks: LibTorch, HDF5 and OpenMP keep what they allocate at start, and the leak check stops the
  # world by ptrace, which containers refuse.
  export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
  local only=() IFS='|'
  [ $# -eq 0 ] || only=(-R "^($*)\$")
  # Left out, for they look at no more code: the kills at random moments, Slurm, the include arrows,
  # and tests that count over hundreds of made series (suites named ...Rates).
  local filter='-*Rates.*'
  # And the one that measures the heap, from which the sanitizer holds back what was freed.
  filter+=':Memory.*'
  # And one that forks while other threads allocate: the sanitizer's allocator keeps its lock in the child.
  # The thread sanitizer runs it.
  filter+=':IsolatedCall.ManyThreads*'
  GTEST_FILTER=$filter ctest --test-dir build/asan-ubsan -j "$cores" "${only[@]}" \
    -E '_Kill$|^sweep_on_slurm$|^arrows$' --output-on-failure
}

# A filter that no test has any more would pass.
each_selects_a_test() {
  local pattern patterns
  IFS=: read -ra patterns <<<"${parallel[$1]}"
  for pattern in "${patterns[@]}"; do
    setarch -R "build/tsan/bin/$1" --gtest_list_tests --gtest_filter="$pattern" | grep '^  ' >/dev/null && continue
    echo "$1: no test is $pattern" >&2
    exit 1
  done
}

thread() {
  [ $# -gt 0 ] || set -- "${!parallel[@]}"
  built tsan "$@"
  # LibTorch, OpenMP, oneDNN and HDF5 are not compiled for it: how they synchronise it cannot see, and
  # what it hears of inside of them (intercepted calls) it would take for races.
  export TSAN_OPTIONS=halt_on_error=1:ignore_noninstrumented_modules=1
  for test in "$@"; do
    each_selects_a_test "$test"
    # The thread sanitizer's memory map leaves no room for addresses as random as some kernels make them.
    setarch -R "build/tsan/bin/$test" --gtest_brief=1 --gtest_filter="${parallel[$test]}"
  done
}

if [ $# -eq 0 ]; then
  address
  thread
else
  "$@"
fi
