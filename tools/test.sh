#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every test: all of them in Release, the store beside Qdrant's own client, all but those that need real
# weights again under ASan and UBSan, those that use threads under TSan.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."

"$here/build.sh" release
"$here/get_model.sh"
run() {
  echo "== $1 ${*:2}" >&2
  ctest --preset "$1" --quiet --parallel 2 --output-on-failure --no-tests=error --output-log "build/$1/ctest.log" "${@:2}" ||
    { sed -n '/tests passed/,$p' "build/$1/ctest.log" >&2; exit 1; }
  grep -E 'tests passed|Total Test time' "build/$1/ctest.log"
}
run release
peer=build/qdrant_client
[ -d "$peer/qdrant_client" ] || "$here/pip.sh" install --target "$peer" qdrant-client==1.20.0
PYTHONPATH=$peer python3 tests/client/contract.py
PYTHONPATH=$peer python3 tests/client/differential.py build/release/tests/client/store_driver
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
PYTHONPATH=$peer python3 tests/client/differential.py build/release/tests/client/store_driver --operations 2000 --seed 2 --store "$folder/store"
"$here/build.sh" asan
# The oldest vector path and the plain references run the same code around the kernels, only slower.
run asan --label-exclude 'weights|install|hygiene|readme' --exclude-regex 'RealMiniLm|Demo|(Golden|OnEveryTarget).*[/_](scalar|sse4)$'
# Targets that are left out of a build show up as NOT_BUILT.
"$here/build.sh" tsan base_test client_test embed_test hub_test store_test
run tsan --tests-regex 'Threads|ParallelFor|FairSharedMutex|CollectionTest|CollectionWriteTest|Scheduler' --exclude-regex 'NOT_BUILT|RealMiniLm'
