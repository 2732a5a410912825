#!/usr/bin/env bash
# Installs what is missing on Debian 12. Nothing else is fetched: Debian's packages are all it needs.
# With --browser also Chromium (over 400 MB with its libraries), for the tests of report.html and for
# screenshots of it; without it these are skipped.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache git ca-certificates
  libtorch-dev libopenblas0-openmp libdnnl-dev libhdf5-dev hdf5-tools libssl-dev
  libeigen3-dev libboost-math-dev
  libyaml-cpp-dev libcli11-dev nlohmann-json3-dev libpcre2-dev libutf8proc-dev libspdlog-dev
  gnuplot-nox fonts-dejavu-core libgtest-dev libbenchmark-dev
  python3 python3-h5py python3-jsonschema slurm-wlm munge
  clang-format clang-tidy clang libclang-rt-dev libomp-dev
)
[ "${1:-}" != --browser ] || packages+=(chromium)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
  as_root=(sudo)
else
  echo "error: ${#missing[@]} packages are missing and this is neither root nor sudo; run as root:" >&2
  echo "  apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" "${install[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "error: installing failed; run as root: apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
