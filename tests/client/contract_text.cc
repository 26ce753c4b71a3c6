// SPDX-License-Identifier: Apache-2.0
// BM25 over a payload field (section 7.8 of the reference), and payload indexes, with which every
// answer is the one without them.
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"texts", R"({"op":"create"}
{"op":"create_payload_index","field_name":"t","type":"text","scoring":true}
{"op":"upsert","points":[
{"id":1,"payload":{"t":"the quick brown fox jumps over the lazy dog","g":"a"}},
{"id":2,"payload":{"t":"Quick fox, quick dog!","g":"a"}},
{"id":3,"payload":{"t":["lazy cat","brown cat"],"g":"b"}},
{"id":4,"payload":{"t":"","g":"b"}},
{"id":5,"payload":{"t":42,"g":"b"}},
{"id":6,"payload":{"g":"a"}},
{"id":7,"payload":{"t":"fox","g":"b","u":"fox"}}]})"},
    {"late", R"({"op":"create"}
{"op":"upsert","points":[
{"id":1,"payload":{"t":"the quick brown fox"}},
{"id":2,"payload":{"t":"quick fox quick dog"}},
{"id":3,"payload":{"t":["lazy cat","fox"]}}]}
{"op":"create_payload_index","field_name":"t","type":"text","scoring":true})"},
    {"nested", R"({"op":"create"}
{"op":"create_payload_index","field_name":"o.list[].t","type":"text","scoring":true}
{"op":"upsert","points":[
{"id":1,"payload":{"o":{"list":[{"t":"red fox"},{"t":"blue fox"}]}}},
{"id":2,"payload":{"o":{"list":[{"t":"red hen"}]}}}]})"},
    {"joined", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"create_payload_index","field_name":"t","type":"text","scoring":true}
{"op":"upsert","points":[
{"id":1,"vector":[1,0],"payload":{"t":"red fox"}},
{"id":2,"vector":[0,1],"payload":{"t":"red red hen"}},
{"id":3,"vector":[1,1],"payload":{"t":"blue hen"}}]})"},
    {"fields", R"({"op":"create"}
{"op":"upsert","points":[
{"id":1,"payload":{"k":"red","i":1,"f":0.5,"b":true,"d":"2024-06-15T12:00:00Z","p":{"lat":52.52,"lon":13.4},"t":"quick brown fox","u":"550e8400-e29b-41d4-a716-446655440000"}},
{"id":2,"payload":{"k":["red","blue"],"i":[1,2],"f":[1.5,2],"b":[true,false],"d":["2024-06-15","2025-01-01"],"p":[{"lat":48.85,"lon":2.35},{"lat":52.5,"lon":13.4}],"t":["brown fox","quick"],"u":["550E8400-E29B-41D4-A716-446655440000"]}},
{"id":3,"payload":{"k":7,"i":1.0,"f":1,"b":1,"d":1718452800,"p":[52.52,13.4],"t":7,"u":7}},
{"id":4,"payload":{"k":null,"i":null,"f":null,"b":null,"d":null,"p":null,"t":null,"u":null}},
{"id":5,"payload":{}},
{"id":6,"payload":{"k":"blue","i":5,"f":-3.25,"b":false,"d":"2023-01-01","p":{"lat":0,"lon":179.5},"t":"Brown, quick fox","u":"550e8400-e29b-41d4-a716-446655440001"}},
{"id":7,"payload":{"k":[["red"]],"i":[[1]],"f":[],"b":[],"d":"no","p":{"lat":"52.52","lon":13.4},"t":"foxes","u":"text"}}]})"},
};

// clang-format off
constexpr Case kCases[] = {
    ranks("TextScoresOneWord", "texts",
          R"({"query":{"text":"fox"},"using":"t"})", "[[7,0.523123],[2,0.373659],[1,0.253124]]"),
    ranks("TextScoresSeveralWords", "texts",
          R"({"query":{"text":"quick jumps"},"using":"t"})", "[[1,1.34634],[2,0.983822]]"),
    ranks("TextIgnoresCaseAndSigns", "texts",
          R"({"query":{"text":"QUICK, Jumps?"},"using":"t"})", "[[1,1.34634],[2,0.983822]]"),
    ranks("TextCountsAQueryWordOnce", "texts",
          R"({"query":{"text":"fox fox fox"},"using":"t"})",
          "[[7,0.523123],[2,0.373659],[1,0.253124]]"),
    ranks("TextJoinsTheStringsOfAnArray", "texts",
          R"({"query":{"text":"cat"},"using":"t"})", "[[3,1.70886]]"),
    ranks("TextOfUnknownWordsFindsNothing", "texts",
          R"({"query":{"text":"wolf"},"using":"t"})", "[]"),
    ranks("TextOfNoWordsFindsNothing", "texts", R"({"query":{"text":" ?! "},"using":"t"})", "[]"),
    ranks("TextFilterDoesNotChangeTheStatistics", "texts",
          R"({"query":{"text":"fox"},"using":"t","filter":{"must":[{"key":"g","match":{"value":"b"}}]}})",
          "[[7,0.523123]]"),
    ranks("TextThresholdIsStrict", "texts",
          R"({"query":{"text":"quick jumps"},"using":"t","score_threshold":0.5})",
          "[[1,1.34634],[2,0.983822]]"),
    ranks("TextLimitAndOffset", "texts",
          R"({"query":{"text":"fox"},"using":"t","limit":1,"offset":1})", "[[2,0.373659]]"),
    ranks("TextWithAnotherK", "texts",
          R"({"query":{"text":{"query":"quick","scoring":{"bm25":{"k":0.5}}}},"using":"t"})",
          "[[2,0.845875],[1,0.554518]]"),
    ranks("TextWithKOfZero", "texts",
          R"({"query":{"text":{"query":"lazy","scoring":{"bm25":{"k":0}}}},"using":"t","filter":{"must":[{"has_id":[1]}]}})",
          "[[1,0.693147]]"),
    ranks("TextWithAnotherB", "texts",
          R"({"query":{"text":{"query":"quick","scoring":{"bm25":{"b":0}}}},"using":"t"})",
          "[[2,0.953077],[1,0.693147]]"),
    ranks("TextWithoutParameters", "texts",
          R"({"query":{"text":{"query":"quick"}},"using":"t"})", "[[2,0.983822],[1,0.491911]]"),
    ranks("TextFollowsUpserts", "texts",
          R"({"op":"upsert","points":[{"id":8,"payload":{"t":"fox fox"}}]}
{"op":"query","query":{"text":"fox"},"using":"t"})",
          "[[8,0.460291],[7,0.415017],[2,0.287682],[1,0.190346]]"),
    ranks("TextFollowsDeletes", "texts",
          R"({"op":"delete","points":[2,7]}
{"op":"query","query":{"text":"fox"},"using":"t"})",
          "[[1,0.598913]]"),
    ranks("TextFollowsPayloads", "texts",
          R"({"op":"set_payload","payload":{"t":"red fox"},"points":[6]}
{"op":"delete_payload","keys":["t"],"points":[7]}
{"op":"query","query":{"text":"fox"},"using":"t"})",
          "[[6,0.467367],[2,0.381305],[1,0.261104]]"),
    ranks("TextFollowsClearedPayloads", "texts",
          R"({"op":"clear_payload","points":[1]}
{"op":"query","query":{"text":"fox"},"using":"t"})",
          "[[7,0.646255],[2,0.413603]]"),
    ranks("TextIndexesWhatWasThere", "late",
          R"({"query":{"text":"fox"},"using":"t"})", "[[3,0.144262],[1,0.128743],[2,0.128743]]"),
    ranks("TextAtAPath", "nested",
          R"({"query":{"text":"fox red"},"using":"o.list[].t"})", "[[1,1.03183],[2,0.211109]]"),
    ranks("TextRescoredByAVector", "joined",
          R"({"prefetch":{"query":{"text":"red"},"using":"t"},"query":[0.5,1]})",
          "[[2,1.0],[1,0.5]]"),
    ranks("TextFusedWithAVector", "joined",
          R"({"prefetch":[{"query":{"text":"hen"},"using":"t"},{"query":[1,0.5],"limit":2}],"query":{"fusion":"rrf"}})",
          "[[3,1.0],[2,0.333333],[1,0.333333]]"),
    ranks("TextInAFormula", "joined",
          R"({"prefetch":{"query":{"text":"hen"},"using":"t"},"query":{"formula":{"mult":["$score",2]}}})",
          "[[3,0.998353],[2,0.841634]]"),
    ranks("TextOverAPrefetch", "joined",
          R"({"prefetch":{"query":[1,0.25],"limit":2},"query":{"text":"hen"},"using":"t"})",
          "[[3,0.499176]]"),
    refuses("TextWithoutAnIndex", "texts",
            R"({"op":"query","query":{"text":"fox"},"using":"u"})",
            ErrorCode::kInvalidArgument, "text query needs"),
    refuses("TextWithoutScoring", "texts",
            R"({"op":"create_payload_index","field_name":"u","type":"text"}
{"op":"query","query":{"text":"fox"},"using":"u"})",
            ErrorCode::kInvalidArgument, "text query needs"),
    refuses("TextWithoutAField", "texts",
            R"({"op":"query","query":{"text":"fox"}})",
            ErrorCode::kInvalidArgument, "text query needs"),
    refuses("TextAfterItsIndexIsGone", "texts",
            R"({"op":"delete_payload_index","field_name":"t"}
{"op":"query","query":{"text":"fox"},"using":"t"})",
            ErrorCode::kInvalidArgument, "text query needs"),
    refuses("TextWithKBelowZero", "texts",
            R"({"op":"query","query":{"text":{"query":"fox","scoring":{"bm25":{"k":-1}}}},"using":"t"})",
            ErrorCode::kInvalidArgument, "k value -1 is invalid"),
    refuses("TextWithBAboveOne", "texts",
            R"({"op":"query","query":{"text":{"query":"fox","scoring":{"bm25":{"b":1.5}}}},"using":"t"})",
            ErrorCode::kInvalidArgument, "b value 1.5 is invalid"),
    refuses("TextWithAnIdfCorpus", "texts",
            R"({"op":"query","query":{"text":"fox"},"using":"t","params":{"idf":{"corpus":{"must":[]}}}})",
            ErrorCode::kUnsupported, "IDF corpus is not supported for text queries"),
    // Payload indexes.
    answers("IndexIsCompleted", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"})",
            R"({"operation_id":0,"status":"completed"})"),
    answers("IndexThatIsNotThereIsIgnored", "fields",
            R"({"op":"delete_payload_index","field_name":"none"})",
            R"({"operation_id":0,"status":"completed"})"),
    refuses("IndexOfAMalformedPath", "fields",
            R"({"op":"create_payload_index","field_name":"a..b","type":"keyword"})",
            ErrorCode::kInvalidArgument, "Invalid path"),
    refuses("IndexWithScoringOfAnotherType", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword","scoring":true})",
            ErrorCode::kInvalidArgument, "only an index of type text keeps scores"),
    refuses("IndexInAnUnknownCollection", "fields",
            R"({"op":"create_payload_index","collection":"other","field_name":"k","type":"keyword"})",
            ErrorCode::kNotFound, "Collection other not found"),
    answers("IndexedKeyword", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k","match":{"value":"red"}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedKeywordAny", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k","match":{"any":["blue","red"]}}]}})",
            R"({"points":[{"id":2},{"id":5},{"id":6}],"next_page_offset":null})"),
    answers("IndexedKeywordExcept", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k","match":{"except":["red"]}}]}})",
            R"({"points":[{"id":2},{"id":3},{"id":6},{"id":7}],"next_page_offset":null})"),
    answers("IndexedKeywordOfAnInteger", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k","match":{"value":7}}]}})",
            R"({"points":[{"id":3}],"next_page_offset":null})"),
    answers("IndexedKeywordPrefix", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k","match":{"prefix":"re"}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedKeywordAtEveryElement", "fields",
            R"({"op":"create_payload_index","field_name":"k[]","type":"keyword"}
{"op":"set_payload","payload":{"k":["blue","red"]},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"k[]","match":{"value":"red"}}]}})",
            R"({"points":[{"id":2},{"id":5},{"id":7}],"next_page_offset":null})"),
    answers("IndexedInteger", "fields",
            R"({"op":"create_payload_index","field_name":"i","type":"integer"}
{"op":"set_payload","payload":{"i":1},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"i","match":{"value":1}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedIntegerAny", "fields",
            R"({"op":"create_payload_index","field_name":"i","type":"integer"}
{"op":"set_payload","payload":{"i":1},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"i","match":{"any":[2,5]}}]}})",
            R"({"points":[{"id":2},{"id":6}],"next_page_offset":null})"),
    answers("IndexedIntegerRange", "fields",
            R"({"op":"create_payload_index","field_name":"i","type":"integer"}
{"op":"set_payload","payload":{"i":1},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"i","range":{"gte":1,"lt":2}}]}})",
            R"({"points":[{"id":2},{"id":3},{"id":5}],"next_page_offset":null})"),
    answers("IndexedFloatRange", "fields",
            R"({"op":"create_payload_index","field_name":"f","type":"float"}
{"op":"set_payload","payload":{"f":1.25},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"f","range":{"gt":0.5,"lte":2}}]}})",
            R"({"points":[{"id":2},{"id":3},{"id":5}],"next_page_offset":null})"),
    answers("IndexedFloatMatch", "fields",
            R"({"op":"create_payload_index","field_name":"f","type":"float"}
{"op":"set_payload","payload":{"f":1.25},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"f","match":{"value":1}}]}})",
            R"({"points":[{"id":3}],"next_page_offset":null})"),
    answers("IndexedFloatRangeBelowZero", "fields",
            R"({"op":"create_payload_index","field_name":"f","type":"float"}
{"op":"set_payload","payload":{"f":1.25},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"f","range":{"lt":0}}]}})",
            R"({"points":[{"id":6}],"next_page_offset":null})"),
    answers("IndexedBooleanTrue", "fields",
            R"({"op":"create_payload_index","field_name":"b","type":"bool"}
{"op":"set_payload","payload":{"b":true},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"b","match":{"value":true}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedBooleanFalse", "fields",
            R"({"op":"create_payload_index","field_name":"b","type":"bool"}
{"op":"set_payload","payload":{"b":true},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"b","match":{"value":false}}]}})",
            R"({"points":[{"id":2},{"id":6}],"next_page_offset":null})"),
    answers("IndexedDatetimeRange", "fields",
            R"({"op":"create_payload_index","field_name":"d","type":"datetime"}
{"op":"set_payload","payload":{"d":"2024-06-15T23:00:00Z"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"d","range":{"gte":"2024-06-15","lt":"2024-06-16"}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedDatetimeRangeOpen", "fields",
            R"({"op":"create_payload_index","field_name":"d","type":"datetime"}
{"op":"set_payload","payload":{"d":"2024-06-15T23:00:00Z"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"d","range":{"lt":"2024-01-01"}}]}})",
            R"({"points":[{"id":6}],"next_page_offset":null})"),
    answers("IndexedDatetimeOfNumbers", "fields",
            R"({"op":"create_payload_index","field_name":"d","type":"datetime"}
{"op":"set_payload","payload":{"d":"2024-06-15T23:00:00Z"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"d","range":{"gt":0}}]}})",
            R"({"points":[{"id":3}],"next_page_offset":null})"),
    answers("IndexedGeoRadius", "fields",
            R"({"op":"create_payload_index","field_name":"p","type":"geo"}
{"op":"set_payload","payload":{"p":{"lat":52.51,"lon":13.41}},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"p","geo_radius":{"center":{"lat":52.5,"lon":13.4},"radius":10000}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedGeoBox", "fields",
            R"({"op":"create_payload_index","field_name":"p","type":"geo"}
{"op":"set_payload","payload":{"p":{"lat":52.51,"lon":13.41}},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"p","geo_bounding_box":{"top_left":{"lat":10,"lon":170},"bottom_right":{"lat":-10,"lon":-170}}}]}})",
            R"({"points":[{"id":6}],"next_page_offset":null})"),
    answers("IndexedGeoPolygon", "fields",
            R"({"op":"create_payload_index","field_name":"p","type":"geo"}
{"op":"set_payload","payload":{"p":{"lat":52.51,"lon":13.41}},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"p","geo_polygon":{"exterior":{"points":[{"lat":40,"lon":0},{"lat":40,"lon":10},{"lat":60,"lon":10},{"lat":60,"lon":0},{"lat":40,"lon":0}]}}}]}})",
            R"({"points":[{"id":2}],"next_page_offset":null})"),
    answers("IndexedTextAll", "fields",
            R"({"op":"create_payload_index","field_name":"t","type":"text"}
{"op":"set_payload","payload":{"t":"quick brown hen"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"t","match":{"text":"quick brown"}}]}})",
            R"({"points":[{"id":5},{"id":6}],"next_page_offset":null})"),
    answers("IndexedTextAny", "fields",
            R"({"op":"create_payload_index","field_name":"t","type":"text"}
{"op":"set_payload","payload":{"t":"quick brown hen"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"t","match":{"text_any":"quick foxes"}}]}})",
            R"({"points":[{"id":2},{"id":5},{"id":6},{"id":7}],"next_page_offset":null})"),
    answers("IndexedTextPhrase", "fields",
            R"({"op":"create_payload_index","field_name":"t","type":"text"}
{"op":"set_payload","payload":{"t":"quick brown hen"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"t","match":{"phrase":"quick brown"}}]}})",
            R"({"points":[{"id":5}],"next_page_offset":null})"),
    answers("IndexedTextSubstring", "fields",
            R"({"op":"create_payload_index","field_name":"t","type":"text"}
{"op":"set_payload","payload":{"t":"quick brown hen"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"t","match":{"substring":"fox"}}]}})",
            R"({"points":[{"id":2},{"id":6},{"id":7}],"next_page_offset":null})"),
    answers("IndexedUuid", "fields",
            R"({"op":"create_payload_index","field_name":"u","type":"uuid"}
{"op":"set_payload","payload":{"u":"550e8400-e29b-41d4-a716-446655440000"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"u","match":{"value":"550e8400-e29b-41d4-a716-446655440000"}}]}})",
            R"({"points":[{"id":5}],"next_page_offset":null})"),
    answers("IndexedUuidAny", "fields",
            R"({"op":"create_payload_index","field_name":"u","type":"uuid"}
{"op":"set_payload","payload":{"u":"550e8400-e29b-41d4-a716-446655440000"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"u","match":{"any":["550e8400-e29b-41d4-a716-446655440000","text"]}}]}})",
            R"({"points":[{"id":5},{"id":7}],"next_page_offset":null})"),
    answers("IndexedOfAnotherType", "fields",
            R"({"op":"create_payload_index","field_name":"i","type":"keyword"}
{"op":"set_payload","payload":{"i":1},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"i","match":{"value":1}}]}})",
            R"({"points":[{"id":2},{"id":5}],"next_page_offset":null})"),
    answers("IndexedAndIsEmpty", "fields",
            R"({"op":"create_payload_index","field_name":"k","type":"keyword"}
{"op":"set_payload","payload":{"k":"red"},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"is_empty":{"key":"k"}}]}})",
            R"({"points":[{"id":4}],"next_page_offset":null})"),
    answers("IndexedAndIsNull", "fields",
            R"({"op":"create_payload_index","field_name":"i","type":"integer"}
{"op":"set_payload","payload":{"i":1},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"is_null":{"key":"i"}}]}})",
            R"({"points":[{"id":4}],"next_page_offset":null})"),
    answers("IndexedAndValuesCount", "fields",
            R"({"op":"create_payload_index","field_name":"f","type":"float"}
{"op":"set_payload","payload":{"f":1.25},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"key":"f","values_count":{"gte":2}}]}})",
            R"({"points":[{"id":2}],"next_page_offset":null})"),
    answers("IndexedAndMustNot", "fields",
            R"({"op":"create_payload_index","field_name":"b","type":"bool"}
{"op":"set_payload","payload":{"b":true},"points":[5]}
{"op":"delete","points":[1]}
{"op":"scroll","with_payload":false,"filter":{"must":[{"must_not":[{"key":"b","match":{"value":true}}]}]}})",
            R"({"points":[{"id":3},{"id":4},{"id":6},{"id":7}],"next_page_offset":null})"),
    ranks("TextFlattensArrays", "texts",
          R"({"op":"upsert","points":[{"id":9,"payload":{"t":["wolf",["grey wolf",7,null]]}}]}
{"op":"query","query":{"text":"wolf grey"},"using":"t"})",
          "[[9,1.98449]]"),
    ranks("TextLowersUnicode", "texts",
          R"({"op":"upsert","points":[{"id":9,"payload":{"t":"ÉTÉ à Paris"}}]}
{"op":"query","query":{"text":"été"},"using":"t"})",
          "[[9,1.56977]]"),
    ranks("TextThresholdOfNothing", "texts",
          R"({"query":{"text":"fox"},"using":"t","score_threshold":10})", "[]"),
    ranks("TextIndexMadeAgain", "texts",
          R"({"op":"delete_payload_index","field_name":"t"}
{"op":"create_payload_index","field_name":"t","type":"text","scoring":true}
{"op":"query","query":{"text":"cat"},"using":"t"})",
          "[[3,1.70886]]"),
};
// clang-format on

[[maybe_unused]] const bool kRegistered = register_contract("Text", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
