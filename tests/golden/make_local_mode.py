#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes local_mode/: a folder of qdrant-client's local mode, and expected.json, what that client reads from it.

usage: make_local_mode.py     (needs qdrant-client 1.20; beside this file)
"""
import json
import pathlib
import shutil
import uuid

from qdrant_client import QdrantClient, models

HERE = pathlib.Path(__file__).parent / "local_mode"


def fill(client):
    client.create_collection("plain", vectors_config=models.VectorParams(size=3, distance=models.Distance.COSINE))
    shared = ["the same", {"list": [1]}]
    client.upsert("plain", [
        models.PointStruct(id=1, vector=[1, 2, 3], payload={"text": "one", "n": 1}),
        models.PointStruct(id=2**64 - 1, vector=[0.5, -0.25, 1e-3], payload={
            "größe": "世界", "deep": {"a": [{"b": None}, [], {}], "yes": True, "no": False}, "float": 1.5, "tiny": 5e-324, "numbers": [0, 255, 256, 65535, 65536,
            -1, -129, 2**31, -2**31, 2**40, -2**40, 2**63 - 1, -2**63, 2**63, 2**64 - 1], "long": "x" * 300, "one": shared, "two": shared}),
        models.PointStruct(id=str(uuid.UUID(int=5)), vector=[0, 0, 0], payload=None),
        models.PointStruct(id=4, vector=[3, 2, 1]),
        models.PointStruct(id=5, vector=[9, 9, 9], payload={"gone": True})])
    client.upsert("plain", [models.PointStruct(id=1, vector=[4, 5, 6], payload={"text": "one again"})])
    client.set_payload("plain", {"more": [1, "two", None]}, points=[4])
    client.delete("plain", models.PointIdsList(points=[5]))

    client.create_collection("kinds", vectors_config={
        "dense": models.VectorParams(size=2, distance=models.Distance.EUCLID),
        "multi": models.VectorParams(size=2, distance=models.Distance.DOT, multivector_config=models.MultiVectorConfig(comparator="max_sim"))},
        sparse_vectors_config={"sparse": models.SparseVectorParams(modifier=models.Modifier.IDF)}, metadata={"made": "for a test"})
    client.create_payload_index("kinds", "text", models.TextIndexParams(type="text", scoring=True))
    client.upsert("kinds", [
        models.PointStruct(id=10, vector={"dense": [1, 2], "multi": [[1, 0], [0, 1], [2, 2]], "sparse": models.SparseVector(indices=[7, 3], values=[0.5, 2])},
                           payload={"text": "a quick fox"}),
        models.PointStruct(id=11, vector={"sparse": models.SparseVector(indices=[3], values=[1])}, payload={"text": "a slow dog"}),
        models.PointStruct(id=12, vector={})])
    client.create_collection("empty", vectors_config=models.VectorParams(size=1, distance=models.Distance.MANHATTAN))
    client.update_collection_aliases([
        models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name="kinds", alias_name="all kinds")),
        models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name="empty", alias_name="nothing"))])


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    client = QdrantClient(path=str(HERE))
    fill(client)
    client.close()
    client = QdrantClient(path=str(HERE))
    expected = {}
    for collection in sorted(c.name for c in client.get_collections().collections):
        points, _ = client.scroll(collection, limit=100, with_vectors=True)
        expected[collection] = [{"id": p.id, "payload": p.payload or {},
                                 "vector": json.loads(p.model_dump_json(include={"vector"}))["vector"]} for p in points]
    client.close()
    HERE.with_name("local_mode_expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


main()
