#!/usr/bin/env bash
# Sweeps of tiny cells on a real Slurm of one node: submitted, left, watched again, gathered; a failure
# and a time limit told from a success; probes replayed. Fails, never skips, where Slurm is missing or
# does not start.
#
#   on_slurm.sh PROGRAMS_FOLDER
set -euo pipefail
bin=$1
cd "$(dirname "$0")/../../.."

folder=$(mktemp -d)
export KAIRO_SLURM_DIR=$folder/slurm
trap 'scripts/slurm_one_node.sh stop; rm -rf "$folder"' EXIT
eval "$(scripts/slurm_one_node.sh start)"
runs=$folder/runs

small=(data.n_unique_b=6 model.n_layers=1 model.n_heads=2 model.d_model=16 model.d_head=8 model.d_mlp=16
  training.warmup_steps=2 probes.n_examples=12 probes.enabled=logit_lens)
tiny=("${small[@]}" training.max_steps=6 training.eval_every=3 training.checkpoint_every=2)
endless=("${small[@]}" training.eval_every=1000000 training.checkpoint_every=1000000)

fail() {
  echo "error: $1" >&2
  cat "$folder"/out "$runs"/*/*/sweep.log "$folder"/slurm/*.log >&2 || true
  exit 1
}
start_sweep() { # config, further arguments; sets sweep_pid
  "$bin/sweep" --config "$1" --engine slurm --poll 1 --mem 2G --output-dir "$runs" "${@:2}" >"$folder/out" 2>&1 &
  sweep_pid=$!
}
expect_end() { # exit code
  local code=0
  wait "$sweep_pid" || code=$?
  [ "$code" -eq "$1" ] || fail "exit code $code, expected $1"
}
sweep() { # exit code, config, further arguments
  start_sweep "${@:2}"
  expect_end "$1"
}
wait_for() { # what, command...
  for _ in $(seq 1200); do
    "${@:2}" && return
    sleep 0.1
  done
  fail "waited two minutes for $1"
}
said() { grep -q "$1" "$folder/out" || fail "nothing says: $1"; }
submissions() { grep -c _slurm_rpc_submit_batch_job "$folder/slurm/slurmctld.log"; }
expect_submissions() { [ "$(submissions)" -eq "$1" ] || fail "$(submissions) submissions, expected $1: $2"; }
status_of() { # sweep, cell
  /usr/bin/python3 -c 'import json, sys
print(*(cell["status"] for cell in json.load(open(sys.argv[1]))["cells"] if cell["name"] == sys.argv[2]))' \
    "$runs/$1/sweep.json" "$2"
}
queue_is_empty() { [ -z "$(squeue --noheader)" ]; }
tasks_are_numbered() { grep -qs '"slurm_task": "[0-9]*_' "$runs/quick_sweep/sweep.json"; }
is_at_work() { grep -qs "^[^ ]* $sweep_pid " "$runs/quick_sweep/sweep.lock"; }

# As long as this job has the node, no task begins.
take_node() { blocker=$(sbatch --parsable --exclusive --output=/dev/null --wrap 'sleep 600') && wait_for "the node" node_is_taken; }
node_is_taken() { [ "$(squeue --noheader --jobs="$blocker" --format=%T)" = RUNNING ]; }
free_node() { scancel "$blocker"; }
leave_sweep() { # of tasks that wait
  start_sweep quick_sweep "${tiny[@]}"
  wait_for "the number of the array" tasks_are_numbered
  kill -INT "$sweep_pid"
  expect_end 130
  said 'the jobs go on'
  [ "$(squeue --noheader --array --name="$(squeue --noheader --format=%j | grep -m 1 '^quick_sweep')" | wc -l)" -eq 2 ] ||
    fail "an interrupted sweep has not left two tasks in the queue"
}
expect_cells_done() {
  for cell in k2 k5; do
    said "^done     $cell "
    [ -s "$runs/quick_sweep/$cell/report.json" ] || fail "$cell has no report"
  done
}

# Tasks that wait while their sweep is left and taken up again.
take_node
leave_sweep
start_sweep quick_sweep "${tiny[@]}"
wait_for "the second sweep" is_at_work
free_node
expect_end 0
expect_submissions 2 "the node's, and one array for a sweep that was taken up again"
expect_cells_done
sweep 0 quick_sweep "${tiny[@]}"
expect_submissions 2 "a finished sweep submitted again"

# Probes over what is there.
cat >"$folder/lens.yaml" <<'YAML'
probe: logit_lens
runs: [quick_sweep/k2, quick_sweep/k5]
grid: {probes.logit_lens.positions: [query, all]}
set: {probes.n_examples: 12}
YAML
ls --full-time -R "$runs"/quick_sweep/*/checkpoints >"$folder/checkpoints"
sweep 0 "$folder/lens.yaml"
said '4 of 4 cells done'
for record in "$runs"/quick_sweep/k{2,5}/probes/logit_lens/lens_{query,all}.h5; do
  [ -s "$record" ] || fail "no $record"
done
ls --full-time -R "$runs"/quick_sweep/*/checkpoints | diff -q "$folder/checkpoints" - || fail "a sweep of probes trained"
expect_submissions 3 "one array for a sweep of probes"
sweep 0 "$folder/lens.yaml"
expect_submissions 3 "a finished sweep of probes submitted again"

# Tasks that end while nobody watches.
rm -rf "$runs"
take_node
leave_sweep
free_node
wait_for "an empty queue" queue_is_empty
sweep 0 quick_sweep "${tiny[@]}"
expect_submissions 5 "the node's, and one array: what ended unwatched is gathered"
expect_cells_done

# Cells that cannot be trained: with one character there is one selector.
rm -rf "$runs"
sweep 4 quick_sweep "${tiny[@]}" data.vocab_chars=a
said '^failed   k2 .*exit code 2: error: .*sweep.log'

# A failure that stops a cell that would go on for hours.
cat >"$folder/two.yaml" <<'YAML'
base: quick
cells:
  - {data.vocab_chars: a, name: wrong}
  - {training.max_steps: 100000000, name: long}
YAML
sweep 1 "$folder/two.yaml" --fail-fast "${endless[@]}"
said '^failed   wrong '
wait_for "the end of what was cancelled" queue_is_empty
[ "$(status_of two long)" = interrupted ] || fail "long is $(status_of two long), not interrupted"

# A cell that reaches its time limit: a minute, Slurm's least, is cut short.
cat >"$folder/limit.yaml" <<'YAML'
base: quick
cells: [{training.max_steps: 100000000, name: long}]
YAML
long_is_running() { [ "$(squeue --noheader --format=%T)" = RUNNING ]; }
start_sweep "$folder/limit.yaml" --time 1 "${endless[@]}"
wait_for "a running task" long_is_running
expect_end 4
said '^failed   long .*TIME LIMIT'
echo "sweeps went through Slurm in $SECONDS s"
