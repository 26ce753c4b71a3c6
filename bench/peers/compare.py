#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""assay and its peers in alternation on the same weights, texts and threads; prints tables in Markdown.

usage: compare.py ASSAY_WORKER MODELS [--threads 2] [--rounds 5] [--workloads short,…] [--engines assay,…] [--json FILE]

Every engine is a process of its own for each workload; answers are compared before times. A round lets each engine run once, so that a
slow minute of the machine meets all of them. Times are medians over the rounds, ratios are medians of the ratios within a round. Tokens are
real ones; padding is nobody's work. The share of the peak counts the whole model's products and attention for the real tokens.
"""
import argparse
import importlib.metadata
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
from tokenizers import Tokenizer

import texts

HERE = pathlib.Path(__file__).parent
ENGINES = ["assay", "assay-int8", "fastembed", "sentence-transformers", "onnxruntime", "openvino", "onnxruntime-int8", "openvino-int8"]
LIMITS = {"minilm": 256, "cross": 512, "base": 256, "long": 8192}


def embed(model, calls):
    return {"kind": "embed", "model": model, "calls": calls}


def rerank(calls):
    return {"kind": "rerank", "model": "cross", "calls": [{"query": query, "documents": documents} for query, documents in calls]}


def workloads():
    return {
        "short": embed("minilm", [texts.short(1000, seed=1)]),
        "abstracts": embed("minilm", [texts.abstracts(300, seed=2)]),
        "1 x 100": rerank([(texts.question(3), texts.abstracts(100, seed=3))]),
        "single": embed("minilm", [[text] for text in texts.short(100, seed=4)]),
        "1 x 10": rerank([(texts.question(50 + i), texts.passages(10, seed=100 + i)) for i in range(20)]),
        "base": embed("base", [texts.abstracts(20, seed=5)]),
        "long": embed("long", [[texts.long(6, 8500)], texts.abstracts(4, seed=6)]),
    }


class Engine:
    def __init__(self, options, name, file, workload):
        worker = [options.worker] if name.startswith("assay") else [sys.executable, str(HERE / "worker.py")]
        begin = time.perf_counter()
        self.name = name
        self.process = subprocess.Popen([*worker, name, options.models, file, workload, str(options.threads)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.load = self.read()["load_seconds"]
        self.start = time.perf_counter() - begin
        self.rounds = []  # seconds: of all calls, or the median one where there are many
        self.totals = []  # seconds of all calls
        self.calls = []  # seconds of each call

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with status {self.process.wait()}")
        return json.loads(line)

    def run(self, command="run"):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.read()["seconds"]

    def answers(self):
        with tempfile.NamedTemporaryFile() as file:
            self.run(file.name)
            return numpy.fromfile(file.name, dtype=numpy.float32)

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def work_of(models, workload):
    """Real tokens and operations (2 a multiply-add) of one run."""
    folder = pathlib.Path(models) / workload["model"]
    config = json.loads((folder / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LIMITS[workload["model"]])
    tokens = operations = 0
    hidden, wide, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    for call in workload["calls"]:
        for encoding in tokenizer.encode_batch(call if workload["kind"] == "embed" else [(call["query"], d) for d in call["documents"]]):
            n = len(encoding.ids)
            tokens += n
            operations += 2 * layers * n * (4 * hidden * hidden + 2 * hidden * wide + 2 * n * hidden)
    return tokens, operations


def agreement(workload, exact, answers, dim):
    if workload["kind"] == "embed":
        a, b = exact.reshape(-1, dim), answers.reshape(-1, dim)
        return f"{numpy.abs(a - b).max():.0e}, cosine {(a * b).sum(1).mean():.5f}"
    sizes = [len(call["documents"]) for call in workload["calls"]]
    taus, at = [], 0
    for size in sizes:
        a, b = (x[at:at + size] for x in (exact, answers))
        i, j = numpy.triu_indices(size, 1)
        taus.append((numpy.sign(a[i] - a[j]) * numpy.sign(b[i] - b[j])).mean())
        at += size
    return f"{numpy.abs(exact - answers).max():.0e}, tau {numpy.mean(taus):.3f}"


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(options, name, workload, file, peak):
    engines = []
    for engine in options.engines:
        try:
            engines.append(Engine(options, engine, file, name))
        except RuntimeError as error:
            print(f"{name}: {error}", file=sys.stderr)
    tokens, operations = work_of(options.models, workload)
    dim = json.loads((pathlib.Path(options.models) / workload["model"] / "config.json").read_text())["hidden_size"]
    exact, agreements = None, {}
    for engine in list(engines):
        try:
            answers = engine.answers()
        except RuntimeError as error:  # out of memory, most likely
            print(f"{name}: {error}", file=sys.stderr)
            engines.remove(engine)
            continue
        if exact is None:
            exact = answers
        agreements[engine.name] = agreement(workload, exact, answers, dim)
    many = len(workload["calls"]) > 5
    for _ in range(options.rounds):
        for engine in engines:
            seconds = engine.run()
            engine.rounds.append(statistics.median(seconds) if many else sum(seconds))
            engine.totals.append(sum(seconds))
            engine.calls += seconds
    ours = {engine.name: engine.rounds for engine in engines if engine.name.startswith("assay")}
    print(f"\n### {name}: {tokens:,} tokens in {len(workload['calls'])} calls, model {workload['model']}\n")
    unit = "p50, p99 in ms" if many else "tokens/s"
    print(f"| engine | {unit} | share of peak | fp32 against it | int8 against it | answers against assay fp32 | peak MB | load s | start s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    for engine in engines:
        def ratio(of):
            if of not in ours:
                return None
            values = sorted(theirs / mine for theirs, mine in zip(engine.rounds, ours[of]))
            return {"median": statistics.median(values), "least": values[0], "most": values[-1]}

        median = statistics.median(engine.rounds)
        row = {"engine": engine.name, "seconds": median, "ratio": ratio("assay"), "ratio_int8": ratio("assay-int8"),
               "agreement": agreements[engine.name], "peak_mb": engine.peak_mb(), "load": engine.load, "start": engine.start}
        row["share"] = None if engine.name.endswith("int8") else operations / statistics.median(engine.totals) / peak * 1e-9
        rate = f"{percentile(engine.calls, .5) * 1e3:.2f}, {percentile(engine.calls, .99) * 1e3:.2f}" if many else f"{tokens / median:,.0f}"
        shown = [f"{r['median']:.2f} ({r['least']:.2f} to {r['most']:.2f})" if r else "" for r in (row["ratio"], row["ratio_int8"])]
        share = f"{row['share']:.0%}" if row["share"] else ""
        print(f"| {engine.name} | {rate} | {share} | {' | '.join(shown)} | {row['agreement']} | {row['peak_mb']:,.0f} | {engine.load:.2f} | {engine.start:.2f} |")
        rows.append(row)
        engine.close()
    sys.stdout.flush()
    return {"workload": name, "tokens": tokens, "operations": operations, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worker")
    parser.add_argument("models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workloads", type=lambda text: text.split(","))
    parser.add_argument("--engines", type=lambda text: text.split(","), default=ENGINES)
    parser.add_argument("--json")
    options = parser.parse_args()
    cpu = next(line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    path, peak = subprocess.run([options.worker, "peak", str(options.threads)], capture_output=True, text=True, check=True).stdout.split()
    packages = ["fastembed", "sentence-transformers", "torch", "onnxruntime", "openvino", "nncf"]
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)
    print(f"{cpu}, path {path}, {options.threads} threads, FMA peak {peak} GFLOP/s, {options.rounds} rounds; {versions}")
    results = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        chosen = workloads()
        json.dump(chosen, file)
        file.flush()
        for name, workload in chosen.items():
            if not options.workloads or name in options.workloads:
                results.append(measure(options, name, workload, file.name, float(peak)))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
