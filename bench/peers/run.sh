#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# assay beside FastEmbed, ONNX Runtime, OpenVINO and sentence-transformers on the same weights, texts and threads:
# sets up a Python environment (about 6 GB), exports the models, alternates the engines and prints a table.
#
# usage: bench/peers/run.sh [compare.py's options]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=build/peers
mkdir -p "$work"
if ! cmp -s bench/peers/requirements.txt "$work/installed.txt"; then
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
  cp bench/peers/requirements.txt "$work/installed.txt"
fi
tools/build.sh release >&2
cmake -S . -B build/release -DASSAY_BUILD_BENCH=ON >/dev/null
cmake --build build/release --target assay_worker >&2
tools/get_model.sh
"$work/python/bin/python" bench/peers/prepare.py build/release/assay "$work/models"
"$work/python/bin/python" bench/peers/compare.py build/release/bench/assay_worker "$work/models" "$@"
