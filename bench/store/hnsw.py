#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Approximate search beside hnswlib, faiss and Qdrant Edge, in one run, on random or clustered unit vectors.

usage: hnsw.py HNSW_BENCH [--points N] [--dim D] [--data random|clustered] [--queries Q]
(needs numpy; hnswlib, faiss-cpu and qdrant-edge-py where wanted: a peer that is missing is left out)

All graphs have m = 16 and ef_construct = 100 and are built with all cores; queries run one after the other. Printed for each engine: seconds
to build, then recall@10 and microseconds a query for each number of candidates, and the time at recall 0.98, interpolated.
"""
import argparse
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import numpy as np

EFS = (32, 64, 128, 256, 512, 1024, 2048)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def generate(kind, count, dim, random, centers):
    vectors = random.standard_normal((count, dim), dtype=np.float32)
    if kind == "clustered":
        vectors = centers[random.integers(0, len(centers), count)] + 0.5 * vectors
    return unit(vectors)


def exact_neighbors(points, queries):
    scores = queries @ points.T
    best = np.argpartition(-scores, 10, axis=1)[:, :10]
    return best.astype(np.uint32)


def time_queries(ask, queries, exact):
    start, answers = time.perf_counter(), []
    for query in queries:
        answers.append(ask(query))
    microseconds = (time.perf_counter() - start) * 1e6 / len(queries)
    found = sum(len(set(map(int, answer)) & set(map(int, truth))) for answer, truth in zip(answers, exact))
    return found / exact.size, microseconds


def with_hnswlib(points, queries, exact):
    import hnswlib
    index = hnswlib.Index(space="ip", dim=points.shape[1])
    index.init_index(max_elements=len(points), M=16, ef_construction=100)
    start = time.perf_counter()
    index.add_items(points, num_threads=os.cpu_count())
    built, runs = time.perf_counter() - start, []
    for ef in EFS:
        index.set_ef(ef)
        runs.append((str(ef), *time_queries(lambda q: index.knn_query(q, k=10, num_threads=1)[0][0], queries, exact)))
    return {"build": built, "runs": runs}


def with_faiss(points, queries, exact):
    import faiss
    index = faiss.IndexHNSWFlat(points.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    start = time.perf_counter()
    index.add(points)
    built, runs = time.perf_counter() - start, []
    faiss.omp_set_num_threads(1)
    for ef in EFS:
        index.hnsw.efSearch = ef
        runs.append((str(ef), *time_queries(lambda q: index.search(q[None], 10)[1][0], queries, exact)))
    faiss.omp_set_num_threads(os.cpu_count())
    return {"build": built, "runs": runs}


def with_edge(points, queries, exact):
    import qdrant_edge as edge
    with tempfile.TemporaryDirectory() as folder:
        shard = edge.EdgeShard.create(folder, edge.EdgeConfig(vectors=edge.EdgeVectorParams(size=points.shape[1], distance=edge.Distance.Cosine)))
        start = time.perf_counter()
        for first in range(0, len(points), 1000):
            shard.update(edge.UpdateOperation.upsert_points(
                [edge.Point(i, points[i].tolist(), {}) for i in range(first, min(len(points), first + 1000))]))
        shard.optimize()
        built, runs = time.perf_counter() - start, []
        for ef in EFS:
            def ask(query):
                request = edge.QueryRequest(query=edge.Query.Nearest(query.tolist()), limit=10, params=edge.SearchParams(hnsw_ef=ef))
                return [point.id for point in shard.query(request)]
            runs.append((str(ef), *time_queries(ask, queries, exact)))
    return {"build": built, "runs": runs}


def at_recall(runs, wanted):
    """Microseconds at `wanted` recall between two numbers of candidates; None when it is not reached."""
    runs = sorted((recall, us) for name, recall, us in runs if name not in ("default", "exact"))
    for (low, fast), (high, slow) in zip(runs, runs[1:]):
        if low < wanted <= high:
            return math.exp(math.log(fast) + (math.log(slow) - math.log(fast)) * (wanted - low) / (high - low))
    return runs[0][1] if runs[0][0] >= wanted else None


def show(name, result):
    reached = at_recall(result["runs"], 0.98)
    print(f"{name}: build {result['build']:.1f} s, at recall 0.98 {f'{reached:.0f} us' if reached else 'not reached'}")
    for ef, recall, us in result["runs"]:
        print(f"  {ef:>8} {recall:.4f} {us:8.0f} us")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("bench")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--data", choices=("random", "clustered"), default="random")
    parser.add_argument("--queries", type=int, default=1000)
    options = parser.parse_args()
    random = np.random.default_rng(1)
    centers = random.standard_normal((1000, options.dim), dtype=np.float32)
    points = generate(options.data, options.points, options.dim, random, centers)
    queries = generate(options.data, options.queries, options.dim, random, centers)
    exact = np.concatenate([exact_neighbors(points, part) for part in np.array_split(queries, max(1, options.queries // 50))])
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "vectors"
        with path.open("wb") as file:
            file.write(struct.pack("<III", len(points), len(queries), options.dim))
            for part in (points, queries, exact):
                part.tofile(file)
        print(f"{options.points} x {options.dim}, {options.data}")
        show("assay", json.loads(subprocess.check_output([options.bench, path])))
    for name, measure in (("hnswlib", with_hnswlib), ("faiss", with_faiss), ("edge", with_edge)):
        try:
            show(name, measure(points, queries, exact))
        except ImportError:
            print(f"{name}: not installed")


if __name__ == "__main__":
    main()
