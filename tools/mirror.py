#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every src/**/x.cc has tests/**/x_test.cc, or a reasoned line in tests/uncovered.txt. usage: mirror.py ROOT"""
import pathlib
import sys


def main(root: pathlib.Path) -> int:
    listed = {}
    for line in (root / "tests/uncovered.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition(":")
            listed[name.strip()] = reason.strip()
    faults = [f"tests/uncovered.txt: {name} has no reason" for name, reason in listed.items() if not reason]
    for file in sorted((root / "src").rglob("*.cc")):
        name = file.relative_to(root / "src").with_suffix("").as_posix()
        stem = name.removesuffix("_simd").removesuffix("_reference")
        tested = (root / "tests" / (stem + "_test.cc")).exists()
        if not tested and name + ".cc" not in listed:
            faults.append(f"src/{name}.cc: no tests/{stem}_test.cc and no line in tests/uncovered.txt")
        if name + ".cc" in listed and tested:
            faults.append(f"tests/uncovered.txt: {name}.cc has a test now")
    for name in listed:
        if not (root / "src" / name).exists():
            faults.append(f"tests/uncovered.txt: src/{name} does not exist")
    print("\n".join(faults) if faults else "tests mirror src")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
