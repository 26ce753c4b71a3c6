#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every architecture at base size with random weights: its token rate as a share of the core's multiply-add peak; prints a table in Markdown.

usage: families.py ENCODER_BENCH FOLDER [--length 256] [--sequences 8] [--threads 1] [--rounds 5]
FOLDER takes the models that make_models.py makes (3.5 GB). In a round every family runs once in fp32 and once in int8. The peak is that
measured beside each run; shares are medians over the rounds of the rate by the largest peak of the round.
"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys

ANSWER = re.compile(r"([\d.]+) tokens/s .* ([\d.]+) GFLOP/s a core \| .* of ([\d.]+)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    for name, default in (("length", 256), ("sequences", 8), ("threads", 1), ("rounds", 5)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    if not options.folder.exists():
        subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("make_models.py")), str(options.folder)], check=True)
    families = sorted(path.name for path in options.folder.iterdir() if (path / "config.json").exists())
    shares, gains, path = {}, {}, ""
    for _ in range(options.rounds):
        rates, peaks = {}, []
        for family in families:
            for precision in ("fp32", "int8"):
                run = subprocess.run([options.program, str(options.folder / family), str(options.length), str(options.sequences), str(options.threads),
                                      precision], capture_output=True, text=True, check=True)
                _, rate, peak = map(float, ANSWER.search(run.stdout).groups())
                path = run.stdout.split()[0]
                rates[family, precision] = rate
                peaks.append(peak)
        for family in families:
            shares.setdefault(family, []).append(rates[family, "fp32"] / max(peaks))
            gains.setdefault(family, []).append(rates[family, "int8"] / rates[family, "fp32"])
    print(f"{path}, {options.threads} thread(s), {options.sequences} texts of {options.length} tokens, {options.rounds} rounds\n")
    print("| architecture | fp32, share of the multiply-add peak | int8 against fp32 |\n| --- | --- | --- |")
    for family in families:
        print(f"| {family} | {statistics.median(shares[family]):.0%} ({min(shares[family]):.0%} to {max(shares[family]):.0%}) | "
              f"{statistics.median(gains[family]):.2f} x |", flush=True)


main()
