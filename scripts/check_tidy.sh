#!/usr/bin/env bash
# clang-tidy on the sources that changed since BASE (default: the commit before; all with --all), with the
# compile commands of the preset apart, which has one for each source. Precompiled headers of gcc mean
# nothing to clang: they are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --all ]; then
  mapfile -t files < <(git ls-files '*.cpp' | grep -v '^tests/')
else
  base=${1:-HEAD~1}
  git rev-parse -q --verify "$base" >/dev/null || base=$(git rev-list --max-parents=0 HEAD | tail -n 1)
  mapfile -t files < <(git diff --name-only --diff-filter=d "$base" -- '*.cpp' | grep -v '^tests/' || true)
fi
[ ${#files[@]} -eq 0 ] && { echo "tidy: no sources changed"; exit 0; }

mkdir -p build
cmake --preset apart >build/configure-apart.log 2>&1 || { cat build/configure-apart.log; exit 1; }
database=$(mktemp -d)
trap 'rm -rf "$database"' EXIT
sed -E 's/-Winvalid-pch//g; s/-include [^ ]*cmake_pch.hxx//g; s/-fpch-preprocess//g' \
  build/apart/compile_commands.json >"$database/compile_commands.json"
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p "$database" --quiet 2>/dev/null
echo "tidy: ${#files[@]} sources clean"
