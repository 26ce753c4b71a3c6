#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The store against qdrant-client's local mode: random operations on random collections, the same answers wanted.

usage: differential.py STORE_DRIVER [--operations 5000] [--seed 1]      (needs qdrant-client 1.20)

Compared: ids and their order (equal scores may stand in any order), scores to 1e-5, payloads, vectors, counts, and whether a request is
refused. The first difference ends the run with the requests that lead to it.
"""
import argparse
import json
import random
import subprocess
import sys
import uuid

from qdrant_client import models

from peer import Peer, near, query_of

WORDS = ["red", "green", "Blue", "größe", "ant", "elephant", "an_ant", "Tour Eiffel", "", "two words", "2024", "été"]
DATES = ["2024-01-01", "2024-06-15T12:30:00Z", "2024-06-15 12:30", "2023-12-31T23:59:59.999999+0300", "2024-06-15T12:30:00.5 -02:00",
         "2024-06-15 12", "not a date", "2024-02-30", "2024-06-15T12:30:00 UTC", "2024-06-15T12:30:00+01", " 2024-6-5"]
KEYS = ["a", "b", "n", "tag", "list", "o", "objects", "place", "when", "x y", "spot", "time", "big"]
PATHS = ["a", "b", "n", "tag", "list", "list[]", "list[0]", "o", "o.a", "o.n", "o.o.n", "objects", "objects[]", "objects[].n", "objects[].tag",
         "objects[1].n", "objects.n", "place", "place[]", "o.place", "when", "missing", "missing.b", "list[].n", '"x y"', "objects[].list[]"]


# Fields with a text index, most of the time.
TEXT_FIELDS = ["tag", "a", "list", "objects[].tag", "n"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.uuids = [str(uuid.UUID(int=self.random.getrandbits(128))) for _ in range(30)]

        self.collections = {}  # vectors by name (a size, a size in a tuple for multi-vectors, or "sparse"), by name
        self.continuous = False  # vectors without equal scores: what a limit cuts off is then the same on both sides

    def one(self, *choices):
        return self.random.choice(choices)()

    def id(self):
        return self.random.randrange(60) if self.random.random() < .7 else self.random.choice(self.uuids)

    def ids(self):
        return [self.id() for _ in range(self.random.randint(1, 4))]

    def number(self):
        return self.one(lambda: self.random.randint(-3, 6), lambda: self.random.randint(-30, 30) / 4, lambda: 2**60 + self.random.randint(0, 3))

    def scalar(self):
        return self.one(lambda: None, lambda: self.random.random() < .5, self.number, self.number, lambda: self.random.choice(WORDS),
                        lambda: self.random.choice(WORDS), lambda: self.random.choice(DATES), lambda: self.random.choice(self.uuids))

    def place(self):
        return {"lat": self.random.choice([52.5, 48.9, 0, -33.9, 60, True, "52"]), "lon": self.random.choice([13.4, 2.3, 0, 179.5, -179.5, 151.2])}

    def value(self, depth=0):
        if depth > 2:
            return self.scalar()
        return self.one(self.scalar, self.scalar, self.scalar, self.place,
                        lambda: [self.value(depth + 1) for _ in range(self.random.randint(0, 3))], lambda: self.payload(depth + 1))

    def payload(self, depth=0):
        keys = [self.random.choice(KEYS) for _ in range(self.random.randint(0, 5))]
        return {key: self.formulaic(key) or self.value(depth) for key in keys}

    def formulaic(self, key):
        """Values for formulas; of other values than these the client's parsers take some that the server refuses, or fail themselves."""
        return {"spot": lambda: self.random.choice([{"lat": 52.5, "lon": 13.4}, {"lat": -33, "lon": 151.2}, "nowhere"]),
                "time": lambda: self.random.choice(DATES), "big": lambda: self.random.uniform(1, 1e4)}.get(key, lambda: None)()

    def expression(self, prefetches, depth=0):
        inner = lambda: self.expression(prefetches, depth + 1)
        some = lambda: [inner() for _ in range(self.random.randint(0, 3))]
        score = lambda: self.random.choice(["$score", *(f"$score[{i}]" for i in range(prefetches + 1))])
        leaves = [score, score, score, lambda: self.random.uniform(-3, 3), lambda: self.random.randint(-2, 5), lambda: "big", lambda: "n",
                  lambda: self.random.choice(PATHS + ["$scores", "$score[-1]"]), self.condition, lambda: {"datetime": self.random.choice(DATES)},
                  lambda: {"datetime_key": "time"},
                  lambda: {"geo_distance": {"origin": {"lat": 48.9, "lon": 2.3}, "to": "spot"}}]
        if depth > 2 or self.random.random() < .3:
            return self.random.choice(leaves)()

        def decay():
            params = {"x": inner()}
            if self.random.random() < .5:
                params["target"] = inner()
            if self.random.random() < .7:
                params["scale"] = self.random.choice([.5, 1, 10, 1e6, 0])
            if self.random.random() < .5:
                params["midpoint"] = self.random.choice([.1, .5, .9, 0, 1])
            return {self.random.choice(["lin_decay", "exp_decay", "gauss_decay"]): params}

        division = lambda: {"div": {"left": inner(), "right": inner(), **self.random.choice([{}, {"by_zero_default": 2.5}])}}
        return self.one(lambda: {"mult": some()}, lambda: {"sum": some()}, lambda: {"max": some()}, lambda: {"min": some()},
                        lambda: {self.random.choice(["neg", "abs", "sqrt", "exp", "ln", "log10", "acosh"]): inner()}, division, decay,
                        lambda: {"pow": {"base": inner(), "exponent": self.random.choice([0, .5, 2, -1, inner()])}})

    def formula(self, prefetches):
        defaults = {"n": 2, "big": 3.5, "a": [1.5], "b": [], "time": "2024-01-01", "spot": {"lat": 1, "lon": 2}, "tag": "no number", "list": [1, 2],
                    "$score": 1.25, "$score[1]": -2, "$score[x]": 0, "missing": None}
        likely = lambda key: .9 if key in ("n", "big", "time", "spot") else .02 if key == "$score[x]" else .4
        return {"formula": self.expression(prefetches), "defaults": {k: v for k, v in defaults.items() if self.random.random() < likely(k)}}

    def words(self):
        text = " ".join(self.random.sample(WORDS, self.random.randint(0, 3)))
        bm25 = lambda: {key: self.random.choice(values) for key, values in (("k", [0, 1.2, 3, -1]), ("b", [0, .5, 1])) if self.random.random() < .6}
        return {"text": text if self.random.random() < .6 else {"query": text, "scoring": {"bm25": bm25()}}}

    def vector(self, size):
        if size == "sparse":
            indices = self.random.sample([0, 1, 2, 3, 5, 8, 13, 21, 4000000000], self.random.randint(0, 6))
            return {"indices": indices, "values": self.vector(len(indices))}
        if isinstance(size, tuple):
            return [self.vector(size[0]) for _ in range(self.random.randint(1, 4))]
        plain = lambda: self.random.choice([0.0, 1.0, -1.0, 0.5, self.random.gauss(0, 1)])
        return [self.random.gauss(0, 1) if self.continuous else plain() for _ in range(size)]

    def bounds(self, make):
        return {key: make() for key in self.random.sample(["lt", "lte", "gt", "gte"], self.random.randint(1, 2))}

    def match(self):
        plain = lambda: self.one(lambda: self.random.randint(-3, 6), lambda: self.random.choice(WORDS), lambda: self.random.random() < .5)
        strings = lambda: [self.random.choice(WORDS) for _ in range(self.random.randint(0, 3))]
        integers = lambda: [self.random.randint(-3, 6) for _ in range(self.random.randint(0, 3))]
        text = lambda: self.random.choice(WORDS + ["ant elephant", "words two", "Eiffel", "eiffel tour", "an", "phant"])
        return self.one(lambda: {"value": plain()}, lambda: {"any": self.one(strings, integers)}, lambda: {"except": self.one(strings, integers)},
                        lambda: {"text": text()}, lambda: {"text_any": text()}, lambda: {"phrase": text()}, lambda: {"prefix": text()},
                        lambda: {"substring": text()})

    def condition(self, depth=0):
        key = lambda: self.random.choice(PATHS)
        field = lambda **test: {"key": key(), **test}
        corner = lambda: {"lat": self.random.uniform(-60, 70), "lon": self.random.uniform(-180, 180)}

        def polygon():
            points = [corner() for _ in range(self.random.randint(3, 5))]
            return {"exterior": {"points": [*points, points[0]]}}

        simple = [lambda: field(match=self.match()), lambda: field(match=self.match()), lambda: field(match=self.match()),
                  lambda: field(range=self.bounds(self.number)), lambda: field(range=self.bounds(lambda: self.random.choice(
                      ["2024-01-01T00:00:00Z", "2024-06-15T12:30:00Z", "2024-06-15T12:30:00+02:00", "2023-12-31T21:00:00Z"]))),
                  lambda: field(values_count=self.bounds(lambda: self.random.randint(0, 3))),
                  lambda: field(is_empty=self.random.random() < .5), lambda: field(is_null=self.random.random() < .5),
                  lambda: {"is_empty": {"key": key()}}, lambda: {"is_null": {"key": key()}}, lambda: {"has_id": self.ids()},
                  lambda: {"has_vector": self.random.choice(["a", "b", "c", "m", "s"])},
                  lambda: field(geo_bounding_box={"top_left": corner(), "bottom_right": corner()}),
                  lambda: field(geo_radius={"center": corner(), "radius": self.random.choice([1e5, 1e6, 5e6])}),
                  lambda: field(geo_polygon=polygon()), lambda: {"slice": {"total": 3, "index": self.random.randrange(3)}}]
        if depth < 2:
            simple += [lambda: self.filter(depth + 1), lambda: {"nested": {"key": key(), "filter": self.filter(depth + 1)}}]
        return self.random.choice(simple)()

    def filter(self, depth=0):
        clause = lambda: [self.condition(depth) for _ in range(self.random.choice([0, 1, 1, 2]))]
        result = {}
        for name, share in (("must", .6), ("should", .3), ("must_not", .3)):
            if self.random.random() < share:
                result[name] = clause() if self.random.random() < .9 else self.condition(depth)
        if self.random.random() < .15:
            result["min_should"] = {"conditions": clause(), "min_count": self.random.choice([0, 1, 2])}
        return result

    def request(self, sizes):
        """A random request; `sizes` are the vectors by name."""
        vectors = lambda: {name: self.vector(size) for name, size in sizes.items() if self.random.random() < .9}
        points = lambda: [{"id": self.id(), "vector": vectors(), "payload": self.payload()} for _ in range(self.random.randint(1, 5))]
        selector = lambda: {"points": self.ids()} if self.random.random() < .6 else {"filter": self.filter()}
        path = lambda: {"key": self.random.choice(PATHS)} if self.random.random() < .6 else {}
        maybe_filter = lambda: {"filter": self.filter()} if self.random.random() < .8 else {}

        def params(name):
            return {"params": {"idf": {"corpus": self.filter()}}} if sizes[name] == "sparse" and self.random.random() < .3 else {}

        def level(depth, kinds):
            """A query or a prefetch."""
            name = self.random.choice(list(sizes))
            example = lambda: self.vector(sizes[name]) if self.random.random() < .5 else self.id()
            examples = lambda least: [example() for _ in range(self.random.randint(least, 3))]
            pairs = lambda: [{"positive": example(), "negative": example()} for _ in range(self.random.randint(0, 3))]
            coefficient = lambda: self.random.choice([.5, 1, 2.5])
            made = {"nearest": example, "bare": example,
                    "mmr": lambda: {"nearest": example(), "mmr": {"diversity": self.random.choice([0, .3, .6, 1]),  # .5: ties of Manhattan
                                                                  "candidates_limit": self.random.choice([None, 5, 20])}},
                    "recommend": lambda: {"recommend": {"positive": examples(0), "negative": examples(0), "strategy": self.random.choice(
                        ["average_vector", "best_score", "sum_scores", None])}},
                    "discover": lambda: {"discover": {"target": example(), "context": pairs()}}, "context": lambda: {"context": pairs()},
                    "feedback": lambda: {"relevance_feedback": {
                        "target": example(), "feedback": [{"example": e, "score": self.random.choice([0, .5, 1, 2])} for e in examples(0)],
                        "strategy": {"naive": {"a": coefficient(), "b": coefficient(), "c": coefficient()}}}},
                    "order_by": lambda: {"order_by": order_by()}, "sample": lambda: {"sample": "random"},
                    "formula": lambda: self.formula(len(prefetches)), "text": self.words, "fusion": lambda: {"fusion": "rrf"}, "dbsf": lambda: {"fusion": "dbsf"},
                    "rrf": lambda: {"rrf": {"k": self.random.choice([None, 1, 2, 60]),
                                            "weights": [self.random.choice([0, .5, 1, 3]) for _ in prefetches] if self.random.random() < .5 else None}}}
            nested = depth < 3 and self.continuous and self.random.random() < .35
            prefetches = [level(depth + 1, exact) for _ in range(self.random.randint(1, 3))] if nested else []
            fusions = ("fusion", "dbsf", "rrf")
            dense_only = () if isinstance(sizes[name], int) else ("feedback",)
            joins = (*fusions, "formula")
            kind = self.random.choice([k for k in kinds if (prefetches or k not in joins or self.random.random() < .02) and k not in dense_only])
            # The client cannot restrict the statistics of a text query.
            result = {"limit": self.random.randint(1, 12), **maybe_filter(), **(params(name) if kind != "text" else {})}
            if self.random.random() < .95:
                result["query"] = made[kind]()
            if kind not in fusions or self.random.random() < .03:
                result["using"] = name if kind != "text" else self.random.choice(TEXT_FIELDS)
            if prefetches:
                result["prefetch"] = prefetches
            if self.random.random() < .25:
                result["score_threshold"] = self.random.uniform(-1, 2)
            if self.random.random() < .1:
                vector = self.random.choice([None, "b"])
                fits = [key for key, other in self.collections.items() if other.get(vector or name) == sizes[name]]
                if fits:
                    result["lookup_from"] = {"collection": self.random.choice(fits), **({"vector": vector} if vector else {})}
            return result

        # Of other kinds many points have equal scores; a diverse choice depends on which of equal candidates are seen. Of other
        # vectors than continuous ones examples may be as far from a point as each other, and rounding decides what a discovery counts.
        exact = ["nearest", "bare", *(["mmr", "discover"] if self.continuous else []), "recommend", "recommend", "feedback", "text", "fusion", "rrf"]

        def query():
            offset = {"offset": self.random.randint(0, 5)} if self.random.random() < .3 else {}
            if self.random.random() < .5:
                name = self.random.choice(list(sizes))
                threshold = {"score_threshold": self.random.uniform(-1, 2)} if self.random.random() < .3 else {}
                return {"op": "query", "query": self.vector(sizes[name]), "using": name, "limit": self.random.randint(1, 12), **maybe_filter(), **offset,
                        **threshold, **params(name)}
            if self.random.random() < .1:
                return {"op": "query", "query": {"sample": "random"}, "limit": 1000, **maybe_filter()}
            return {"op": "query", **level(0, [*exact, "formula", "formula", "formula", "context", "dbsf", "order_by"]), **offset}

        def query_groups():
            lookup = {"with_lookup": self.random.choice(list(self.collections))} if self.random.random() < .3 else {}
            request = level(0, exact)
            return {"op": "query_groups", **request, "group_by": self.random.choice(PATHS), "group_size": self.random.randint(1, 4), **lookup}

        def search_matrix():
            return {"op": "matrix_pairs", "using": self.random.choice(list(sizes)), "sample": 1000, "limit": self.random.randint(1, 5), **maybe_filter()}

        def order_by():
            start = {"start_from": self.one(self.number, lambda: "2024-06-15T12:30:00Z")} if self.random.random() < .3 else {}
            return {"key": self.random.choice(PATHS), "direction": self.random.choice(["asc", "desc"]), **start}

        def scroll():
            if self.random.random() < .4:
                return {"op": "scroll", "limit": self.random.randint(1, 12), **maybe_filter(), "order_by": order_by()}
            return {"op": "scroll", "limit": self.random.randint(1, 12), **maybe_filter(), **({"offset": self.id()} if self.random.random() < .4 else {})}

        def upsert():
            mode = {"update_mode": self.random.choice(["upsert", "insert_only", "update_only"])} if self.random.random() < .2 else {}
            return {"points": points(), **mode, **({"update_filter": self.filter()} if self.random.random() < .2 else {})}

        def update_vectors():
            filtered = {"update_filter": self.filter()} if self.random.random() < .2 else {}
            return {"points": [{"id": self.id(), "vector": vectors()} for _ in range(3)], **filtered}

        def batch():
            operations = [lambda: {"upsert": upsert()}, lambda: {"delete": selector()},
                          lambda: {"set_payload": {"payload": self.payload(), **selector(), **path()}},
                          lambda: {"overwrite_payload": {"payload": self.payload(), **selector()}},
                          lambda: {"delete_payload": {"keys": [self.random.choice(PATHS)], **selector()}}, lambda: {"clear_payload": selector()},
                          lambda: {"update_vectors": update_vectors()},
                          lambda: {"delete_vectors": {"vector": self.random.sample(["a", "b", "m", "s", "c"], 1), **selector()}}]
            return {"op": "batch", "operations": [self.random.choice(operations)() for _ in range(self.random.randint(1, 4))]}

        def update_collection():
            sparse = lambda: {key: self.random.choice([{}, {"modifier": "idf"}, {"modifier": "none"}]) for key in self.random.sample(["s", "t", "a"], 1)}
            metadata = lambda: {self.random.choice(["x", "y"]): self.random.choice([None, 1, "text"])}
            return {"op": "update_collection", **({"sparse_vectors": sparse()} if self.random.random() < .6 else {}),
                    **({"metadata": metadata()} if self.random.random() < .6 else {})}

        def vector_name():
            """Vectors "t" and "u" come and go; no point has them for long."""
            name = self.random.choice(["t", "u", "s", "a"])
            if self.random.random() < .4:
                return {"op": "delete_vector_name", "vector": self.random.choice(["t", "u", "x"])}
            distance = self.random.choice(["Cosine", "Dot"])
            return {"op": "create_vector_name", "vector": name, "config": self.random.choice(
                [{"dense": {"size": 2, "distance": distance}}, {"sparse": {}}, {"sparse": {"modifier": "idf"}},
                 {"dense": {"size": 2, "distance": distance, "multivector_config": {"comparator": "max_sim"}}}])}

        def payload_index():
            if self.random.random() < .7:  # of the other types, which decide about speed only
                return {"op": "create_payload_index", "field_name": self.random.choice([path for path in PATHS if path not in TEXT_FIELDS]),
                        "type": self.random.choice(["keyword", "integer", "float", "bool", "datetime", "geo", "text", "uuid"])}
            field = {"field_name": self.random.choice(TEXT_FIELDS)}
            if self.random.random() < .15:
                return {"op": "delete_payload_index", **field}
            return {"op": "create_payload_index", **field, "scoring": self.random.random() < .9}

        def aliases():
            if self.random.random() < .3:
                return {"op": "get_aliases"}
            alias = lambda: self.random.choice(["one", "two", "three", *self.collections])
            actions = [lambda: {"create_alias": {"collection_name": self.random.choice([*self.collections, "none", "one"]), "alias_name": alias()}},
                       lambda: {"delete_alias": {"alias_name": alias()}},
                       lambda: {"rename_alias": {"old_alias_name": alias(), "new_alias_name": alias()}}]
            return {"op": "aliases", "actions": [self.random.choice(actions)() for _ in range(self.random.randint(1, 3))]}

        return self.random.choices(
            [lambda: {"op": "upsert", **upsert()}, batch, update_collection, vector_name, payload_index, aliases, lambda: {"op": "info"}, lambda: {"op": "delete", **selector()},
             lambda: {"op": "set_payload", "payload": self.payload(), **selector(), **path()},
             lambda: {"op": "overwrite_payload", "payload": self.payload(), **selector()},
             lambda: {"op": "delete_payload", "keys": [self.random.choice(PATHS) for _ in range(2)], **selector()},
             lambda: {"op": "clear_payload", **selector()}, lambda: {"op": "count", **maybe_filter()}, scroll, query,
             query_groups if self.continuous else query, search_matrix if self.continuous else query, lambda: {"op": "facet", "key": self.random.choice(PATHS), "limit": self.random.randint(1, 12), **maybe_filter()},
             lambda: {"op": "update_vectors", **update_vectors()},
             lambda: {"op": "delete_vectors", "vectors": self.random.sample(["a", "b", "m", "s", "c"], self.random.choice([1, 1, 2])), **selector()}],
            weights=[20, 4, 1, 1, 3, 2, 1, 2, 5, 2, 5, 1, 20, 15, 60, 8, 3, 6, 3, 2])[0]()


class Other(Peer):
    """The other side of the comparison: it answers or refuses."""

    def check(self, level, name):
        """Asks what the client asks only where prefetches have found something; the store validates every request whole."""
        if "filter" in level:
            self.client.count(name, models.Filter.model_validate(level["filter"]))
        for prefetch in level.get("prefetch", []):
            self.check(prefetch, name)
        joins = level.get("query", {})
        if "prefetch" in level and not (isinstance(joins, dict) and joins.keys() & {"fusion", "rrf", "formula"}):
            try:
                self.client.query_points(name, **query_of({key: value for key, value in level.items() if key != "prefetch"}))
            except TypeError:  # the client fails at a discovery among no points
                pass

    def answer(self, request):
        try:
            if request["op"] in ("query", "query_groups"):
                self.check(request, request["collection"])
            return {"result": self.run(request)}
        except (ValueError, KeyError) as error:
            return {"error": str(error)}


def same_hits(ours, theirs):
    """Hits of equal scores may change places, at both ends of the page also with those beyond it."""
    if near(ours, theirs):
        return True
    if len(ours) != len(theirs) or not all(near(a["score"], b["score"]) for a, b in zip(ours, theirs)):
        return False
    by_id = {str(hit["id"]): hit for hit in theirs}
    ends = (theirs[0]["score"], theirs[-1]["score"]) if theirs else ()
    for hit in ours:
        other = by_id.get(str(hit["id"]))
        if not near(hit, other) if other else not any(near(hit["score"], end) for end in ends):
            return False
    return True


def rows_of(pairs):
    rows = {}
    for pair in pairs:
        rows.setdefault(str(pair["a"]), []).append({"id": pair["b"], "score": pair["score"]})
    return rows


def plain_info(info):
    """What can be told of a collection without the constants of its configuration, and without what says nothing."""
    config, params = info["config"], info["config"]["params"]
    sparse = {name: {key: value for key, value in made.items() if value != "none"} for name, made in params.get("sparse_vectors", {}).items()}
    return {"points_count": info["points_count"], "vectors": params["vectors"], "sparse_vectors": sparse, "metadata": config.get("metadata")}


def same(request, ours, theirs):
    if "error" in ours or "error" in theirs:
        return ("error" in ours) == ("error" in theirs)
    if request["op"] == "query":
        return same_hits(ours["result"]["points"], theirs["result"]["points"])
    if request["op"] == "info":
        return near(plain_info(ours["result"]), plain_info(theirs["result"]))
    if request["op"] == "matrix_pairs":
        ours, theirs = rows_of(ours["result"]["pairs"]), rows_of(theirs["result"]["pairs"])
        return ours.keys() == theirs.keys() and all(same_hits(ours[id], theirs[id]) for id in ours)
    return near(ours["result"], theirs["result"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("driver")
    parser.add_argument("--operations", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", help="a new folder: ours is a store on disk, closed and opened again every 100 operations; default: memory")
    options = parser.parse_args()
    process = subprocess.Popen([options.driver, *([options.store] if options.store else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    peer, maker, done, refused, history = Other(), Maker(options.seed), {}, 0, []
    sizes = {}
    for count in range(options.operations):
        if count % 500 == 0:
            maker.continuous = count % 1000 == 500
            sizes = {"a": maker.random.randint(2 if maker.continuous else 1, 8), "b": 3, "m": (3,), "s": "sparse"}
            distances = ["Cosine", "Dot", "Euclid", "Manhattan"]
            name, history = f"collection {count}".replace(" ", "_"), []
            maker.collections[name] = sizes
            request = {"op": "create", "vectors": {}, "sparse_vectors": {"s": maker.random.choice([{}, {"modifier": "idf"}])}}
            for key in ("a", "b", "m"):
                several = {"multivector_config": {"comparator": "max_sim"}} if key == "m" else {}
                size = sizes[key][0] if several else sizes[key]
                request["vectors"][key] = {"size": size, "distance": maker.random.choice(distances), **several}
        else:
            request = maker.request(sizes)
        request["collection"] = name
        if request["op"] in ("query", "query_groups"):
            request["with_payload"] = True
        elif request["op"] == "scroll":
            request["with_vector"] = True
        if options.store and count % 100 == 99:
            process.stdin.write('{"op": "reopen"}\n')
            process.stdin.flush()
            if "error" in (reply := json.loads(process.stdout.readline())):
                print("reopening:", json.dumps(reply), file=sys.stderr)
                return 1
        history.append(request)
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        ours, theirs = json.loads(process.stdout.readline()), peer.answer(request)
        done[request["op"]] = done.get(request["op"], 0) + 1
        refused += "error" in theirs
        if not same(request, ours, theirs):
            print("\n".join(json.dumps(r) for r in history if r["op"] not in ("query", "count", "scroll")), file=sys.stderr)
            print("request:", json.dumps(request), "\nassay:", json.dumps(ours), "\nqdrant-client:", json.dumps(theirs), file=sys.stderr)
            return 1
    process.stdin.close()
    process.wait()
    print(f"{sum(done.values())} operations agree ({', '.join(f'{op} {n}' for op, n in sorted(done.items()))}; {refused} refused)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
