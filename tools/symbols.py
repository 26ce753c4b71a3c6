#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that the library never aborts, exits or prints: reads the undefined symbols of its objects. usage: symbols.py LIBASSAY"""
import re
import subprocess
import sys

FORBIDDEN = re.compile(r"^(abort|exit|_exit|quick_exit|printf|puts|putchar|fprintf|perror|std::cout|std::cerr|std::clog)(@.*)?$")
# object -> symbols it may use all the same
ALLOWED = {}


def main(library: str) -> int:
    listing = subprocess.run(["nm", "--undefined-only", "--demangle", library], capture_output=True, text=True, check=True).stdout
    faults, current = [], ""
    for line in listing.splitlines():
        if line.endswith(":"):
            current = line[:-1].split("/")[-1]
        match = re.match(r"\s*U (.+)$", line)
        if match and FORBIDDEN.match(match.group(1)) and match.group(1) not in ALLOWED.get(current, ()):
            faults.append(f"{current}: {match.group(1)}")
    print("\n".join(faults) if faults else "no object aborts, exits or prints")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
