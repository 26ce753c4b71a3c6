#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time a token against the number of texts, their length and the threads; prints tables in Markdown.

usage: scaling.py ASSAY_WORKER MODELS [--rounds 5]     (MODELS as prepare.py makes them)

A round lets every combination run once; shown is the median over the rounds of each ratio within a round. The first table has short texts and
abstracts in growing numbers, the second one text of growing length, where the operations of attention grow with the length.
"""
import argparse
import json
import statistics
import tempfile

import compare
import texts

ENGINES = ["assay", "assay-int8"]
COUNTS = [1, 10, 100, 1000, 10000]
LENGTHS = [64, 256, 1024, 4096, 8192]
LEAST = 500  # texts a round, so that a round takes long enough


def workloads():
    result = {}
    for count in COUNTS:
        calls = max(1, LEAST // count)
        result[f"short {count}"] = compare.embed("minilm", [texts.short(count, seed=100 + i) for i in range(calls)])
        if count <= 1000:
            result[f"abstracts {count}"] = compare.embed("minilm", [texts.abstracts(count, seed=200 + i) for i in range(max(1, calls // 10))])
    for length in LENGTHS:  # about 1.4 tokens a word; a longer text is cut at 8,192
        result[f"length {length}"] = compare.embed("long", [[texts.long(300 + i, round(length / 1.33))] for i in range(max(1, 2048 // length))])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worker")
    parser.add_argument("models")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    chosen = workloads()
    work = {name: compare.work_of(options.models, workload) for name, workload in chosen.items()}
    rates = {}  # (workload, engine, threads): a token's seconds by round
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(chosen, file)
        file.flush()
        for _ in range(options.rounds):
            for name in chosen:
                for engine in ENGINES:
                    for threads in (1, 2):
                        options.threads = threads
                        worker = compare.Engine(options, engine, file.name, name)
                        worker.run()  # the first run touches the weights
                        rates.setdefault((name, engine, threads), []).append(sum(worker.run()) / work[name][0])
                        worker.close()

    def ratio(a, b):
        return statistics.median(x / y for x, y in zip(rates[a], rates[b]))

    print("| texts | " + " | ".join(f"{engine}: time a token against {COUNTS[-2]}, 1 thread, 2 threads | 1 to 2 threads" for engine in ENGINES) + " |")
    print("| --- |" + " --- | --- |" * len(ENGINES))
    for name in chosen:
        kind, count = name.split()
        if kind == "length":
            continue
        cells = []
        for engine in ENGINES:
            against = [ratio((name, engine, threads), (f"{kind} 1000", engine, threads)) for threads in (1, 2)]
            cells.append(f"{against[0]:.2f}, {against[1]:.2f} | {ratio((name, engine, 1), (name, engine, 2)):.2f} x")
        print(f"| {count} {kind} | {' | '.join(cells)} |")
    first = f"length {LENGTHS[0]}"
    print("\n| tokens of one text | operations a token | " + " | ".join(f"{engine}: time a token, 1 thread, 2 threads" for engine in ENGINES) + " |")
    print("| --- | --- |" + " --- |" * len(ENGINES))
    for length in LENGTHS:
        name = f"length {length}"
        operations = work[name][1] / work[name][0] / (work[first][1] / work[first][0])
        cells = [", ".join(f"{ratio((name, engine, threads), (first, engine, threads)):.2f}" for threads in (1, 2)) for engine in ENGINES]
        print(f"| {work[name][0] / len(chosen[name]['calls']):,.0f} | {operations:.2f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
