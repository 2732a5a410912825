#!/usr/bin/env bash
# The main job on a built tree: train until solved with a checkpoint every 50 steps, then analyze.
# An interrupted run goes on where it stopped; a finished one is analyzed again.
set -euo pipefail
cd "$(dirname "$0")/.."
experiment=${1:-k10_n1000}
programs=build/release/bin

"$programs/train" --config "$experiment" --resume auto \
  training.checkpoint_every=50 training.stop_when_solved=0.95 training.optimizer_state_every=500
"$programs/analyze" --experiment "$experiment"

echo
echo "dashboard: $PWD/outputs/$experiment/figures/dashboard.png"
echo "report:    $PWD/outputs/$experiment/report.html"
