#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/base/unicode_tables.inc: how the Python package `tokenizers` treats every code point.

The package bundles several versions of Unicode (categories of 8, normalization of 9, later ones in its regular expressions,
lower case and grapheme clusters), so no single library of tables gives its token ids. Everything here is found by running its
components, nothing is copied from a table.

usage: unicode_exceptions.py OUTPUT      needs: pip install tokenizers==0.23.3, libutf8proc.so.2
"""
import base64
import ctypes
import json
import struct
import sys

import tokenizers
from tokenizers import Regex, Tokenizer, models
from tokenizers import normalizers as N
from tokenizers import pre_tokenizers as P

POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co".split()


def each(normalizer, wrap):
    """What `normalizer` makes of wrap(c) for every code point; the separator is a starter that nothing changes."""
    out = normalizer.normalize_str("\u2581".join(wrap(chr(c)) for c in POINTS)).split("\u2581")
    separator = POINTS.index(0x2581)
    del out[separator : separator + len(wrap("\u2581").split("\u2581")) - 1]
    assert len(out) == len(POINTS), (len(out), len(POINTS))
    out[separator] = wrap("\u2581")
    return dict(zip(POINTS, out))


def matched(pattern):
    text = "".join(map(chr, POINTS))
    found = set()
    for _, (begin, end) in P.Split(Regex(f"(?:{pattern})+"), "removed", invert=True).pre_tokenize_str(text):
        found.update(POINTS[begin:end])
    return found


def pieces(pre_tokenizer):
    """Pieces of "a", code point, blank, by code point."""
    text = "".join(f"a{chr(c)} " for c in POINTS)
    out = {c: [] for c in POINTS}
    for piece, (begin, end) in pre_tokenizer.pre_tokenize_str(text):
        assert begin // 3 == (end - 1) // 3 or chr(POINTS[begin // 3]) == " " or end - begin < 4, (begin, end)
        out[POINTS[begin // 3]].append(piece)
    return out


def cluster_counter():
    """A Precompiled normalizer that writes one X for each grapheme cluster of under six bytes, else one for each character."""
    units = [0] * 1024
    units[0] = 256 << 10
    for lead in [*range(1, 0x80), *range(0xC2, 0xF5)]:
        if lead == 10:
            continue
        child = 256 ^ lead
        units[child] = ((child ^ 512) << 10) | (1 << 8) | lead
    units[512] = 1 << 31
    charsmap = struct.pack("<I", 4 * len(units)) + struct.pack(f"<{len(units)}I", *units) + b"X\0"
    state = Tokenizer(models.WordLevel({"x": 0}, "x")).to_str()
    state = json.loads(state)
    state["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap).decode()}
    return Tokenizer.from_str(json.dumps(state)).normalizer


def clusters(counter, wrap):
    points = [c for c in POINTS if c not in (0, 10, 13)]  # no key, the separator, and what would be one cluster with it
    lines = counter.normalize_str("\n".join(wrap(chr(c)) for c in points)).split("\n")
    assert len(lines) == len(points)
    return dict(zip(points, map(len, lines)))


def main(output):
    bits = dict.fromkeys(POINTS, 0)

    def mark(bit, points):
        for c in points:
            bits[c] |= 1 << bit

    for number, name in enumerate(CATEGORIES):
        if name not in ("Cn", "Cs"):
            for c in matched(f"\\p{{{name}}}"):
                assert bits[c] == 0
                bits[c] = number
    space = matched(r"\s")
    word = matched(r"\w")
    split = pieces(P.Whitespace())
    mark(5, [c for c in POINTS if split[c] == ["a"]])
    white = {c for c in POINTS if bits[c] & 32}
    assert white == space, "the white space of both expression libraries agrees"
    mark(6, [c for c in POINTS if split[c] == ["a" + chr(c)]])
    for c in [p for p in POINTS if bool(bits[p] & 64) != (p in word)]:
        print(f"\\w differs between the expression libraries: {c:X}", file=sys.stderr)
    mark(7, [c for c, p in pieces(P.BertPreTokenizer()).items() if p == ["a", chr(c)]])
    bare = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    mark(8, [c for c, s in each(N.BertNormalizer(**{**bare, "clean_text": True}), lambda c: c).items() if not s])
    mark(9, [c for c, s in each(N.BertNormalizer(**{**bare, "strip_accents": True}), lambda c: c).items() if not s])
    mark(10, [c for c, s in each(N.StripAccents(), lambda c: c).items() if not s])
    text = "".join(f"a{chr(c)}" for c in POINTS)
    mark(11, [ord(p) for p, _ in P.Digits(individual_digits=True).pre_tokenize_str(text) if len(p) == 1 and p != "a"])
    counter = cluster_counter()
    mark(12, [c for c, n in clusters(counter, lambda c: "a" + c).items() if n == 1])
    mark(13, [c for c, n in clusters(counter, lambda c: c + "a").items() if n == 1])
    # Behind a control two extenders are a cluster of their own; else there is one cluster, short or not.
    mark(14, [c for c, n in clusters(counter, lambda c: c + "\u0308\u0345").items() if n == 2] + [0, 10, 13])
    mark(15, [c for c, n in clusters(counter, lambda c: "\u00a9\u200d" + c).items() if n == 3 and not bits[c] & (1 << 12)])
    nfd = N.NFD()
    late = each(nfd, lambda c: "\u0345" + c)  # classes below 240 go before it
    early = each(nfd, lambda c: c + "\u0334")  # classes above 1 go behind it
    mark(16, [c for c in POINTS if late[c] == chr(c) + "\u0345" and c != 0x345 or early[c] == "\u0334" + chr(c) and c != 0x334])
    mark(16, [0x345, 0x334])

    library = ctypes.CDLL("libutf8proc.so.2")
    library.utf8proc_version.restype = library.utf8proc_unicode_version.restype = ctypes.c_char_p

    def decomposed(c, options):
        points = (ctypes.c_int32 * 18)()
        boundary = ctypes.c_int(0)
        count = library.utf8proc_decompose_char(c, points, 18, options, ctypes.byref(boundary))
        return "".join(map(chr, points[:count]))

    canonical = {c: s for c, s in each(nfd, lambda c: c).items() if s != decomposed(c, 1 << 4)}
    compatible = {c: s for c, s in each(N.NFKD(), lambda c: c).items() if s != decomposed(c, (1 << 4) | (1 << 2))}
    lower = {c: s for c, s in each(N.Lowercase(), lambda c: c).items() if s != chr(library.utf8proc_tolower(c))}

    runs = []
    for c in range(0x110000):
        value = bits.get(c, 28)  # surrogates
        if not runs or runs[-1][1] != value:
            runs.append((c, value))
    with open(output, "w", encoding="ascii") as file:
        file.write(
            "// SPDX-License-Identifier: Apache-2.0\n"
            "// Written by tools/unicode_exceptions.py, which says what this is; read by unicode.cc alone.\n"
            f"// tokenizers {tokenizers.__version__} against utf8proc {library.utf8proc_version().decode()} "
            f"(Unicode {library.utf8proc_unicode_version().decode()}).\n// clang-format off\n\n"
            "// First code point of a run, and its properties up to the next one.\n"
        )
        write(file, "Run kRuns", [f"{{0x{c:X},0x{v:X}}}" for c, v in runs])
        for name, table in (("Canonical", canonical), ("Compatible", compatible), ("Lower", lower)):
            file.write(f"\n// Code points whose mapping is not utf8proc's.\n")
            entries = []
            for c, s in sorted(table.items()):
                assert len(s) <= 4, (c, s)
                points = ",".join(f"0x{ord(x):X}" for x in s)
                entries.append(f"{{0x{c:X},{{{points}}}}}")
            write(file, f"Exception k{name}Exceptions", entries)
    print(len(runs), "runs,", len(canonical), len(compatible), len(lower), "mappings", file=sys.stderr)


def write(file, declaration, entries):
    file.write(f"constexpr {declaration}[] = {{\n")
    line = ""
    for entry in entries:
        if len(line) + len(entry) > 125:
            file.write(line + "\n")
            line = ""
        line += entry + ","
    file.write(line + "\n};\n")


main(sys.argv[1])
