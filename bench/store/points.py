#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Upsert, exact queries, filtered ones and reopening beside qdrant-client's local mode and Qdrant Edge, in one run.

usage: points.py POINTS_BENCH [--points N] [--dim D] [--queries Q] [--rounds R]
(needs numpy; qdrant-client and qdrant-edge-py where wanted: a peer that is missing is left out)

Points have a small payload, {"city": one of ten, "n": number}; batches of 1,000, the peers' points made before the clock starts. Every engine
gets the same points and queries, exact search, and the ids found are compared with assay's. Edge is asked to flush() after each batch where the
durability of assay's writes is compared. Local mode's figures on disk are of a tenth of the points, times ten. Engines alternate; printed: medians over the rounds and how many times assay's the peer takes.
"""
import argparse
import json
import pathlib
import statistics
import struct
import subprocess
import tempfile
import time

import numpy as np

BATCH = 1000
KEYS = ("upsert", "upsert_disk", "exact", "filter", "indexed", "reopen")


def payload(i):
    return {"city": f"city {i % 10}", "n": i}


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ask_all(ask, queries, rounds):
    times, ids = [], []
    for turn in range(rounds):
        for query in queries:
            start = time.perf_counter()
            found = ask(query)
            times.append(time.perf_counter() - start)
            if turn == 0:
                ids.append(found)
    return statistics.median(times), ids


def batches(items):
    return [items[first:first + BATCH] for first in range(0, len(items), BATCH)]


def local_mode(points, queries, folder):
    from qdrant_client import QdrantClient, models
    result = {}
    size = models.VectorParams(size=points.shape[1], distance=models.Distance.COSINE)
    structs = batches([models.PointStruct(id=i, vector=v.tolist(), payload=payload(i)) for i, v in enumerate(points)])
    queries = [query.tolist() for query in queries]

    def upsert(client, batches):
        client.create_collection("c", vectors_config=size)
        return seconds(lambda: [client.upsert("c", batch) for batch in batches])
    client = QdrantClient(":memory:")
    result["upsert"] = upsert(client, structs)
    wanted = models.Filter(must=[models.FieldCondition(key="city", match=models.MatchValue(value="city 3"))])
    for name, condition in (("exact", None), ("filter", wanted)):
        ask = lambda query: [p.id for p in client.query_points("c", query=query, query_filter=condition, limit=10).points]
        result[name], result[name + "_ids"] = ask_all(ask, queries[:10], 1)
    disk = QdrantClient(path=str(folder / "local"))
    part = structs[:max(1, len(structs) // 10)]
    result["upsert_disk"] = upsert(disk, part) * len(structs) / len(part)
    disk.close()
    result["reopen"] = seconds(lambda: QdrantClient(path=str(folder / "local")).count("c")) * len(structs) / len(part)
    return result


def edge(points, queries, folder):
    import qdrant_edge as qe
    result = {}
    structs = batches([qe.Point(i, v.tolist(), payload(i)) for i, v in enumerate(points)])
    queries = [query.tolist() for query in queries]
    for name, flushes in (("upsert", False), ("upsert_disk", True)):
        (folder / name).mkdir()
        shard = qe.EdgeShard.create(str(folder / name), qe.EdgeConfig(vectors=qe.EdgeVectorParams(size=points.shape[1], distance=qe.Distance.Cosine)))

        def upsert():
            for batch in structs:
                shard.update(qe.UpdateOperation.upsert_points(batch))
                if flushes:
                    shard.flush()
        result[name] = seconds(upsert)
    wanted = qe.Filter(must=[qe.FieldCondition("city", match=qe.MatchValue("city 3"))])

    def measure(name, condition):
        exact = qe.SearchParams(exact=True)
        ask = lambda query: [p.id for p in shard.query(qe.QueryRequest(query=qe.Query.Nearest(query), limit=10, filter=condition, params=exact))]
        result[name], result[name + "_ids"] = ask_all(ask, queries, 3)
    measure("exact", None)
    measure("filter", wanted)
    shard.update(qe.UpdateOperation.create_field_index("city", qe.PayloadSchemaType.Keyword))
    measure("indexed", wanted)
    shard.flush()
    shard.close()
    result["reopen"] = seconds(lambda: qe.EdgeShard.load(str(folder / "upsert_disk")).info())
    return result


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bench")
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", default=["local", "edge"])
    options = parser.parse_args()
    random = np.random.default_rng(1)
    points = random.standard_normal((options.points, options.dim), dtype=np.float32)
    queries = random.standard_normal((options.queries, options.dim), dtype=np.float32)
    results = {}
    for turn in range(options.rounds):
        with tempfile.TemporaryDirectory(dir=".") as name:
            folder = pathlib.Path(name)
            path = folder / "vectors"
            with path.open("wb") as file:
                file.write(struct.pack("<III", len(points), len(queries), options.dim))
                points.tofile(file)
                queries.tofile(file)
            ours = json.loads(subprocess.check_output([options.bench, path, folder / "assay"]))
            results.setdefault("assay", []).append(ours)
            for name, measure in (("local", local_mode), ("edge", edge)):
                # Local mode is slow; once will do.
                if name not in options.peers or (name == "local" and turn > 0):
                    continue
                try:
                    peer = measure(points, queries, folder)
                except ImportError as missing:
                    print(f"{name}: left out ({missing})")
                    continue
                for kind in ("exact", "filter", "indexed"):
                    if kind in peer:
                        same = sum(a == b for a, b in zip(ours[kind + "_ids"], peer[kind + "_ids"]))
                        if same != len(peer[kind + "_ids"]):
                            print(f"{name}, {kind}: {same} of {len(peer[kind + '_ids'])} answers are assay's")
                results.setdefault(name, []).append(peer)
    print(f"{options.points} x {options.dim}; milliseconds, and a peer's time in times of assay's")
    print("| | " + " | ".join(results) + " |")
    print("| --- |" + " --- |" * len(results))
    for key in KEYS:
        median = {name: statistics.median(run[key] for run in runs) * 1e3 for name, runs in results.items() if key in runs[0]}
        cells = [f"{median[name]:.3f} ({median[name] / median['assay']:.1f} x)" if name in median else "-" for name in results]
        print(f"| {key} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
