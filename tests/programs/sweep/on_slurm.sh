#!/usr/bin/env bash
# A sweep of two tiny cells on a real Slurm of one node: submitted, left, watched again, gathered; a
# failure told from a success. Fails, never skips, where Slurm is missing or does not start.
#
#   on_slurm.sh PROGRAMS_FOLDER
set -euo pipefail
bin=$1
cd "$(dirname "$0")/../../.."

folder=$(mktemp -d)
export KAIRO_SLURM_DIR=$folder/slurm
trap 'scripts/slurm_one_node.sh stop; rm -rf "$folder"' EXIT
eval "$(scripts/slurm_one_node.sh start)"

tiny=(data.n_unique_b=6 model.n_layers=1 model.n_heads=2 model.d_model=16 model.d_head=8 model.d_mlp=16
  training.max_steps=6 training.warmup_steps=2 training.eval_every=3 training.checkpoint_every=2
  probes.n_examples=12 probes.enabled=logit_lens)

fail() {
  echo "error: $1" >&2
  cat "$folder"/out "$folder"/*/*/*/sweep.log "$folder"/slurm/*.log >&2 || true
  exit 1
}
start_sweep() { # sets sweep_pid
  "$bin/sweep" --config quick_sweep --engine slurm --poll 1 --time 5 --mem 2G --output-dir "$folder/runs" \
    "${tiny[@]}" >"$folder/out" 2>&1 &
  sweep_pid=$!
}
expect_end() { # exit code
  local code=0
  wait "$sweep_pid" || code=$?
  [ "$code" -eq "$1" ] || fail "exit code $code, expected $1"
}
sweep() { # exit code
  start_sweep
  expect_end "$1"
}
submissions() { grep -c _slurm_rpc_submit_batch_job "$folder/slurm/slurmctld.log"; }

start_sweep
until grep -qs slurm_task "$folder/runs/quick_sweep/sweep.json"; do
  kill -0 "$sweep_pid" 2>/dev/null || fail "sweep ended before it submitted"
  sleep 0.05
done
kill -INT "$sweep_pid"
expect_end 130
grep -q 'the jobs go on' "$folder/out" || fail "an interrupted sweep does not say that its jobs go on"
[ "$(squeue --noheader --array | wc -l)" -ge 1 ] || fail "the jobs of an interrupted sweep are not in the queue"

sweep 0
[ "$(submissions)" -eq 1 ] || fail "a sweep that was taken up again submitted twice"
for cell in k2 k5; do
  grep -q "^done     $cell " "$folder/out" || fail "no line says that $cell is done"
  [ -s "$folder/runs/quick_sweep/$cell/report.json" ] || fail "$cell has no report"
done

sweep 0
[ "$(submissions)" -eq 1 ] || fail "a finished sweep submitted again"

# Cells that cannot be trained: with one character there is one selector.
rm -rf "$folder/runs"
tiny+=(data.vocab_chars=a)
sweep 4
grep -q '^failed   k2 .*exit code 2: error: .*sweep.log' "$folder/out" || fail "a failure is not told"
echo "a sweep of two cells went through Slurm in $SECONDS s"
