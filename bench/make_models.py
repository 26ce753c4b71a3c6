#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Model folders of published sizes with random weights, for encoder_bench.

usage: bench/make_models.py OUT [NAME...]

Tensor names and config fields are those of the small folders in tests/golden/models; widths become
those of the base models, four layers stand for all of them (six with sliding windows).
"""
import array
import json
import pathlib
import random
import struct
import sys

GOLDEN = pathlib.Path(__file__).parent.parent / "tests/golden/models"
VOCABULARY = 4000
# name: golden folder, widths of the base model by the fields of its config.json
BASE = {"hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072}
MODELS = {
    "bert": ("bert-embedder", BASE),
    "xlm-roberta": ("roberta-embedder", BASE),
    "mpnet": ("mpnet-embedder", BASE),
    "jina-bert": ("jinabert-embedder", BASE),
    "jina-code": ("jinacode-embedder", BASE),
    "nomic-bert": ("nomic-embedder", BASE | {"n_embd": 768, "n_head": 12, "n_inner": 3072}),
    "gte": ("gte-embedder", BASE),
    "modernbert": ("modernbert-embedder", BASE | {"intermediate_size": 1152, "local_attention": 128}),
    "deberta": ("deberta-v2-cross-encoder", BASE | {"position_buckets": 256}),
    "qwen3": ("qwen3-embedder", {"hidden_size": 1024, "num_attention_heads": 16, "head_dim": 128,
                                 "num_key_value_heads": 8, "intermediate_size": 3072}),
    "gemma3": ("gemma3-embedder", {"hidden_size": 768, "num_attention_heads": 3, "head_dim": 256,
                                   "num_key_value_heads": 1, "intermediate_size": 1152}),
}
POSITIONS = {"bert": 512, "xlm-roberta": 514, "mpnet": 514, "deberta": 512}


def header_of(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        return {name: entry["shape"] for name, entry in json.loads(file.read(size)).items() if name != "__metadata__"}


def scaled(name, shape, old, new):
    """The shape of a tensor in the large model."""
    if "word_embeddings" in name or "tok_embeddings" in name or "embed_tokens" in name:
        return [VOCABULARY, new["hidden_size"]]
    if "position_embeddings" in name:
        return [new["max_position_embeddings"], new["hidden_size"]]
    if "token_type" in name:
        return [shape[0], new["hidden_size"]]
    if "rel_embeddings" in name:
        return [2 * new["position_buckets"], new["hidden_size"]]
    if "relative_attention_bias" in name:
        return [shape[0], new["num_attention_heads"]]
    widths = {}
    for config, sizes in ((old, {}), (new, widths)):
        hidden, wide = config["hidden_size"], config["intermediate_size"]
        dim = config.get("head_dim", hidden // config["num_attention_heads"])
        sizes.update(dim=dim, hidden=hidden, wide=wide, qkv=3 * hidden, gated=2 * wide,
                     queries=config["num_attention_heads"] * dim,
                     keys=config.get("num_key_value_heads", 0) * dim)
        if config is old:
            before = sizes
    roles = {"q_proj": "queries", "k_proj": "keys", "v_proj": "keys", "Wqkv": "qkv", "qkv_proj": "qkv",
             "gated": "gated", "up_gate": "gated", "Wi.": "gated"}
    result = []
    for i, size in enumerate(shape):
        role = next((r for key, r in roles.items() if i == 0 and key in name and before[r] == size), None)
        if role is None and i == 1 and "o_proj" in name:
            role = "queries"
        if role is None:
            role = next(r for r in ("hidden", "wide", "dim") if before[r] == size)
        result.append(widths[role])
    return result


def write(out, name):
    folder, sizes = MODELS[name]
    old = json.loads((GOLDEN / folder / "config.json").read_text())
    layers = 6 if "layer_types" in old or "global_attn_every_n_layers" in old else 4
    new = old | sizes | {"num_hidden_layers": layers, "n_layer": layers, "vocab_size": VOCABULARY,
                         "max_position_embeddings": POSITIONS.get(name, 8192)}
    new["n_positions"] = new["max_position_embeddings"]
    if "layer_types" in old:
        new["layer_types"] = (old["layer_types"] * layers)[:layers]
    if name == "deberta":
        new["architectures"] = ["DebertaV2Model"]
    shapes = {}
    for tensor, shape in header_of(GOLDEN / folder / "model.safetensors").items():
        parts = tensor.split(".")
        number = next((i for i, part in enumerate(parts) if part.isdigit()), None)
        if "pooler" in tensor or "classifier" in tensor or "position_ids" in tensor:
            continue
        if number is None:
            shapes[tensor] = scaled(tensor, shape, old, new)
        elif parts[number] == "1":  # the first layer may lack a norm
            for layer in range(layers):
                parts[number] = str(layer)
                shapes[".".join(parts)] = scaled(tensor, shape, old, new)
    random.seed(1)
    block = array.array("f", (random.gauss(0, 0.05) for _ in range(1 << 18))).tobytes()
    header, end = {}, 0
    for tensor, shape in shapes.items():
        size = 4
        for extent in shape:
            size *= extent
        header[tensor] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header)
    text += " " * (-len(text) % 8)
    target = out / name
    target.mkdir(parents=True, exist_ok=True)
    (target / "config.json").write_text(json.dumps(new))
    with open(target / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text.encode())
        for entry in header.values():
            size = entry["data_offsets"][1] - entry["data_offsets"][0]
            file.write(block * (size // len(block)) + block[: size % len(block)])


for wanted in sys.argv[2:] or MODELS:
    write(pathlib.Path(sys.argv[1]), wanted)
    print(wanted)
