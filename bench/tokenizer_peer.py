#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What tokenizer_bench measures, with the Python package `tokenizers`. usage: tokenizer_peer.py FOLDER TEXTS [ROUNDS]

One thread; both with encode_batch (ids, offsets, all) and with encode_batch_fast (no offsets).
"""
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from tokenizers import Tokenizer  # noqa: E402

begin = time.perf_counter()
tokenizer = Tokenizer.from_file(f"{sys.argv[1]}/tokenizer.json")
load = time.perf_counter() - begin
tokenizer.no_truncation()
tokenizer.no_padding()
texts = open(sys.argv[2], encoding="utf-8").read().split("\n")
size = sum(len(text.encode()) for text in texts) / 1e6
for name in ("encode_batch", "encode_batch_fast"):
    best = 1e9
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 20):
        begin = time.perf_counter()
        encodings = getattr(tokenizer, name)(texts)
        best = min(best, time.perf_counter() - begin)
    tokens = sum(len(encoding.ids) for encoding in encodings)
    print(f"tokenizers {name}: {len(texts)} texts, {size:.2f} MB, {tokens} tokens: {size / best:.1f} MB/s, {tokens / 1e6 / best:.2f} Mtokens/s; loaded in {load * 1e3:.0f} ms")
