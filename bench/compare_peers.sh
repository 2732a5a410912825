#!/usr/bin/env bash
# compare_peers.sh PEERS [ROUNDS]: times our benches and the same work in TransformerLens and PyTorch
# in turns, whole processes one after the other, and prints ratios.
#
#   PEERS         the folder with train_step.py, probe_pass.py, models.py and quiet.py; not changed
#   ROUNDS        how often everything is run (3); the ratio of a round is of its own timings
#   PEERS_VENV    virtual environment, made where it is missing (~6 GB; default ~/.cache/kairoscope/peers)
#   PEERS_OUTPUT  where the processes' output is kept (default: a temporary folder)
#   BENCH_BIN     our benches (default build/release/bin)
# On a quiet machine: docs/performance.md says what to look at first.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
peers=$(cd "$1" && pwd)
rounds=${2:-3}
here=$(cd "$(dirname "$0")" && pwd)
bin=${BENCH_BIN:-$here/../build/release/bin}
venv=${PEERS_VENV:-$HOME/.cache/kairoscope/peers}
output=${PEERS_OUTPUT:-$(mktemp -d)}
mkdir -p "$output"

for bench in bench_train_step bench_forward bench_patching; do
  [ -x "$bin/$bench" ] || { echo "error: $bin/$bench is missing: run make bench first, or set BENCH_BIN" >&2; exit 3; }
done

if ! "$venv/bin/python" -c 'import torch, transformer_lens' 2>/dev/null; then
  parent=$(dirname "$venv"); mkdir -p "$parent"
  free_gb=$(df -BG --output=avail "$parent" | tail -n 1 | tr -dc 0-9)
  [ "$free_gb" -ge 10 ] || { echo "error: $parent has $free_gb GB free, the environment takes 6 and pip 4 more" >&2; exit 3; }
  echo "Making $venv (several minutes)"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet torch==2.15.0 transformer_lens==3.9.0 h5py numpy
fi

# A core type chosen for Debian's OpenBLAS is not theirs.
clean=(env)
for name in OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; do
  [ -z "${!name+set}" ] || { clean+=(-u "$name"); echo "peers run without $name=${!name}, ours with it"; }
done

theirs() {  # NAME ARGUMENTS...
  local name=$1; shift
  (cd "$peers" && PYTHONDONTWRITEBYTECODE=1 "${clean[@]}" "$venv/bin/python" "$@") >"$output/$name.txt" 2>"$output/$name.log" ||
    { tail -n 5 "$output/$name.log" >&2; echo "error: $name failed, see $output/$name.log" >&2; exit 1; }
}

ours() {  # NAME BENCH FILTER THREADS
  KAIRO_BENCH_THREADS=$4 "$bin/$2" --benchmark_filter="$3" --benchmark_out="$output/$1.json" \
    --benchmark_out_format=json >"$output/$1.txt" 2>"$output/$1.log" ||
    { tail -n 5 "$output/$1.log" >&2; echo "error: $1 failed, see $output/$1.log" >&2; exit 1; }
}

# The peers set two threads themselves.
for ((round = 1; round <= rounds; ++round)); do
  echo "round $round of $rounds"
  theirs "theirs.k10.$round" train_step.py k10 6 10 20 tl plain_man_fused compile_man_fused
  ours "ours.k10.$round" bench_train_step k10 2
  ours "ours.k10_one_thread.$round" bench_train_step k10 1
  theirs "theirs.probe.$round" "$here/peer_passes.py"
  ours "ours.forward.$round" bench_forward . 2
  ours "ours.patching.$round" bench_patching all_positions 2
  theirs "theirs.gpt2.$round" train_step.py gpt2 3 1 1 tl plain_fused
  ours "ours.gpt2.$round" bench_train_step gpt2 2
done
"$venv/bin/python" "$here/peer_ratios.py" "$output" "$rounds"
echo "output of every process: $output"
