#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds assay, gets a model, runs the main job. Arguments go to `assay demo`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/build.sh" release assay_cli
"$here/get_model.sh"
exec "$here/../build/release/assay" demo "$@"
