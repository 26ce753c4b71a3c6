#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""nDCG@10 on Cranfield: dense retrieval by an embedder, and the reranking of its first results.

usage: cranfield.py ASSAY EMBEDDER FOLDER [--reranker MODEL] [--depth 50] [--precision fp32 int8]

FOLDER holds the collection in its TREC form: cran.all.1400.xml, cran.qry.xml, cranqrel.trec.txt (1,400 abstracts, 225 queries). The
default reranker is MaxSim over the embedder's token vectors. Gains are those of the judgements file.
"""
import argparse
import collections
import json
import math
import pathlib
import re
import subprocess

import numpy


def read(folder):
    text = (folder / "cran.all.1400.xml").read_text()
    documents = dict(re.findall(r"<docno>(\d+)</docno>.*?<text>(.*?)</text>", text, re.S))
    text = (folder / "cran.qry.xml").read_text()
    queries = [" ".join(title.split()) for title in re.findall(r"<title>(.*?)</title>", text, re.S)]
    gains = collections.defaultdict(dict)
    for line in (folder / "cranqrel.trec.txt").read_text().splitlines():
        fields = line.split()
        if len(fields) == 4 and int(fields[3]) > 0:
            gains[int(fields[0])][fields[2]] = int(fields[3])
    return {number: " ".join(body.split()) for number, body in documents.items()}, queries, gains


def run(options, precision, command, lines):
    done = subprocess.run([options.assay, *command, "--precision", precision], input="\n".join(map(json.dumps, lines)),
                          capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ndcg(ranking, gains, at=10):
    def dcg(values):
        return sum(gain / math.log2(2 + place) for place, gain in enumerate(values))

    best = dcg(sorted(gains.values(), reverse=True)[:at])
    return dcg([gains.get(number, 0) for number in ranking[:at]]) / best if best else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assay")
    parser.add_argument("embedder")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--reranker", help="a cross-encoder; default: MaxSim over EMBEDDER's token vectors")
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--precision", nargs="+", default=["fp32", "int8"])
    options = parser.parse_args()
    documents, queries, gains = read(options.folder)
    numbers = list(documents)
    rerank = ["rerank", "-m", options.reranker] if options.reranker else ["rerank", "--maxsim", "-m", options.embedder]
    exact = None
    for precision in options.precision:
        lines = run(options, precision, ["embed", "-m", options.embedder], list(documents.values()) + queries)
        vectors = numpy.array([line["embedding"] for line in lines], dtype=numpy.float32)
        scores = vectors[len(documents):] @ vectors[:len(documents)].T
        dense = [[numbers[at] for at in numpy.argsort(-row, kind="stable")] for row in scores]
        jobs = [{"query": query, "documents": [documents[n] for n in ranking[:options.depth]]} for query, ranking in zip(queries, dense)]
        answers = run(options, precision, rerank, jobs)
        reranked = [[ranking[at] for at in numpy.argsort(-numpy.array(answer["scores"]), kind="stable")] for ranking, answer in zip(dense, answers)]
        figures = [numpy.mean([ndcg(ranking, gains[at + 1]) for at, ranking in enumerate(kind)]) for kind in (dense, reranked)]
        print(f"{precision}: dense {figures[0]:.4f}, reranked {figures[1]:.4f} (nDCG@10, {len(queries)} queries, depth {options.depth})")
        if exact is None:
            exact = vectors
        else:
            cosines = (vectors * exact).sum(1)
            print(f"cosine to {options.precision[0]}: mean {cosines.mean():.5f}, least {cosines.min():.5f}")


if __name__ == "__main__":
    main()
