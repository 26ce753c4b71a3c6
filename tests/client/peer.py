# SPDX-License-Identifier: Apache-2.0
"""qdrant-client's local mode behind the requests of requests.h: what differential.py and contract.py compare with (qdrant-client 1.20)."""
import json
import warnings

from qdrant_client import QdrantClient, models

# The result of a write.
DONE = {"operation_id": 0, "status": "completed"}

# Members of a request that are none of QueryRequest's.
OWN = ("op", "collection", "group_by", "group_size", "with_lookup")


class Peer:
    """One client; run() gives what the REST interface would."""

    def __init__(self):
        warnings.simplefilter("ignore")  # payload indexes and search parameters have no effect there
        self.client = QdrantClient(":memory:")

    def run(self, request):
        op, name = request["op"], request["collection"]
        if write := getattr(self, "write_" + op, None):
            made = write(name, request)
            return DONE if made is None else made
        return getattr(self, "read_" + op)(name, request)

    # Collections.

    def write_create(self, name, request):
        vectors = request.get("vectors", {})
        bare = "size" in vectors and not isinstance(vectors["size"], dict)
        return self.client.create_collection(
            name, vectors_config=models.VectorParams(**vectors) if bare else {key: models.VectorParams(**params) for key, params in vectors.items()},
            sparse_vectors_config=sparse_params(request.get("sparse_vectors", {})), metadata=request.get("metadata"))

    def write_delete_collection(self, name, request):
        return self.client.delete_collection(name)

    def write_update_collection(self, name, request):
        return self.client.update_collection(name, metadata=request.get("metadata"), sparse_vectors_config=sparse_params(request.get("sparse_vectors")))

    def write_create_vector_name(self, name, request):
        kind = models.DenseVectorNameConfig if "dense" in request["config"] else models.SparseVectorNameConfig
        self.client.create_vector_name(name, request["vector"], kind(**request["config"]))

    def write_delete_vector_name(self, name, request):
        self.client.delete_vector_name(name, request["vector"])

    def write_create_payload_index(self, name, request):
        schema = models.TextIndexParams(type="text", scoring=request["scoring"]) if "scoring" in request else request.get("type", "text")
        self.client.create_payload_index(name, request["field_name"], schema)

    def write_delete_payload_index(self, name, request):
        self.client.delete_payload_index(name, request["field_name"])

    def write_aliases(self, name, request):
        kinds = {"create_alias": models.CreateAliasOperation, "delete_alias": models.DeleteAliasOperation,
                 "rename_alias": models.RenameAliasOperation}
        return self.client.update_collection_aliases([kinds[next(iter(action))](**action) for action in request["actions"]])

    def read_exists(self, name, request):
        return self.client.collection_exists(name)

    def read_collections(self, name, request):
        return sorted(collection.name for collection in self.client.get_collections().collections)

    def read_info(self, name, request):
        return json.loads(self.client.get_collection(name).model_dump_json(exclude_none=True))

    def read_get_aliases(self, name, request):
        return {alias.alias_name: alias.collection_name for alias in self.client.get_aliases().aliases}

    def read_collection_aliases(self, name, request):
        return {alias.alias_name: alias.collection_name for alias in self.client.get_collection_aliases(name).aliases}

    # Points.

    def write_upsert(self, name, request):
        self.client.upsert(name, points_of(request), **update_of(request))

    def write_upload_points(self, name, request):
        self.client.upload_points(name, points_of(request), **update_of(request))
        return True

    def write_upload_collection(self, name, request):
        self.client.upload_collection(name, request["vectors"], payload=request.get("payloads"), ids=request.get("ids"))
        return True

    def write_batch(self, name, request):
        operations = models.UpdateOperations.model_validate({"operations": request["operations"]}).operations
        return [DONE for _ in self.client.batch_update_points(name, operations)]

    def write_delete(self, name, request):
        self.client.delete(name, selector_of(request))

    def write_update_vectors(self, name, request):
        self.client.update_vectors(name, [models.PointVectors(**point) for point in request["points"]], **update_of(request))

    def write_delete_vectors(self, name, request):
        self.client.delete_vectors(name, request["vectors"], selector_of(request))

    def write_set_payload(self, name, request):
        self.client.set_payload(name, request["payload"], selector_of(request), key=request.get("key"))

    def write_overwrite_payload(self, name, request):
        self.client.overwrite_payload(name, request["payload"], selector_of(request))

    def write_delete_payload(self, name, request):
        self.client.delete_payload(name, request["keys"], selector_of(request))

    def write_clear_payload(self, name, request):
        self.client.clear_payload(name, selector_of(request))

    # Reads.

    def read_count(self, name, request):
        return self.client.count(name, filter_of(request)).count

    def read_facet(self, name, request):
        hits = self.client.facet(name, request["key"], filter_of(request), limit=request.get("limit", 10)).hits
        return {"hits": [{"value": hit.value, "count": hit.count} for hit in hits]}

    def read_retrieve(self, name, request):
        records = self.client.retrieve(name, request["ids"], with_payload=payload_selector_of(request), with_vectors=request.get("with_vector", False))
        return [record_of(record) for record in records]

    def read_scroll(self, name, request):
        order = request.get("order_by")
        points, after = self.client.scroll(
            name, filter_of(request), limit=request.get("limit", 10), offset=request.get("offset"),
            order_by=models.OrderBy(**order) if isinstance(order, dict) else order, with_payload=payload_selector_of(request),
            with_vectors=request.get("with_vector", False))
        return {"points": [record_of(point) for point in points], "next_page_offset": after}

    def read_query(self, name, request):
        return response_of(self.client.query_points(name, **query_of(request), **member(request, "offset")))

    def read_query_batch(self, name, request):
        searches = [models.QueryRequest.model_validate(search) for search in request["searches"]]
        return [response_of(response) for response in self.client.query_batch_points(name, searches)]

    def read_query_groups(self, name, request):
        lookup = request.get("with_lookup")
        groups = self.client.query_points_groups(name, request["group_by"], **query_of(request), **member(request, "group_size"),
                                                 with_lookup=models.WithLookup(**lookup) if isinstance(lookup, dict) else lookup).groups
        return {"groups": [{"id": group.id, "hits": [record_of(hit) for hit in group.hits],
                            **({"lookup": record_of(group.lookup)} if group.lookup else {})} for group in groups]}

    def read_matrix_pairs(self, name, request):
        pairs = self.client.search_matrix_pairs(name, **matrix_of(request)).pairs
        return {"pairs": [{"a": pair.a, "b": pair.b, "score": float(pair.score)} for pair in pairs]}

    def read_matrix_offsets(self, name, request):
        matrix = self.client.search_matrix_offsets(name, **matrix_of(request))
        return {"offsets_row": [int(i) for i in matrix.offsets_row], "offsets_col": [int(i) for i in matrix.offsets_col],
                "scores": [float(score) for score in matrix.scores], "ids": matrix.ids}


def member(request, key):
    return {key: request[key]} if key in request else {}


def filter_of(request, key="filter"):
    return models.Filter.model_validate(request[key]) if request.get(key) is not None else None


def selector_of(request):
    if "points" in request:
        return request["points"]
    if "filter" not in request:
        raise ValueError("neither points nor a filter")
    return models.FilterSelector(filter=filter_of(request))


def points_of(request):
    if "batch" in request:
        return models.Batch.model_validate(request["batch"])
    return [models.PointStruct.model_validate({"vector": {}, **point}) for point in request["points"]]


def update_of(request):
    """How upsert and update_vectors choose among the points."""
    mode = {"update_mode": models.UpdateMode(request["update_mode"])} if "update_mode" in request else {}
    return mode | ({"update_filter": filter_of(request, "update_filter")} if "update_filter" in request else {})


def sparse_params(sparse):
    return sparse and {key: models.SparseVectorParams(**params) for key, params in sparse.items()}


def query_of(request):
    """The arguments of query_points that a request in the form of the REST interface stands for."""
    rest = models.QueryRequest.model_validate({key: value for key, value in request.items() if key not in OWN})
    return {"query": rest.query, "prefetch": rest.prefetch, "using": rest.using, "query_filter": rest.filter, **member(request, "limit"),
            "score_threshold": rest.score_threshold, "lookup_from": rest.lookup_from, "search_params": rest.params,
            "with_payload": False if rest.with_payload is None else rest.with_payload, "with_vectors": False if rest.with_vector is None else rest.with_vector}


def payload_selector_of(request):
    return models.QueryRequest.model_validate({"with_payload": request.get("with_payload", True)}).with_payload


def matrix_of(request):
    return {"query_filter": filter_of(request), "limit": request.get("limit", 3), "sample": request.get("sample", 10), "using": request.get("using")}


def plain(value):
    """Vectors of numpy and of pydantic as JSON has them."""
    if isinstance(value, models.SparseVector):
        return {"indices": list(value.indices), "values": [float(x) for x in value.values]}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.tolist() if hasattr(value, "tolist") else value


def record_of(point):
    scored = {"version": point.version, "score": float(point.score)} if hasattr(point, "score") else {}
    parts = {"payload": point.payload, "vector": point.vector, "order_value": point.order_value}
    return {"id": point.id, **scored, **{key: plain(part) for key, part in parts.items() if part is not None}}


def response_of(response):
    return {"points": [record_of(point) for point in response.points]}


def near(a, b):
    """Equal, types included, but for the last digits of floats."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-5 * max(1, abs(a), abs(b))
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(near(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(near, a, b))
    return a == b
