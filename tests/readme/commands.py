#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every `assay COMMAND --flag` of the documents' shell blocks exists. usage: commands.py ASSAY DOCUMENT..."""
import pathlib
import re
import subprocess
import sys

faults, seen = [], 0
helps = {}
for document in sys.argv[2:]:
    for block in re.findall(r"^```(?:sh|bash)\n(.*?)^```", pathlib.Path(document).read_text(), re.M | re.S):
        for command, rest in re.findall(r"\bassay ([a-z]+)([^|#\n]*)", block):
            if command not in helps:
                run = subprocess.run([sys.argv[1], command, "--help"], capture_output=True, text=True)
                helps[command] = run.stdout if run.returncode == 0 else None
            seen += 1
            if helps[command] is None:
                faults.append(f"{document}: assay {command}: no such command")
                continue
            for flag in re.findall(r"(?<=\s)(--?[a-z][a-z0-9-]*)", rest):
                if not re.search(rf"(^|[\s,]){re.escape(flag)}\b", helps[command]):
                    faults.append(f"{document}: assay {command} {flag}: no such flag")
if not seen:
    faults.append("no command found")
print("\n".join(faults) if faults else f"{seen} commands exist")
sys.exit(1 if faults else 0)
