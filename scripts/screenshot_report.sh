#!/usr/bin/env bash
# Draws a report.html with headless Chromium, so that a person can look at it:
#   scripts/screenshot_report.sh REPORT.html OUT.png [WIDTH] [HEIGHT]
# WIDTH: of the page, 1280 pixels by default; 375 is a phone's. HEIGHT: what of it is drawn, 6000 by default.
# With DARK=1 as a reader with dark colours sees it. Needs Chromium: scripts/setup.sh --browser.
set -euo pipefail

if [ $# -lt 2 ] || [ $# -gt 4 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
page=$(realpath -m "$1") out=$(realpath -m "$2") width=${3:-1280} height=${4:-6000}
[ -s "$page" ] || { echo "error: $page is missing or empty" >&2; exit 3; }
command -v chromium >/dev/null || {
  echo "error: no chromium: scripts/setup.sh --browser installs it" >&2
  exit 1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A window is at least 500 pixels wide, whatever is asked for: a frame is as narrow as it should be.
printf '<!DOCTYPE html><style>body{margin:0}</style><iframe src="file://%s" style="border:0;width:%dpx;height:%dpx"></iframe>\n' \
  "$page" "$width" "$height" >"$folder/frame.html"
flags=(--headless=new --user-data-dir="$folder/profile" --no-first-run --disable-gpu --disable-background-networking
  --disable-dev-shm-usage --hide-scrollbars --window-size="$width,$height" --screenshot="$out")
[ "$(id -u)" -ne 0 ] || flags+=(--no-sandbox)  # it does not run as root
[ "${DARK:-}" != 1 ] || flags+=(--blink-settings=preferredColorScheme=0)
rm -f "$out"
# A browser that hangs is ended, and its children with it.
timeout --kill-after=5 240 chromium "${flags[@]}" "file://$folder/frame.html" >"$folder/log" 2>&1 ||
  { cat "$folder/log" >&2; exit 1; }
[ -s "$out" ] || { cat "$folder/log" >&2; echo "error: no picture" >&2; exit 1; }
echo "$out"
