// SPDX-License-Identifier: Apache-2.0
// Reads beside queries: retrieve, scroll, count, facet, selectors of payloads and vectors, groups,
// search matrices (sections 7.9, 10 and 18.3 of the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"points", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[
{"id":3,"vector":[1,0],"payload":{"n":3}},
{"id":1,"vector":[0,1],"payload":{"n":1}},
{"id":"00000000-0000-0000-0000-00000000000b","vector":[1,1]},
{"id":20,"vector":{},"payload":{"n":1}},
{"id":"00000000-0000-0000-0000-00000000000a","vector":[2,2],"payload":{"n":null}}]})"},
    {"named",
     R"({"op":"create","vectors":{"a":{"size":2,"distance":"Dot"},"m":{"size":1,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}},"sparse_vectors":{"s":{}}}
{"op":"upsert","points":[{"id":1,"vector":{"a":[1,0],"m":[[1],[2]],"s":{"indices":[4],"values":[0.5]}}},{"id":2,"vector":{"a":[0,1]}}]})"},
    {"mixed",
     R"({"op":"create","vectors":{"":{"size":2,"distance":"Dot"},"b":{"size":1,"distance":"Dot"}}}
{"op":"upsert","points":[{"id":1,"vector":{"":[1,0],"b":[3]}},{"id":2,"vector":{"":[5,5]}}]})"},
    {"orders", R"({"op":"create"}
{"op":"upsert","points":[
{"id":8,"payload":{"x":2,"at":"2024-01-02"}},
{"id":2,"payload":{"x":1.5,"at":"2024-01-01T00:00:00.5Z"}},
{"id":5,"payload":{"x":[3,1,3],"at":["2024-01-01","2025-01-01T00:00:00Z"]}},
{"id":4,"payload":{"x":2,"at":"nonsense"}},
{"id":9,"payload":{"x":"2","at":5}},
{"id":6,"payload":{"x":true,"at":null}},
{"id":7,"payload":{}},
{"id":1,"payload":{"x":-1,"o":{"y":4},"l":[{"y":1},{"y":2}]}},
{"id":3,"payload":{"x":2.0,"l":[{"y":0}]}}]})"},
    {"facets", R"({"op":"create"}
{"op":"upsert","points":[
{"id":1,"payload":{"k":"a","n":1,"l":["x","y","x"],"b":true}},
{"id":2,"payload":{"k":"b","n":2,"l":["y"],"b":false}},
{"id":3,"payload":{"k":"a","n":1.0,"l":[],"b":true}},
{"id":4,"payload":{"k":7,"n":"1","l":"x","b":"true"}},
{"id":5,"payload":{"k":true,"n":[1,2,2],"l":[["x"]]}},
{"id":6,"payload":{"k":null,"n":{"a":1}}},
{"id":7,"payload":{"k":["c",7,true,null,1.5],"u":"550E8400-E29B-41D4-A716-446655440000"}},
{"id":8,"payload":{"k":"b","u":["550e8400e29b41d4a716446655440000","text"],"o":[{"p":1},{"p":2}]}}]})"},
    {"payloads", R"({"op":"create"}
{"op":"upsert","points":[{"id":1,"payload":{"a":1,"b":{"c":2,"d":{"e":3}},"l":[1,2],"o":[{"x":1,"y":2},{"x":3}],"a.b":4,"n":null,"r":[[1],[2,3]]}}]})"},
    {"groups", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[
{"id":1,"vector":[10,0],"payload":{"g":"a","d":[1,2]}},
{"id":2,"vector":[9,0],"payload":{"g":"b","d":2}},
{"id":3,"vector":[8,0],"payload":{"g":"a","d":3}},
{"id":4,"vector":[7,0],"payload":{"g":["c","a","c"],"d":"00000000-0000-0000-0000-00000000000a"}},
{"id":5,"vector":[6,0],"payload":{"g":7}},
{"id":6,"vector":[5,0],"payload":{"g":true}},
{"id":7,"vector":[4,0],"payload":{"g":1.5}},
{"id":8,"vector":[3,0],"payload":{"g":null}},
{"id":9,"vector":[2,0],"payload":{"g":["a",1.5]}},
{"id":10,"vector":[1,0],"payload":{}},
{"id":11,"vector":[0.5,0],"payload":{"g":"a","o":[{"k":"z"},{"k":"w"}]}},
{"id":12,"vector":[0.25,0],"payload":{"g":"7"}}]}
{"op":"create","collection":"documents","vectors":{"size":1,"distance":"Dot"}}
{"op":"upsert","collection":"documents","points":[{"id":1,"vector":[1],"payload":{"title":"one"}},{"id":2,"vector":[2],"payload":{"title":"two"}},{"id":"00000000-0000-0000-0000-00000000000a","vector":[3],"payload":{"title":"ten"}}]})"},
    {"grid",
     R"({"op":"create","vectors":{"d":{"size":2,"distance":"Dot"},"e":{"size":2,"distance":"Euclid"}},"sparse_vectors":{"s":{}}}
{"op":"upsert","points":[
{"id":1,"vector":{"d":[1,0],"e":[1,0],"s":{"indices":[1,2],"values":[1,1]}},"payload":{"g":1}},
{"id":2,"vector":{"d":[0.5,2],"e":[0.5,2],"s":{"indices":[2],"values":[3]}},"payload":{"g":1}},
{"id":3,"vector":{"d":[-1,0.25],"e":[-1,0.25],"s":{"indices":[9],"values":[1]}},"payload":{"g":2}},
{"id":4,"vector":{"d":[2,1],"e":[2,1]},"payload":{"g":1}},
{"id":5,"payload":{"g":1}}]})"},
};

constexpr Case kCases[] =
    {
        // Retrieve.
        answers(
            "RetrieveInTheOrderAsked", "points",
            R"({"op":"retrieve","ids":[20,1,"00000000-0000-0000-0000-00000000000b"]})",
            R"([{"id":20,"payload":{"n":1}},{"id":1,"payload":{"n":1}},{"id":"00000000-0000-0000-0000-00000000000b","payload":{}}])"),
        answers("RetrieveRepeatsDuplicates", "points",
                R"({"op":"retrieve","ids":[1,1],"with_payload":false})", R"([{"id":1},{"id":1}])"),
        answers("RetrieveOmitsMissingIds", "points",
                R"({"op":"retrieve","ids":[99,3,"ffffffff-0000-0000-0000-00000000000b"]})",
                R"([{"id":3,"payload":{"n":3}}])"),
        answers("RetrieveOfNone", "points", R"({"op":"retrieve","ids":[]})", "[]"),
        answers("RetrieveGivesAnEmptyPayload", "points",
                R"({"op":"retrieve","ids":["00000000-0000-0000-0000-00000000000b"]})",
                R"([{"id":"00000000-0000-0000-0000-00000000000b","payload":{}}])"),
        answers("RetrieveGivesABareVector", "points",
                R"({"op":"retrieve","ids":[3],"with_payload":false,"with_vector":true})",
                R"([{"id":3,"vector":[1.0,0.0]}])"),
        answers(
            "RetrieveGivesNamedVectors", "named",
            R"({"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":{"a":[1.0,0.0],"s":{"indices":[4],"values":[0.5]},"m":[[1.0],[2.0]]}},{"id":2,"vector":{"a":[0.0,1.0]}}])"),
        answers("RetrieveGivesTheVectorsNamed", "named",
                R"({"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":["s","none"]})",
                R"([{"id":1,"vector":{"s":{"indices":[4],"values":[0.5]}}},{"id":2,"vector":{}}])"),
        answers("RetrieveGivesTheUnnamedVectorBesideOthers", "mixed",
                R"({"op":"retrieve","ids":[1],"with_payload":false,"with_vector":true})",
                R"([{"id":1,"vector":{"":[1.0,0.0],"b":[3.0]}}])"),
        answers("RetrieveGivesTheUnnamedVectorAloneBare", "mixed",
                R"({"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":[""]})",
                R"([{"id":1,"vector":[1.0,0.0]},{"id":2,"vector":[5.0,5.0]}])"),
        refuses("RetrieveFromAnUnknownCollection", "points",
                R"({"op":"retrieve","collection":"other","ids":[1]})", ErrorCode::kNotFound,
                "Collection other not found"),
        // Scroll.
        answers(
            "ScrollGoesByIntegersThenUuids", "points", R"({"op":"scroll","with_payload":false})",
            R"({"points":[{"id":1},{"id":3},{"id":20},{"id":"00000000-0000-0000-0000-00000000000a"},{"id":"00000000-0000-0000-0000-00000000000b"}],"next_page_offset":null})"),
        answers("ScrollTellsTheNextId", "points",
                R"({"op":"scroll","with_payload":false,"limit":2})",
                R"({"points":[{"id":1},{"id":3}],"next_page_offset":20})"),
        answers(
            "ScrollTellsTheNextUuid", "points",
            R"({"op":"scroll","with_payload":false,"limit":1,"offset":"00000000-0000-0000-0000-00000000000a"})",
            R"({"points":[{"id":"00000000-0000-0000-0000-00000000000a"}],"next_page_offset":"00000000-0000-0000-0000-00000000000b"})"),
        answers("ScrollOffsetIsIncluded", "points",
                R"({"op":"scroll","with_payload":false,"limit":1,"offset":3})",
                R"({"points":[{"id":3}],"next_page_offset":20})"),
        answers(
            "ScrollOffsetNeedNotExist", "points",
            R"({"op":"scroll","with_payload":false,"limit":1,"offset":4})",
            R"({"points":[{"id":20}],"next_page_offset":"00000000-0000-0000-0000-00000000000a"})"),
        answers(
            "ScrollOffsetBeyondAllIntegers", "points",
            R"({"op":"scroll","with_payload":false,"limit":1,"offset":18446744073709551615})",
            R"({"points":[{"id":"00000000-0000-0000-0000-00000000000a"}],"next_page_offset":"00000000-0000-0000-0000-00000000000b"})"),
        answers(
            "ScrollOffsetBeyondAll", "points",
            R"({"op":"scroll","with_payload":false,"offset":"ffffffff-0000-0000-0000-00000000000b"})",
            R"({"points":[],"next_page_offset":null})"),
        answers(
            "ScrollPagesOfExactlyAll", "points",
            R"({"op":"scroll","with_payload":false,"limit":5})",
            R"({"points":[{"id":1},{"id":3},{"id":20},{"id":"00000000-0000-0000-0000-00000000000a"},{"id":"00000000-0000-0000-0000-00000000000b"}],"next_page_offset":null})"),
        answers(
            "ScrollNextIdIsAMatch", "points",
            R"({"op":"scroll","with_payload":false,"limit":1,"filter":{"must":[{"key":"n","match":{"value":1}}]}})",
            R"({"points":[{"id":1}],"next_page_offset":20})"),
        answers("ScrollOfNoMatches", "points",
                R"({"op":"scroll","filter":{"must":[{"key":"n","match":{"value":99}}]}})",
                R"({"points":[],"next_page_offset":null})"),
        answers(
            "ScrollLimitIsTen", "facets",
            R"({"op":"upsert","points":[{"id":9},{"id":10},{"id":11}]}
{"op":"scroll","with_payload":false,"offset":1})",
            R"({"points":[{"id":1},{"id":2},{"id":3},{"id":4},{"id":5},{"id":6},{"id":7},{"id":8},{"id":9},{"id":10}],"next_page_offset":11})"),
        answers(
            "ScrollPassesOverDeletedPoints", "points", R"({"op":"delete","points":[3]}
{"op":"scroll","with_payload":false,"limit":1,"offset":2})",
            R"({"points":[{"id":20}],"next_page_offset":"00000000-0000-0000-0000-00000000000a"})"),
        answers(
            "ScrollWithVectors", "points",
            R"({"op":"scroll","limit":3,"with_payload":false,"with_vector":true})",
            R"({"points":[{"id":1,"vector":[0.0,1.0]},{"id":3,"vector":[1.0,0.0]},{"id":20,"vector":{}}],"next_page_offset":"00000000-0000-0000-0000-00000000000a"})"),
        refuses("ScrollLimitOfZero", "points", R"({"op":"scroll","limit":0})",
                ErrorCode::kInvalidArgument, "Must be 1 or larger"),
        refuses("ScrollInAnUnknownCollection", "points", R"({"op":"scroll","collection":"other"})",
                ErrorCode::kNotFound, "Collection other not found"),
        // Scroll by a payload value: points in the order of slots where values are equal.
        answers(
            "OrderAscends", "orders", R"({"op":"scroll","with_payload":false,"order_by":"x"})",
            R"({"points":[{"id":1,"order_value":-1},{"id":5,"order_value":1},{"id":2,"order_value":1.5},{"id":8,"order_value":2},{"id":4,"order_value":2},{"id":3,"order_value":2.0},{"id":5,"order_value":3}],"next_page_offset":null})"),
        answers(
            "OrderDescends", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":{"key":"x","direction":"desc"}})",
            R"({"points":[{"id":5,"order_value":3},{"id":8,"order_value":2},{"id":4,"order_value":2},{"id":3,"order_value":2.0},{"id":2,"order_value":1.5},{"id":5,"order_value":1},{"id":1,"order_value":-1}],"next_page_offset":null})"),
        answers(
            "OrderHasALimitAndNoNextPage", "orders",
            R"({"op":"scroll","with_payload":false,"limit":3,"order_by":{"key":"x"}})",
            R"({"points":[{"id":1,"order_value":-1},{"id":5,"order_value":1},{"id":2,"order_value":1.5}],"next_page_offset":null})"),
        answers(
            "OrderStartsFromAValue", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":{"key":"x","start_from":2}})",
            R"({"points":[{"id":8,"order_value":2},{"id":4,"order_value":2},{"id":3,"order_value":2.0},{"id":5,"order_value":3}],"next_page_offset":null})"),
        answers(
            "OrderStartsFromAValueDescending", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":{"key":"x","direction":"desc","start_from":1.5}})",
            R"({"points":[{"id":2,"order_value":1.5},{"id":5,"order_value":1},{"id":1,"order_value":-1}],"next_page_offset":null})"),
        answers(
            "OrderByDates", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":{"key":"at","direction":"desc"}})",
            R"({"points":[{"id":5,"order_value":1735689600000000},{"id":8,"order_value":1704153600000000},{"id":2,"order_value":1704067200500000},{"id":5,"order_value":1704067200000000},{"id":9,"order_value":5}],"next_page_offset":null})"),
        answers(
            "OrderStartsFromADate", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":{"key":"at","start_from":"2024-01-01T00:00:00.5Z"}})",
            R"({"points":[{"id":2,"order_value":1704067200500000},{"id":8,"order_value":1704153600000000},{"id":5,"order_value":1735689600000000}],"next_page_offset":null})"),
        answers("OrderInAnObject", "orders",
                R"({"op":"scroll","with_payload":false,"order_by":"o.y"})",
                R"({"points":[{"id":1,"order_value":4}],"next_page_offset":null})"),
        answers(
            "OrderInObjectsOfAnArray", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":"l[].y"})",
            R"({"points":[{"id":3,"order_value":0},{"id":1,"order_value":1},{"id":1,"order_value":2}],"next_page_offset":null})"),
        answers("OrderOfNoValues", "orders",
                R"({"op":"scroll","with_payload":false,"order_by":"none"})",
                R"({"points":[],"next_page_offset":null})"),
        answers(
            "OrderWithAFilter", "orders",
            R"({"op":"scroll","with_payload":false,"order_by":"x","filter":{"must":[{"has_id":[5,8]}]}})",
            R"({"points":[{"id":5,"order_value":1},{"id":8,"order_value":2},{"id":5,"order_value":3}],"next_page_offset":null})"),
        refuses("OrderWithAnOffset", "orders", R"({"op":"scroll","order_by":"x","offset":1})",
                ErrorCode::kInvalidArgument, "an offset with order_by"),
        refuses("OrderOfAMalformedPath", "orders", R"({"op":"scroll","order_by":"x..y"})",
                ErrorCode::kInvalidArgument, "Invalid path"),
        refuses("OrderFromWhatIsNoValue", "orders",
                R"({"op":"scroll","order_by":{"key":"x","start_from":"soon"}})",
                ErrorCode::kInvalidArgument,
                R"(start_from: expected a number or a date-time, got "soon")"),
        // Count.
        answers("CountOfAll", "points", R"({"op":"count"})", "5"),
        answers("CountOfMatches", "points",
                R"({"op":"count","filter":{"must":[{"key":"n","match":{"value":1}}]}})", "2"),
        answers("CountByAnEmptyFilter", "points", R"({"op":"count","filter":{}})", "5"),
        refuses("CountInAnUnknownCollection", "points", R"({"op":"count","collection":"other"})",
                ErrorCode::kNotFound, "Collection other not found"),
        // Facets.
        answers(
            "FacetCountsStringsIntegersAndBooleans", "facets", R"({"op":"facet","key":"k"})",
            R"({"hits":[{"value":true,"count":2},{"value":7,"count":2},{"value":"a","count":2},{"value":"b","count":2},{"value":"c","count":1}]})"),
        answers("FacetCountsAPointOnce", "facets", R"({"op":"facet","key":"l"})",
                R"({"hits":[{"value":"x","count":2},{"value":"y","count":2}]})"),
        answers(
            "FacetTellsIntegersFromStrings", "facets", R"({"op":"facet","key":"n"})",
            R"({"hits":[{"value":1,"count":2},{"value":2,"count":2},{"value":"1","count":1}]})"),
        answers(
            "FacetOfBooleans", "facets", R"({"op":"facet","key":"b"})",
            R"({"hits":[{"value":true,"count":2},{"value":false,"count":1},{"value":"true","count":1}]})"),
        answers(
            "FacetSpellsUuidsOneWay", "facets", R"({"op":"facet","key":"u"})",
            R"({"hits":[{"value":"550e8400-e29b-41d4-a716-446655440000","count":2},{"value":"text","count":1}]})"),
        answers("FacetInObjectsOfAnArray", "facets", R"({"op":"facet","key":"o[].p"})",
                R"({"hits":[{"value":1,"count":1},{"value":2,"count":1}]})"),
        answers("FacetHasALimit", "facets", R"({"op":"facet","key":"k","limit":2})",
                R"({"hits":[{"value":true,"count":2},{"value":7,"count":2}]})"),
        answers("FacetWithAFilter", "facets",
                R"({"op":"facet","key":"k","filter":{"must":[{"has_id":[1,2,6]}]}})",
                R"({"hits":[{"value":"a","count":1},{"value":"b","count":1}]})"),
        answers("FacetOfAMissingKey", "facets", R"({"op":"facet","key":"none"})", R"({"hits":[]})"),
        refuses("FacetOfAMalformedPath", "facets", R"({"op":"facet","key":"a..b"})",
                ErrorCode::kInvalidArgument, "Invalid path"),
        refuses("FacetLimitOfZero", "facets", R"({"op":"facet","key":"k","limit":0})",
                ErrorCode::kInvalidArgument, "Must be 1 or larger"),
        // Selectors of payloads.
        answers(
            "PayloadWhole", "payloads", R"({"op":"retrieve","ids":[1],"with_payload":true})",
            R"([{"id":1,"payload":{"a":1,"b":{"c":2,"d":{"e":3}},"l":[1,2],"o":[{"x":1,"y":2},{"x":3}],"a.b":4,"n":null,"r":[[1],[2,3]]}}])"),
        answers("PayloadNone", "payloads", R"({"op":"retrieve","ids":[1],"with_payload":false})",
                R"([{"id":1}])"),
        answers("PayloadOfPaths", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["a","b.d"]})",
                R"([{"id":1,"payload":{"a":1,"b":{"d":{"e":3}}}}])"),
        answers("PayloadOfNoPaths", "payloads", R"({"op":"retrieve","ids":[1],"with_payload":[]})",
                R"([{"id":1,"payload":{}}])"),
        answers("PayloadIncluded", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":{"include":["b.c","n","none"]}})",
                R"([{"id":1,"payload":{"b":{"c":2},"n":null}}])"),
        answers("PayloadIncludedArrayWithoutBracketsIsEmpty", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["o.x"]})",
                R"([{"id":1,"payload":{"o":[]}}])"),
        answers("PayloadIncludedWholeArray", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["l","o"]})",
                R"([{"id":1,"payload":{"l":[1,2],"o":[{"x":1,"y":2},{"x":3}]}}])"),
        answers("PayloadIncludedElements", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["l[]","o[].x","r[]"]})",
                R"([{"id":1,"payload":{"l":[1,2],"o":[{"x":1},{"x":3}],"r":[[1],[2,3]]}}])"),
        answers("PayloadIncludedIndexSelectsNothing", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["l[0]","o[0].x"]})",
                R"([{"id":1,"payload":{"l":[],"o":[]}}])"),
        answers("PayloadIncludedQuotedKey", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["\"a.b\""]})",
                R"([{"id":1,"payload":{"a.b":4}}])"),
        answers(
            "PayloadExcluded", "payloads",
            R"({"op":"retrieve","ids":[1],"with_payload":{"exclude":["a","b.d","o[].y"]}})",
            R"([{"id":1,"payload":{"b":{"c":2},"l":[1,2],"o":[{"x":1},{"x":3}],"a.b":4,"n":null,"r":[[1],[2,3]]}}])"),
        answers("PayloadExcludedElementsEmptyTheArray", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":{"exclude":["l[]","b","o"]}})",
                R"([{"id":1,"payload":{"a":1,"l":[],"a.b":4,"n":null,"r":[[1],[2,3]]}}])"),
        answers(
            "PayloadExcludedNothing", "payloads",
            R"({"op":"retrieve","ids":[1],"with_payload":{"exclude":[]}})",
            R"([{"id":1,"payload":{"a":1,"b":{"c":2,"d":{"e":3}},"l":[1,2],"o":[{"x":1,"y":2},{"x":3}],"a.b":4,"n":null,"r":[[1],[2,3]]}}])"),
        answers("PayloadOfScrolls", "payloads", R"({"op":"scroll","with_payload":["a"]})",
                R"({"points":[{"id":1,"payload":{"a":1}}],"next_page_offset":null})"),
        answers("PayloadOfQueriesIsLeftOut", "payloads", R"({"op":"query"})",
                R"({"points":[{"id":1,"version":0,"score":1.0}]})"),
        answers("PayloadOfQueries", "payloads",
                R"({"op":"query","with_payload":{"include":["b.c"]}})",
                R"({"points":[{"id":1,"version":0,"score":1.0,"payload":{"b":{"c":2}}}]})"),
        answers(
            "VectorsOfQueries", "named",
            R"({"op":"query","query":[1,0],"using":"a","limit":1,"with_vector":["a","s"]})",
            R"({"points":[{"id":1,"version":0,"score":1.0,"vector":{"a":[1.0,0.0],"s":{"indices":[4],"values":[0.5]}}}]})"),
        answers(
            "VectorsOfQueriesWhole", "points",
            R"({"op":"query","query":[1,0],"limit":1,"with_vector":true,"with_payload":true})",
            R"({"points":[{"id":"00000000-0000-0000-0000-00000000000a","version":0,"score":2.0,"payload":{"n":null},"vector":[2.0,2.0]}]})"),
        refuses("PayloadOfAMalformedPath", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":["a..b"]})",
                ErrorCode::kInvalidArgument, "Invalid path"),
        refuses("PayloadOfABareString", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":"a"})", ErrorCode::kInvalidArgument,
                "with_payload"),
        refuses("PayloadOfAnUnknownSelector", "payloads",
                R"({"op":"retrieve","ids":[1],"with_payload":{"only":["a"]}})",
                ErrorCode::kInvalidArgument, R"(with_payload: unknown field "only")"),
        refuses("VectorsOfABareString", "named", R"({"op":"retrieve","ids":[1],"with_vector":"a"})",
                ErrorCode::kInvalidArgument, "with_vector"),
        // Groups.
        answers("GroupsInTheOrderOfTheirFirstHits", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g"})", R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":10.0},{"id":3,"version":0,"score":8.0},{"id":4,"version":0,"score":7.0}]},{"id":"b","hits":[{"id":2,"version":0,"score":9.0}]},{"id":"c","hits":[{"id":4,"version":0,"score":7.0}]},{"id":7,"hits":[{"id":5,"version":0,"score":6.0}]},{"id":"7","hits":[{"id":12,"version":0,"score":0.25}]}]})"),
        answers(
            "GroupsHaveASizeAndALimit", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"g","group_size":2,"limit":2})",
            R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":10.0},{"id":3,"version":0,"score":8.0}]},{"id":"b","hits":[{"id":2,"version":0,"score":9.0}]}]})"),
        answers(
            "GroupsOfOneHit", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"d","group_size":1,"with_payload":["d"]})",
            R"({"groups":[{"id":1,"hits":[{"id":1,"version":0,"score":10.0,"payload":{"d":[1,2]}}]},{"id":2,"hits":[{"id":1,"version":0,"score":10.0,"payload":{"d":[1,2]}}]},{"id":3,"hits":[{"id":3,"version":0,"score":8.0,"payload":{"d":3}}]},{"id":"00000000-0000-0000-0000-00000000000a","hits":[{"id":4,"version":0,"score":7.0,"payload":{"d":"00000000-0000-0000-0000-00000000000a"}}]}]})"),
        answers(
            "GroupsWithAFilter", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"g","filter":{"must":[{"has_id":[2,4,12]}]}})",
            R"({"groups":[{"id":"b","hits":[{"id":2,"version":0,"score":9.0}]},{"id":"c","hits":[{"id":4,"version":0,"score":7.0}]},{"id":"a","hits":[{"id":4,"version":0,"score":7.0}]},{"id":"7","hits":[{"id":12,"version":0,"score":0.25}]}]})"),
        answers(
            "GroupsAtAPath", "groups", R"({"op":"query_groups","query":[1,0],"group_by":"o[].k"})",
            R"({"groups":[{"id":"z","hits":[{"id":11,"version":0,"score":0.5}]},{"id":"w","hits":[{"id":11,"version":0,"score":0.5}]}]})"),
        answers("GroupsOfAMissingKey", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"none"})", R"({"groups":[]})"),
        answers(
            "GroupsWithLookup", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"d","group_size":1,"with_lookup":"documents"})",
            R"({"groups":[{"id":1,"hits":[{"id":1,"version":0,"score":10.0}],"lookup":{"id":1,"payload":{"title":"one"}}},{"id":2,"hits":[{"id":1,"version":0,"score":10.0}],"lookup":{"id":2,"payload":{"title":"two"}}},{"id":3,"hits":[{"id":3,"version":0,"score":8.0}]},{"id":"00000000-0000-0000-0000-00000000000a","hits":[{"id":4,"version":0,"score":7.0}],"lookup":{"id":"00000000-0000-0000-0000-00000000000a","payload":{"title":"ten"}}}]})"),
        answers(
            "GroupsWithALookupOfVectors", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"d","group_size":1,"limit":1,"with_lookup":{"collection":"documents","with_payload":false,"with_vectors":true}})",
            R"({"groups":[{"id":1,"hits":[{"id":1,"version":0,"score":10.0}],"lookup":{"id":1,"vector":[1.0]}}]})"),
        answers("GroupsOfAQueryByAnId", "groups",
                R"({"op":"query_groups","query":1,"group_by":"g","limit":1})",
                R"({"groups":[{"id":"b","hits":[{"id":2,"version":0,"score":90.0}]}]})"),
        answers(
            "GroupsOfAFusion", "groups",
            R"({"op":"query_groups","prefetch":[{"query":[1,0],"limit":1},{"query":[-1,0],"limit":1}],"query":{"fusion":"rrf"},"group_by":"g","group_size":1,"limit":2})",
            R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":0.576923}]},{"id":"7","hits":[{"id":12,"version":0,"score":0.576923}]}]})"),
        answers(
            "GroupsWithoutAQuery", "groups",
            R"({"op":"query_groups","group_by":"g","group_size":1,"limit":2})",
            R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":1.0}]},{"id":"b","hits":[{"id":2,"version":0,"score":1.0}]}]})"),
        answers(
            "GroupsWithAThreshold", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"g","score_threshold":8})",
            R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":10.0}]},{"id":"b","hits":[{"id":2,"version":0,"score":9.0}]}]})"),
        refuses("GroupsOfSizeZero", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g","group_size":0})",
                ErrorCode::kInvalidArgument, "Must be 1 or larger"),
        refuses("GroupsLimitOfZero", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g","limit":0})",
                ErrorCode::kInvalidArgument, "Must be 1 or larger"),
        refuses("GroupsByAMalformedPath", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g..h"})",
                ErrorCode::kInvalidArgument, "Invalid path"),
        refuses("GroupsLookupInAnUnknownCollection", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g","with_lookup":"none"})",
                ErrorCode::kNotFound, "Collection none not found"),
        refuses("GroupsHaveNoOffset", "groups",
                R"({"op":"query_groups","query":[1,0],"group_by":"g","offset":1})",
                ErrorCode::kInvalidArgument, R"(unknown field "offset")"),
        refuses("GroupsNeedAPath", "groups", R"({"op":"query_groups","query":[1,0]})",
                ErrorCode::kInvalidArgument, R"("group_by" is missing)"),
        // Matrices.
        answers(
            "MatrixPairs", "grid", R"({"op":"matrix_pairs","using":"d","sample":10,"limit":2})",
            R"({"pairs":[{"a":1,"b":4,"score":2.0},{"a":1,"b":2,"score":0.5},{"a":2,"b":4,"score":3.0},{"a":2,"b":1,"score":0.5},{"a":3,"b":2,"score":0.0},{"a":3,"b":1,"score":-1.0},{"a":4,"b":2,"score":3.0},{"a":4,"b":1,"score":2.0}]})"),
        answers(
            "MatrixOffsets", "grid", R"({"op":"matrix_offsets","using":"d","sample":10,"limit":2})",
            R"({"offsets_row":[0,0,1,1,2,2,3,3],"offsets_col":[3,1,3,0,1,0,1,0],"scores":[2.0,0.5,3.0,0.5,0.0,-1.0,3.0,2.0],"ids":[1,2,3,4]})"),
        answers(
            "MatrixOnEuclid", "grid", R"({"op":"matrix_pairs","using":"e","sample":10,"limit":1})",
            R"({"pairs":[{"a":1,"b":4,"score":1.41421},{"a":2,"b":4,"score":1.80278},{"a":3,"b":1,"score":2.01556},{"a":4,"b":1,"score":1.41421}]})"),
        answers(
            "MatrixLimitIsThree", "grid", R"({"op":"matrix_offsets","using":"e"})",
            R"({"offsets_row":[0,0,0,1,1,1,2,2,2,3,3,3],"offsets_col":[3,2,1,3,0,2,0,1,3,0,1,2],"scores":[1.41421,2.01556,2.06155,1.80278,2.06155,2.30489,2.01556,2.30489,3.09233,1.41421,1.80278,3.09233],"ids":[1,2,3,4]})"),
        answers(
            "MatrixOfMatches", "grid",
            R"({"op":"matrix_pairs","using":"d","sample":10,"filter":{"must":[{"key":"g","match":{"value":1}}]}})",
            R"({"pairs":[{"a":1,"b":4,"score":2.0},{"a":1,"b":2,"score":0.5},{"a":2,"b":4,"score":3.0},{"a":2,"b":1,"score":0.5},{"a":4,"b":2,"score":3.0},{"a":4,"b":1,"score":2.0}]})"),
        answers("MatrixOnSparseVectors", "grid", R"({"op":"matrix_pairs","using":"s","sample":10})",
                R"({"pairs":[{"a":1,"b":2,"score":3.0},{"a":2,"b":1,"score":3.0}]})"),
        answers(
            "MatrixOfOnePointIsEmpty", "grid",
            R"({"op":"matrix_pairs","using":"d","sample":10,"filter":{"must":[{"key":"g","match":{"value":2}}]}})",
            R"({"pairs":[]})"),
        answers(
            "MatrixOffsetsOfOnePointAreEmpty", "grid",
            R"({"op":"matrix_offsets","using":"d","sample":10,"filter":{"must":[{"key":"g","match":{"value":2}}]}})",
            R"({"offsets_row":[],"offsets_col":[],"scores":[],"ids":[]})"),
        refuses("MatrixOfASampleOfOne", "grid", R"({"op":"matrix_pairs","using":"d","sample":1})",
                ErrorCode::kInvalidArgument, "sample value 1 is invalid. Must be 2 or larger."),
        refuses("MatrixLimitOfZero", "grid", R"({"op":"matrix_pairs","using":"d","limit":0})",
                ErrorCode::kInvalidArgument, "Must be 1 or larger"),
        answers("MatrixOfAnUnknownVectorIsEmpty", "grid", R"({"op":"matrix_pairs","using":"x"})",
                R"({"pairs":[]})"),
        // Values in arrays of arrays, and pages of matches.
        answers(
            "GroupsFlattenOneLevel", "groups",
            R"({"op":"upsert","points":[{"id":20,"vector":[100,0],"payload":{"v":["x",["y",["z"]]]}}]}
{"op":"query_groups","query":[1,0],"group_by":"v","limit":3})",
            R"({"groups":[]})"),
        answers(
            "GroupsOfAnEmptyArray", "groups",
            R"({"op":"upsert","points":[{"id":20,"vector":[100,0],"payload":{"v":[]}},{"id":21,"vector":[50,0],"payload":{"v":18446744073709551615}}]}
{"op":"query_groups","query":[1,0],"group_by":"v"})",
            R"({"groups":[{"id":18446744073709551615,"hits":[{"id":21,"version":0,"score":50.0}]}]})"),
        answers(
            "GroupsByRecommendation", "groups",
            R"({"op":"query_groups","query":{"recommend":{"positive":[1],"negative":[5]}},"group_by":"g","group_size":1,"limit":2})",
            R"({"groups":[{"id":"b","hits":[{"id":2,"version":0,"score":126.0}]},{"id":"a","hits":[{"id":3,"version":0,"score":112.0}]}]})"),
        answers(
            "GroupsOverAPrefetch", "groups",
            R"({"op":"query_groups","prefetch":{"query":[-1,0],"limit":1},"query":[1,0],"group_by":"g","group_size":1,"limit":2})",
            R"({"groups":[{"id":"a","hits":[{"id":1,"version":0,"score":10.0}]},{"id":"b","hits":[{"id":2,"version":0,"score":9.0}]}]})"),
        answers(
            "GroupsOfAFormula", "groups",
            R"({"op":"query_groups","prefetch":{"query":[1,0],"limit":1},"query":{"formula":{"neg":"$score"}},"group_by":"g","group_size":1,"limit":2})",
            R"({"groups":[{"id":"7","hits":[{"id":12,"version":0,"score":-0.25}]},{"id":"a","hits":[{"id":11,"version":0,"score":-0.5}]}]})"),
        answers(
            "GroupsWithPayloadAndVectors", "groups",
            R"({"op":"query_groups","query":[1,0],"group_by":"d","group_size":1,"limit":1,"with_payload":true,"with_vector":true})",
            R"({"groups":[{"id":1,"hits":[{"id":1,"version":0,"score":10.0,"payload":{"g":"a","d":[1,2]},"vector":[10.0,0.0]}]}]})"),
        answers("FacetOfNestedArrays", "facets", R"({"op":"facet","key":"l[]"})",
                R"({"hits":[{"value":"x","count":2},{"value":"y","count":2}]})"),
        answers("FacetFollowsWrites", "facets", R"({"op":"delete","points":[1]}
{"op":"set_payload","payload":{"k":"b"},"points":[3]}
{"op":"facet","key":"k","limit":1})",
                R"({"hits":[{"value":"b","count":3}]})"),
        answers(
            "ScrollPagesOfMatches", "orders",
            R"({"op":"scroll","with_payload":false,"limit":2,"offset":3,"filter":{"must_not":[{"has_id":[4,6]}]}})",
            R"({"points":[{"id":3},{"id":5}],"next_page_offset":7})"),
        answers(
            "OrderOfIntegersBeyondDoubles", "orders",
            R"({"op":"upsert","points":[{"id":20,"payload":{"w":9007199254740993}},{"id":21,"payload":{"w":9007199254740992}},{"id":22,"payload":{"w":18446744073709551615}}]}
{"op":"scroll","with_payload":false,"order_by":"w"})",
            R"({"points":[{"id":21,"order_value":9007199254740992},{"id":20,"order_value":9007199254740993},{"id":22,"order_value":18446744073709551615}],"next_page_offset":null})"),
        answers(
            "OrderOfEqualsIsThatOfSlotsAlsoDescending", "orders", R"({"op":"delete","points":[8]}
{"op":"upsert","points":[{"id":30,"payload":{"x":2}},{"id":8,"payload":{"x":2}}]}
{"op":"scroll","with_payload":false,"order_by":{"key":"x","direction":"desc"},"filter":{"must":[{"has_id":[3,4,8,30]}]}})",
            R"({"points":[{"id":8,"order_value":2},{"id":4,"order_value":2},{"id":3,"order_value":2.0},{"id":30,"order_value":2}],"next_page_offset":null})"),
        answers(
            "RetrieveAfterAnUpdate", "named",
            R"({"op":"update_vectors","points":[{"id":2,"vector":{"s":{"indices":[9,1],"values":[1,2]}}}]}
{"op":"retrieve","ids":[2],"with_payload":false,"with_vector":["s"]})",
            R"([{"id":2,"vector":{"s":{"indices":[1,9],"values":[2.0,1.0]}}}])"),
        answers(
            "MatrixFollowsDeletes", "grid", R"({"op":"delete","points":[4]}
{"op":"matrix_pairs","using":"d","sample":10,"limit":1})",
            R"({"pairs":[{"a":1,"b":2,"score":0.5},{"a":2,"b":1,"score":0.5},{"a":3,"b":2,"score":0.0}]})"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Reads", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
