#!/usr/bin/env bash
# train + analyze of the quick experiment, from the programs that users call, and the files they promise.
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
