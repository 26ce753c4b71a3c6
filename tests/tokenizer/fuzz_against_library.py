#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares token ids and byte offsets of random strings with those of the Python package `tokenizers`.

usage: fuzz_against_library.py PROGRAM [--count N] [--seed N] [--points] FOLDER...
PROGRAM is build/release/assay; each FOLDER holds a tokenizer.json. Prints the strings tried and the differences, the first of
them in full, and exits with 1 when there is one. --points also tries every code point between two letters.
Needs: pip install tokenizers==0.23.3
"""
import argparse
import json
import random
import subprocess
import sys

from tokenizers import Tokenizer

RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x61, 0x7A), (0x30, 0x39), (0, 0x1F), (0x7F, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x370, 0x5FF),
    (0x600, 0x8FF), (0x900, 0xDFF), (0xE00, 0x10FF), (0x1100, 0x11FF), (0x1AB0, 0x1AFF), (0x1E00, 0x1FFF), (0x2000, 0x206F),
    (0x2070, 0x2BFF), (0x2E00, 0x303F), (0x3040, 0x30FF), (0x3400, 0x3410), (0x4E00, 0x4E50), (0xA8E0, 0xA9FF), (0xAC00, 0xD7FB),
    (0xE000, 0xE010), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFFFF), (0x10000, 0x11FFF), (0x16000, 0x16FFF),
    (0x1D100, 0x1D7FF), (0x1E000, 0x1E9FF), (0x1F000, 0x1FAFF), (0x20000, 0x20010), (0x2B730, 0x2B930), (0x2F800, 0x2FA1F),
    (0xE0000, 0xE01EF), (0x10FFF0, 0x10FFFF),
]
PARTS = [
    " ", "  ", "   ", "\n", "\r\n", "\n\n", "\t", "\u00a0", "\u3000", "\u2028", "\u200b", "\u200d", "\ufe0f", "\u0301", "\u0323", "\u0345",
    "\u0338", "\ufeff", "\u0000", "\ufffd", "\u2581", "\u0120", "e\u0301", "\u00e9", "\u0130", "\u017f", "\u00df", "\u03a3", "\ufb01", "\u2460", "\u00bd", "\u00b2",
    "the", "The", "ing", "and of", "don't", "'s", "'S", "'ll", "'VE", "we'Re", "...", "?!", "--", "1234567", "3.14", "\u0664\u0665", "\u0e01\u0e33",
    "\u0627\u0644\u0633\u0644\u0627\u0645", "\u65e5\u672c\u8a9e", "\u30ab\u3099", "\u1100\u1161\u11a8", "\ud55c\uad6d\uc5b4", "\u0915\u094d\u0937\u093f", "\U0001f469\u200d\U0001f4bb",
    "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd", "<0x41>", "##ing", "[MASK", "</", "http://a.b/c?d=e&f", "a_b", "camelCase", "x" * 30, "na\u00efve caf\u00e9",
]


def strings(count, seed, added):
    generator = random.Random(seed)
    parts = PARTS + added
    for number in range(count):
        ranges = generator.sample(RANGES, 3)
        words = generator.random() < 0.4
        out = []
        for _ in range(generator.randint(1, 25)):
            if generator.random() < (0.7 if words else 0.3):
                out.append(generator.choice(parts))
                continue
            c = generator.randint(*generator.choice(ranges))
            if not 0xD800 <= c < 0xE000:
                out.append(chr(c) * (generator.randint(2, 40) if generator.random() < 0.03 else 1))
        if words:
            out = [piece for part in out for piece in (part, " ")]
        yield "".join(out)


def expected(tokenizer, text):
    encoding = tokenizer.encode(text)
    starts = [0]
    for c in text:
        starts.append(starts[-1] + len(c.encode()))
    # A token that the template added has no place; one of the text has, also when it is special.
    offsets = [[0, 0] if special else [starts[a], starts[b]] for (a, b), special in zip(encoding.offsets, encoding.special_tokens_mask)]
    return encoding.ids, offsets


def compare(program, folder, tokenizer, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    run = subprocess.run([program, "tokenize", "-m", folder, "--max-length", "0"], input=lines.encode(), capture_output=True)
    if run.returncode != 0:
        sys.exit(f"{folder}: {run.stderr.decode()[-500:]}")
    rows = run.stdout.decode().splitlines()
    if len(rows) != len(texts):
        sys.exit(f"{folder}: {len(texts)} strings, {len(rows)} answers")
    wrong_ids = wrong_offsets = 0
    for text, line in zip(texts, rows):
        row = json.loads(line)
        ids, offsets = expected(tokenizer, text)
        if row["ids"] == ids and row["offsets"] == offsets:
            continue
        if row["ids"] != ids:
            wrong_ids += 1
        else:
            wrong_offsets += 1
        if wrong_ids + wrong_offsets <= 3:
            print(f"  {ascii(text)}\n    library {ids} {offsets}\n    assay   {row['ids']} {row['offsets']}")
    return wrong_ids, wrong_offsets


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", action="store_true")
    options = parser.parse_args()
    failed = False
    for folder in options.folders:
        tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        tokenizer.no_truncation()
        tokenizer.no_padding()
        added = [token.content for token in tokenizer.get_added_tokens_decoder().values()][:20]
        texts = list(strings(options.count, options.seed, added))
        if options.points:
            texts += [f"a{chr(c)}b" for c in range(0x110000) if not 0xD800 <= c < 0xE000]
        wrong_ids = wrong_offsets = 0
        for first in range(0, len(texts), 50_000):
            ids, offsets = compare(options.program, folder, tokenizer, texts[first : first + 50_000])
            wrong_ids += ids
            wrong_offsets += offsets
        failed = failed or wrong_ids + wrong_offsets > 0
        print(f"{folder}: {len(texts)} strings (seed {options.seed}), {wrong_ids} with other ids, {wrong_offsets} with other offsets alone", flush=True)
    return 1 if failed else 0


sys.exit(main())
