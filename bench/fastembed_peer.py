#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay against FastEmbed on the same weights, texts and threads: answers first, then rates in alternation.

usage: fastembed_peer.py ASSAY MODEL_FOLDER ONNX_FOLDER TEXTS [--threads 2] [--rounds 5]

Needs the Python package fastembed. ONNX_FOLDER holds the model's own weights as model.onnx with the tokenizer files beside it. TEXTS has
one JSON string a line, as `assay embed` reads them. Tokens are real ones, as both count them; times are text in, vectors out, without loading.
"""
import argparse
import json
import statistics
import subprocess
import time

import numpy
from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType


def ours(options, precision="fp32"):
    command = [options.assay, "embed", "-m", options.model, "--threads", str(options.threads), "--precision", precision, "--stats"]
    with open(options.texts, encoding="utf-8") as texts:
        done = subprocess.run(command, stdin=texts, capture_output=True, text=True, check=True)
    stats = json.loads(done.stderr.strip().splitlines()[-1])
    return stats, numpy.array([json.loads(line)["embedding"] for line in done.stdout.splitlines()], dtype=numpy.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assay")
    parser.add_argument("model")
    parser.add_argument("onnx")
    parser.add_argument("texts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    TextEmbedding.add_custom_model(model="local/peer", pooling=PoolingType.MEAN, normalization=True, model_file="model.onnx",
                                   sources=ModelSource(hf="local/peer"), dim=384)
    peer = TextEmbedding("local/peer", threads=options.threads, specific_model_path=options.onnx)
    with open(options.texts, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    rates = {"fp32": [], "int8": [], "fastembed": []}
    for turn in range(options.rounds):
        for precision in ("fp32", "int8"):
            stats, vectors = ours(options, precision)
            rates[precision].append(stats["tokens_per_second"])
            if precision == "fp32":
                exact = vectors
        begin = time.perf_counter()
        theirs = numpy.array(list(peer.embed(texts)))
        rates["fastembed"].append(stats["tokens"] / (time.perf_counter() - begin))
        if turn == 0:
            print(f"{len(texts)} texts, {stats['tokens']} tokens (FastEmbed counts {peer.token_count(texts)})")
            print(f"largest difference of a component, fp32: {numpy.abs(exact - theirs).max():.1e}; "
                  f"mean cosine, int8: {(vectors * theirs).sum(1).mean():.5f}")
    for name, one, other in (("fp32 to FastEmbed", "fp32", "fastembed"), ("int8 to FastEmbed", "int8", "fastembed"), ("int8 to fp32", "int8", "fp32")):
        ratios = sorted(a / b for a, b in zip(rates[one], rates[other]))
        print(f"{name}: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main()
