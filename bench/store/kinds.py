#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sparse vectors and multi-vectors beside qdrant-client's local mode and Qdrant Edge, in one run.

usage: kinds.py KINDS_BENCH [--kind sparse|multi] [--points N]     (needs qdrant-client and qdrant-edge-py; a peer that is missing is left out)

Defaults: 5,000 x 60 non-zeros, and 2,000 x 100 x 128 with 32 query rows. Every engine gets the same points and queries; the ids found must
agree with assay's before a time counts. Printed: median milliseconds a query and each peer's ratio to assay.
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


def sparse_vectors(random, count, entries):
    # Indices as words are: few are common, most are rare.
    made = []
    for _ in range(count):
        indices = np.unique((random.random(entries * 2) ** 3 * 30000).astype(np.uint32))
        indices = np.sort(random.permutation(indices)[:entries])
        made.append((indices, random.random(len(indices)).astype(np.float32)))
    return made


def multi_vectors(random, count, rows, dim):
    return [random.standard_normal((rows, dim)).astype(np.float32) for _ in range(count)]


def write(file, vectors):
    file.write(struct.pack("<I", len(vectors)))
    for vector in vectors:
        if isinstance(vector, tuple):
            file.write(struct.pack("<I", len(vector[0])) + vector[0].tobytes() + vector[1].tobytes())
        else:
            file.write(struct.pack("<II", *vector.shape) + vector.tobytes())


def measure(ask, queries, rounds):
    times, ids = [], []
    for turn in range(rounds):
        for query in queries:
            start = time.perf_counter()
            found = ask(query)
            times.append((time.perf_counter() - start) * 1e3)
            if turn == 0:
                ids.append(found)
    return statistics.median(times), ids


def local_mode(sparse, points, queries):
    from qdrant_client import QdrantClient, models
    client = QdrantClient(":memory:")
    plain = lambda v: models.SparseVector(indices=v[0].tolist(), values=v[1].tolist()) if sparse else v.tolist()
    if sparse:
        client.create_collection("c", vectors_config={}, sparse_vectors_config={"v": models.SparseVectorParams()})
    else:
        several = models.MultiVectorConfig(comparator="max_sim")
        client.create_collection("c", vectors_config={"v": models.VectorParams(size=points[0].shape[1], distance="Cosine", multivector_config=several)})
    client.upsert("c", [models.PointStruct(id=i, vector={"v": plain(v)}) for i, v in enumerate(points)])
    queries = [plain(query) for query in queries]
    return measure(lambda query: [p.id for p in client.query_points("c", query=query, using="v", limit=10).points], queries, 1)


def edge(sparse, points, queries):
    import qdrant_edge as qe
    plain = lambda v: qe.SparseVector(indices=v[0].tolist(), values=v[1].tolist()) if sparse else v.tolist()
    if sparse:
        config = qe.EdgeConfig(vectors={}, sparse_vectors={"v": qe.EdgeSparseVectorParams()})
    else:
        several = qe.MultiVectorConfig(comparator=qe.MultiVectorComparator.MaxSim)
        config = qe.EdgeConfig(vectors={"v": qe.EdgeVectorParams(size=points[0].shape[1], distance=qe.Distance.Cosine, multivector_config=several)})
    with tempfile.TemporaryDirectory() as folder:
        shard = qe.EdgeShard.create(folder, config)
        shard.update(qe.UpdateOperation.upsert_points([qe.Point(i, {"v": plain(v)}, {}) for i, v in enumerate(points)]))
        queries = [plain(query) for query in queries]
        ask = lambda query: [p.id for p in shard.query(qe.QueryRequest(query=qe.Query.Nearest(query, using="v"), limit=10))]
        return measure(ask, queries, 3)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--kind", choices=["sparse", "multi"])
    parser.add_argument("--points", type=int)
    parser.add_argument("--peers", nargs="*", default=["local", "edge"])
    options = parser.parse_args()
    for kind in [options.kind] if options.kind else ["sparse", "multi"]:
        random = np.random.default_rng(1)
        sparse = kind == "sparse"
        count = options.points or (5000 if sparse else 2000)
        points = sparse_vectors(random, count, 60) if sparse else multi_vectors(random, count, 100, 128)
        queries = sparse_vectors(random, 10, 60) if sparse else multi_vectors(random, 5, 32, 128)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "vectors"
            with path.open("wb") as file:
                write(file, points)
                write(file, queries)
            ours = json.loads(subprocess.run([options.program, kind, path], check=True, capture_output=True).stdout)
        print(f"{kind}, {count} points: assay {ours['query']:.3f} ms a query, upsert {ours['upsert']:.0f} ms")
        for name, run in (("local", local_mode), ("edge", edge)):
            if name not in options.peers:
                continue
            try:
                milliseconds, ids = run(sparse, points, queries)
            except ImportError as missing:
                print(f"  {name}: left out ({missing})")
                continue
            same = sum(a == b for a, b in zip(ours["ids"], ids))
            print(f"  {name}: {milliseconds:.3f} ms a query, {milliseconds / ours['query']:.1f} x assay's; {same} of {len(ids)} answers the same")


if __name__ == "__main__":
    main()
