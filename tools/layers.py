#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the direction of #includes: which folder of src/ may include which, and where third-party headers may stand.

usage: layers.py ROOT. Prints every breach and exits with 1 when there is one. The tables are the rule; a reason stands beside
each line that is not obvious.
"""
import pathlib
import re
import sys

# folder -> folders it may include besides itself
FOLDERS = {
    "base": [],
    "kernels": ["base"],
    "tokenizer": ["base"],
    "sparse": ["base"],
    "model": ["kernels", "base"],
    "hub": ["base"],
    "wire": ["base"],
    "store": ["kernels", "base"],
    "embed": ["sparse", "tokenizer", "model", "kernels", "hub", "base"],
    "client": ["store", "embed", "wire", "base"],
    "server": ["client", "embed", "wire", "base"],
    # wire: the command line speaks JSONL, a dialect that is read and written there like every other.
    "cli": ["server", "client", "embed", "hub", "wire", "base"],
}

# third-party header -> files of src/ that may include it (patterns)
CONFINED = {
    r"hwy/": [r"kernels/.*_simd\.cc", r"kernels/.*-inl\.h", r"kernels/cpu\.cc"],
    r"simdjson\.h": [r"tokenizer/json_node\.h", r"model/safetensors\.cc"],
    # wire: nlohmann-json tells the byte of a fault, which simdjson does not.
    r"nlohmann/": [r"base/json_text\.h", r"model/config\.cc", r"hub/.*\.cc", r"wire/.*\.cc", r"store/payload.*\.cc"],
    r"curl/": [r"base/http_client\.cc"],
    r"openssl/": [r"base/checksum\.cc"],
    r"utf8proc\.h": [r"base/unicode\.cc"],
    r"spdlog/": [r"base/log\.cc"],
    r"CLI/": [r"cli/.*"],
    r"libstemmer\.h": [r"sparse/stemmer\.cc"],
    r"sqlite3\.h": [r"store/sqlite.*\.cc"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def main(root: pathlib.Path) -> int:
    breaches = []
    files = sorted(p for p in (root / "src").rglob("*") if p.suffix in (".h", ".cc"))
    for file in files:
        name = file.relative_to(root / "src").as_posix()
        folder = name.split("/")[0]
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match.group(1)
            place = f"src/{name}:{number}: includes {header}"
            other = header.split("/")[0]
            if other in FOLDERS and "/" in header and other != folder and other not in FOLDERS.get(folder, []):
                breaches.append(f"{place}: {folder}/ may include {', '.join(FOLDERS.get(folder, [])) or 'nothing'}")
            for pattern, places in CONFINED.items():
                if re.match(pattern, header) and not any(re.fullmatch(p, name) for p in places):
                    breaches.append(f"{place}: allowed only in {', '.join(places)}")
    for file in sorted((root / "include").rglob("*.h")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if match and "/" in match.group(1) and not match.group(1).startswith("assay/"):
                breaches.append(f"{file.relative_to(root)}:{number}: includes {match.group(1)}: public headers use the standard library only")
    print("\n".join(breaches) if breaches else f"{len(files)} files of src/ keep the layers")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
