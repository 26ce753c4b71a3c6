#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks README.md, ARCHITECTURE.md and docs/: every file they name exists. usage: documents.py ROOT"""
import pathlib
import re
import sys

PLACES = ("", "src/", "include/", "tests/", "tools/", "docs/")


def main(root: pathlib.Path) -> int:
    faults = []
    documents = [root / "README.md", root / "ARCHITECTURE.md", *sorted((root / "docs").rglob("*.md"))]
    for document in documents:
        text = document.read_text()
        # Code blocks may name files of the reader; names in running text, tables and walks are ours.
        walks = re.findall(r"^\s*\d+ ([a-z_]+/[a-z_0-9./-]+\.(?:cc|h|py|sh))", text, re.M)
        named = re.findall(r"`((?:[a-z_]+/)*[a-zA-Z_0-9.-]+\.(?:cc|h|py|sh|md))`", text)
        for name in walks + named:
            if not any((root / (place + name)).exists() for place in PLACES):
                faults.append(f"{document.relative_to(root)}: names {name}, which does not exist")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not (document.parent / target).exists():
                faults.append(f"{document.relative_to(root)}: links to {target}, which does not exist")
    print("\n".join(faults) if faults else f"{len(documents)} documents name only what exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
