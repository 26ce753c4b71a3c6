#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats every source with clang-format 14, or with --check tells which are not formatted (77 = not installed).
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed: not checked" >&2; exit 77; }
if [ "${1:-}" = --check ]; then arguments=(--dry-run -Werror); else arguments=(-i); fi
find include src tests bench examples -name '*.h' -o -name '*.cc' | xargs clang-format-14 "${arguments[@]}"
