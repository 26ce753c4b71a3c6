#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# pip, installed first where it is missing.
set -euo pipefail
if ! python3 -m pip --version >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then as_root=(env); else as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-pip >/dev/null
fi
exec python3 -m pip --quiet --disable-pip-version-check "$@"
