#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of the build's Debian packages and builds. usage: tools/build.sh [PRESET] [TARGET…]
# PRESET is release (default), dev, asan or tsan; the program is build/PRESET/assay.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  ca-certificates ccache cmake g++ ninja-build pkg-config
  libcli11-dev libcurl4-openssl-dev libfmt-dev libhwy-dev libsimdjson-dev libspdlog-dev libsqlite3-dev libssl-dev libstemmer-dev
  libutf8proc-dev
  nlohmann-json3-dev
  libcpp-httplib-dev libgmock-dev libgtest-dev python3
)
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then as_root=(env); else as_root=(sudo); fi
  echo "installing ${missing[*]}" >&2
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

preset=${1:-release}
shift || true
export CCACHE_SLOPPINESS=pch_defines,time_macros # precompiled headers are cached only with these
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake --preset "$preset" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
targets=()
for target in "$@"; do targets+=(--target "$target"); done
# Quiet when all is well; the compiler's own words when not.
cmake --build --preset "$preset" "${targets[@]}" >"$log" 2>&1 || { grep -v '^\[[0-9]*/[0-9]*\]' "$log" >&2; exit 1; }
