#!/usr/bin/env bash
# train + analyze of the quick experiment, from the programs that users call, and the files they promise; then a
# program of somebody else (examples/) against the installed libraries, on that run.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$PWD/build/release/bin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$programs/train" --config quick --output-dir "$folder" --quiet
"$programs/analyze" --experiment quick --output-dir "$folder" --quiet
for file in figures/dashboard.png figures/dashboard.svg report.json report.md report.html metrics.jsonl run.json; do
  [ -s "$folder/quick/$file" ] || { echo "error: $file is missing or empty" >&2; exit 1; }
done
/usr/bin/python3 - "$folder/quick/report.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
assert report["transitions"], "no transitions in the report"
for transition in report["transitions"]:
    print(transition.get("name") or transition.get("event"), transition.get("status"), transition.get("step"))
PY

cmake --install build/release --prefix "$folder/installed" >/dev/null
cmake -S examples/patch_one_head -B "$folder/example" -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_PREFIX_PATH="$folder/installed" >"$folder/example.log" || { cat "$folder/example.log" >&2; exit 1; }
cmake --build "$folder/example" >>"$folder/example.log" || { cat "$folder/example.log" >&2; exit 1; }
last=$(find "$folder/quick/checkpoints" -name 'step_*.h5' | sort | tail -n 1)
"$folder/example/patch_one_head" "$last" "$folder/quick/dataset.h5" 0 0
