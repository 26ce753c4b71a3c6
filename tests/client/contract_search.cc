// SPDX-License-Identifier: Apache-2.0
// Scores, their order and their thresholds: distances, sparse vectors with IDF, multi-vectors
// (sections 2, 4, 5, 6 and 7.1 of the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"cosine", R"({"op":"create","vectors":{"size":2,"distance":"Cosine"}}
{"op":"upsert","points":[{"id":1,"vector":[3,4],"payload":{"n":1}},{"id":2,"vector":[1,0],"payload":{"n":2}},{"id":3,"vector":[0,2],"payload":{"n":3}},{"id":4,"vector":[-1,-1],"payload":{"n":4}},{"id":5,"vector":[0,0],"payload":{"n":5}},{"id":6,"vector":{}}]})"},
    {"dot", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[3,4],"payload":{"n":1}},{"id":2,"vector":[1,0],"payload":{"n":2}},{"id":3,"vector":[0,2],"payload":{"n":3}},{"id":4,"vector":[-1,-1],"payload":{"n":4}},{"id":5,"vector":[0,0],"payload":{"n":5}},{"id":6,"vector":{}}]})"},
    {"euclid", R"({"op":"create","vectors":{"size":2,"distance":"Euclid"}}
{"op":"upsert","points":[{"id":1,"vector":[3,4],"payload":{"n":1}},{"id":2,"vector":[1,0],"payload":{"n":2}},{"id":3,"vector":[0,2],"payload":{"n":3}},{"id":4,"vector":[-1,-1],"payload":{"n":4}},{"id":5,"vector":[0,0],"payload":{"n":5}},{"id":6,"vector":{}}]})"},
    {"manhattan", R"({"op":"create","vectors":{"size":2,"distance":"Manhattan"}}
{"op":"upsert","points":[{"id":1,"vector":[3,4],"payload":{"n":1}},{"id":2,"vector":[1,0],"payload":{"n":2}},{"id":3,"vector":[0,2],"payload":{"n":3}},{"id":4,"vector":[-1,-1],"payload":{"n":4}},{"id":5,"vector":[0,0],"payload":{"n":5}},{"id":6,"vector":{}}]})"},
    {"equals",
     R"({"op":"create","vectors":{"c":{"size":1,"distance":"Cosine"},"d":{"size":1,"distance":"Dot"},"e":{"size":1,"distance":"Euclid"},"m":{"size":1,"distance":"Manhattan"}}}
{"op":"upsert","points":[{"id":7,"vector":{"c":[1],"d":[1],"e":[1],"m":[1]}},{"id":3,"vector":{"c":[1],"d":[1],"e":[1],"m":[1]}},{"id":5,"vector":{"c":[1],"d":[1],"e":[1],"m":[1]}}]})"},
    {"typed",
     R"({"op":"create","vectors":{"h":{"size":2,"distance":"Dot","datatype":"float16"},"u":{"size":2,"distance":"Euclid","datatype":"uint8"},"f":{"size":2,"distance":"Dot","datatype":"float32","on_disk":true,"hnsw_config":{"m":8}}}}
{"op":"upsert","points":[{"id":1,"vector":{"h":[0.5,2],"u":[1,255],"f":[1,2]}},{"id":2,"vector":{"h":[1,-1],"u":[0,0],"f":[0.25,4]}}]})"},
    {"sparse", R"({"op":"create","sparse_vectors":{"s":{},"i":{"modifier":"idf"}}}
{"op":"upsert","points":[
{"id":1,"vector":{"s":{"indices":[1,3],"values":[1,2]},"i":{"indices":[1,3],"values":[1,2]}},"payload":{"g":"a"}},
{"id":2,"vector":{"s":{"indices":[3,5],"values":[1,1]},"i":{"indices":[3,5],"values":[1,1]}},"payload":{"g":"a"}},
{"id":3,"vector":{"s":{"indices":[7],"values":[4]},"i":{"indices":[7],"values":[4]}},"payload":{"g":"b"}},
{"id":4,"vector":{"s":{"indices":[1,3],"values":[1,-1]},"i":{"indices":[1,3],"values":[1,-1]}},"payload":{"g":"b"}},
{"id":5,"vector":{"s":{"indices":[],"values":[]},"i":{"indices":[],"values":[]}},"payload":{"g":"b"}},
{"id":6,"payload":{"g":"a"}}]})"},
    {"multi",
     R"({"op":"create","vectors":{"c":{"size":2,"distance":"Cosine","multivector_config":{"comparator":"max_sim"}},"d":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}},"e":{"size":2,"distance":"Euclid","multivector_config":{"comparator":"max_sim"}},"m":{"size":2,"distance":"Manhattan","multivector_config":{"comparator":"max_sim"}}}}
{"op":"upsert","points":[
{"id":1,"vector":{"c":[[3,4],[1,0]],"d":[[3,4],[1,0]],"e":[[3,4],[1,0]],"m":[[3,4],[1,0]]}},
{"id":2,"vector":{"c":[[0,2]],"d":[[0,2]],"e":[[0,2]],"m":[[0,2]]}},
{"id":3,"vector":{"c":[[-1,-1],[2,2],[0,0]],"d":[[-1,-1],[2,2],[0,0]],"e":[[-1,-1],[2,2],[0,0]],"m":[[-1,-1],[2,2],[0,0]]}},
{"id":4,"vector":{}}]})"},
};

// clang-format off
constexpr Case kCases[] = {
    // Distances.
    ranks("CosineDescends", "cosine",
          R"({"query":[2,0]})", "[[2,1.0],[1,0.6],[5,0.0],[3,0.0],[4,-0.707107]]"),
    ranks("CosineOfAZeroQuery", "cosine",
          R"({"query":[0,0],"limit":1,"filter":{"must":[{"has_id":[1]}]}})", "[[1,0.0]]"),
    answers("CosineNormalisesWhatItStores", "cosine",
            R"({"op":"retrieve","ids":[1,4,5],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":[0.6,0.8]},{"id":4,"vector":[-0.707107,-0.707107]},{"id":5,"vector":[0.0,0.0]}])"),
    ranks("CosineDoesNotDependOnTheLengthOfTheQuery", "cosine",
          R"({"query":[0.006,0.008],"limit":2})", "[[1,1.0],[3,0.8]]"),
    ranks("DotDescends", "dot",
          R"({"query":[2,1]})", "[[1,10.0],[3,2.0],[2,2.0],[5,0.0],[4,-3.0]]"),
    ranks("DotOfANegativeQuery", "dot",
          R"({"query":[-2,-1]})", "[[4,3.0],[5,0.0],[3,-2.0],[2,-2.0],[1,-10.0]]"),
    answers("DotStoresVectorsAsTheyAre", "dot",
            R"({"op":"retrieve","ids":[1],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":[3.0,4.0]}])"),
    ranks("EuclidAscends", "euclid",
          R"({"query":[0,0]})", "[[5,0.0],[2,1.0],[4,1.41421],[3,2.0],[1,5.0]]"),
    ranks("EuclidIsTheRoot", "euclid", R"({"query":[3,0],"limit":2})", "[[2,2.0],[5,3.0]]"),
    ranks("ManhattanAscends", "manhattan",
          R"({"query":[0,1]})", "[[3,1.0],[5,1.0],[2,2.0],[4,3.0],[1,6.0]]"),
    ranks("ManhattanIsTheSumOfDifferences", "manhattan",
          R"({"query":[-1.5,2.5],"limit":3})", "[[3,2.0],[4,4.0],[5,4.0]]"),
    ranks("EqualCosinesComeNewestFirst", "equals",
          R"({"query":[1],"using":"c"})", "[[5,1.0],[3,1.0],[7,1.0]]"),
    ranks("EqualProductsComeNewestFirst", "equals",
          R"({"query":[1],"using":"d"})", "[[5,1.0],[3,1.0],[7,1.0]]"),
    ranks("EqualEuclideanDistancesComeOldestFirst", "equals",
          R"({"query":[1],"using":"e"})", "[[7,0.0],[3,0.0],[5,0.0]]"),
    ranks("EqualManhattanDistancesComeOldestFirst", "equals",
          R"({"query":[1],"using":"m"})", "[[7,0.0],[3,0.0],[5,0.0]]"),
    ranks("RevivedPointsKeepTheirSlot", "equals",
          R"({"op":"delete","points":[7]}
{"op":"upsert","points":[{"id":7,"vector":{"d":[1],"e":[1]}}]}
{"op":"query","query":[1],"using":"d"})",
          "[[5,1.0],[3,1.0],[7,1.0]]"),
    ranks("HalfPrecisionScoresExactly", "typed",
          R"({"query":[1,2],"using":"h"})", "[[1,4.5],[2,-1.0]]"),
    ranks("BytesScoreExactly", "typed",
          R"({"query":[1,254],"using":"u"})", "[[1,1.0],[2,254.001968]]"),
    ranks("TuningChangesNothing", "typed", R"({"query":[1,2],"using":"f"})", "[[2,8.25],[1,5.0]]"),
    // Limits, offsets, thresholds.
    ranks("LimitCutsTheEnd", "dot", R"({"query":[2,1],"limit":2})", "[[1,10.0],[3,2.0]]"),
    ranks("LimitIsTenWhenNotGiven", "dot",
          R"({"op":"upsert","points":[{"id":11,"vector":[11,0]},{"id":12,"vector":[12,0]},{"id":13,"vector":[13,0]},{"id":14,"vector":[14,0]},{"id":15,"vector":[15,0]},{"id":16,"vector":[16,0]},{"id":17,"vector":[17,0]},{"id":18,"vector":[18,0]},{"id":19,"vector":[19,0]}]}
{"op":"query","query":[1,0]})",
          "[[19,19.0],[18,18.0],[17,17.0],[16,16.0],[15,15.0],[14,14.0],[13,13.0],[12,12.0],[11,11.0],[1,3.0]]"),
    ranks("LimitBeyondAllGivesAll", "dot",
          R"({"query":[2,1],"limit":1000})", "[[1,10.0],[3,2.0],[2,2.0],[5,0.0],[4,-3.0]]"),
    ranks("OffsetSkipsTheBest", "dot",
          R"({"query":[2,1],"limit":2,"offset":1})", "[[3,2.0],[2,2.0]]"),
    ranks("OffsetBeyondAllGivesNothing", "dot", R"({"query":[2,1],"offset":100})", "[]"),
    ranks("OffsetAndLimitCountMatches", "dot",
          R"({"query":[2,1],"limit":2,"offset":1,"filter":{"must":[{"key":"n","range":{"gte":2}}]}})",
          "[[2,2.0],[5,0.0]]"),
    ranks("FilterOfNothing", "dot",
          R"({"query":[2,1],"filter":{"must":[{"key":"n","match":{"value":99}}]}})", "[]"),
    ranks("ThresholdIsStrictOnDot", "dot", R"({"query":[2,1],"score_threshold":2})", "[[1,10.0]]"),
    ranks("ThresholdBelowKeeps", "dot",
          R"({"query":[2,1],"score_threshold":1.9})", "[[1,10.0],[3,2.0],[2,2.0]]"),
    ranks("ThresholdIsStrictOnCosine", "cosine", R"({"query":[1,0],"score_threshold":1})", "[]"),
    ranks("ThresholdIsStrictOnEuclid", "euclid",
          R"({"query":[0,0],"score_threshold":2})", "[[5,0.0],[2,1.0],[4,1.41421]]"),
    ranks("ThresholdIsStrictOnManhattan", "manhattan",
          R"({"query":[0,0],"score_threshold":2})", "[[5,0.0],[2,1.0]]"),
    ranks("ThresholdOfZeroOnEuclid", "euclid", R"({"query":[1,0],"score_threshold":0})", "[]"),
    ranks("ThresholdComesBeforeTheOffset", "dot",
          R"({"query":[2,1],"score_threshold":0,"offset":1})", "[[3,2.0],[2,2.0]]"),
    // Sparse vectors.
    ranks("SparseScoresCommonIndices", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"s"})", "[[1,2.0],[2,1.0],[4,-1.0]]"),
    ranks("SparseWithoutACommonIndexIsNotFound", "sparse",
          R"({"query":{"indices":[7],"values":[0.5]},"using":"s"})", "[[3,2.0]]"),
    ranks("SparseOfScoreZeroIsFound", "sparse",
          R"({"query":{"indices":[1,3],"values":[1,1]},"using":"s"})", "[[1,3.0],[2,1.0],[4,0.0]]"),
    ranks("SparseQueryInAnyOrder", "sparse",
          R"({"query":{"indices":[5,3],"values":[10,1]},"using":"s"})",
          "[[2,11.0],[1,2.0],[4,-1.0]]"),
    ranks("SparseEmptyQueryFindsNothing", "sparse",
          R"({"query":{"indices":[],"values":[]},"using":"s"})", "[]"),
    ranks("SparseThresholdIsStrict", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"s","score_threshold":1})", "[[1,2.0]]"),
    ranks("SparseWithAFilter", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"s","filter":{"must":[{"key":"g","match":{"value":"b"}}]}})",
          "[[4,-1.0]]"),
    // IDF: n = 5 points have the vector; index 3 is in 3 of them, 7 in one.
    ranks("IdfWeighsIndices", "sparse",
          R"({"query":{"indices":[3,7],"values":[1,1]},"using":"i"})",
          "[[3,5.54518],[1,1.07799],[2,0.538997],[4,-0.538997]]"),
    ranks("IdfDoesNotDependOnTheFilter", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"i","filter":{"must":[{"key":"g","match":{"value":"a"}}]}})",
          "[[1,1.07799],[2,0.538997]]"),
    ranks("IdfOfACorpus", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"i","params":{"idf":{"corpus":{"must":[{"key":"g","match":{"value":"a"}}]}}}})",
          "[[1,0.364643],[2,0.182322],[4,-0.182322]]"),
    ranks("IdfOfTheGlobalCorpus", "sparse",
          R"({"query":{"indices":[3,7],"values":[1,1]},"using":"i","params":{"idf":"global"}})",
          "[[3,5.54518],[1,1.07799],[2,0.538997],[4,-0.538997]]"),
    ranks("IdfOfAnEmptyCorpus", "sparse",
          R"({"query":{"indices":[3],"values":[1]},"using":"i","params":{"idf":{"corpus":{"must":[{"key":"g","match":{"value":"none"}}]}}}})",
          "[[1,1.38629],[2,0.693147],[4,-0.693147]]"),
    ranks("IdfFollowsDeletes", "sparse",
          R"({"op":"delete","points":[2,5]}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"i"})",
          "[[3,3.92332],[1,0.940007],[4,-0.470004]]"),
    ranks("IdfFollowsDeletesOfVectors", "sparse",
          R"({"op":"delete_vectors","vectors":["i"],"points":[4]}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"i"})",
          "[[3,4.81589],[1,1.38629],[2,0.693147]]"),
    ranks("IdfFollowsUpdates", "sparse",
          R"({"op":"update_vectors","points":[{"id":3,"vector":{"i":{"indices":[3],"values":[1]}}}]}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"i"})",
          "[[1,0.575364],[3,0.287682],[2,0.287682],[4,-0.287682]]"),
    ranks("IdfOfAnIndexThatIsNowhere", "sparse",
          R"({"query":{"indices":[3,99],"values":[1,1]},"using":"i","limit":1})", "[[1,1.07799]]"),
    ranks("IdfCanBeSwitchedOn", "sparse",
          R"({"op":"update_collection","sparse_vectors":{"s":{"modifier":"idf"}}}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"s"})",
          "[[3,5.54518],[1,1.07799],[2,0.538997],[4,-0.538997]]"),
    ranks("IdfCanBeSwitchedOff", "sparse",
          R"({"op":"update_collection","sparse_vectors":{"i":{"modifier":"none"}}}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"i"})",
          "[[3,4.0],[1,2.0],[2,1.0],[4,-1.0]]"),
    // Multi-vectors.
    ranks("MaxSimOnDot", "multi",
          R"({"query":[[1,0],[0,1]],"using":"d"})", "[[1,7.0],[3,4.0],[2,2.0]]"),
    ranks("MaxSimOnCosine", "multi",
          R"({"query":[[2,0],[0,1]],"using":"c"})", "[[1,1.8],[3,1.41421],[2,1.0]]"),
    ranks("MaxSimOnEuclidIsTheRoot", "multi",
          R"({"query":[[0,0],[3,4]],"using":"e"})", "[[1,1.0],[3,2.23607],[2,4.12311]]"),
    ranks("MaxSimOnManhattanIsTheMagnitude", "multi",
          R"({"query":[[0,0],[3,4]],"using":"m"})", "[[1,1.0],[3,3.0],[2,7.0]]"),
    ranks("MaxSimOfOneRow", "multi",
          R"({"query":[[1,1]],"using":"d"})", "[[1,7.0],[3,4.0],[2,2.0]]"),
    ranks("MaxSimOfOneRowOnEuclid", "multi",
          R"({"query":[[3,0]],"using":"e"})", "[[1,2.0],[3,2.23607],[2,3.60555]]"),
    ranks("MaxSimThresholdIsStrict", "multi",
          R"({"query":[[1,0],[0,1]],"using":"d","score_threshold":4})", "[[1,7.0]]"),
    ranks("MaxSimThresholdOnEuclidIsStrict", "multi",
          R"({"query":[[0,0]],"using":"e","score_threshold":1})", "[[3,0.0]]"),
    answers("MultiVectorsAreNormalisedRowByRow", "multi",
            R"({"op":"retrieve","ids":[1,3],"with_payload":false,"with_vector":["c"]})",
            R"([{"id":1,"vector":{"c":[[0.6,0.8],[1.0,0.0]]}},{"id":3,"vector":{"c":[[-0.707107,-0.707107],[0.707107,0.707107],[0.0,0.0]]}}])"),
    // Refusals.
    refuses("LimitOfZero", "dot",
            R"({"op":"query","query":[2,1],"limit":0})",
            ErrorCode::kInvalidArgument, "limit value 0 is invalid. Must be 1 or larger."),
    refuses("OffsetBelowZero", "dot",
            R"({"op":"query","query":[2,1],"offset":-1})",
            ErrorCode::kInvalidArgument, "offset: expected an integer of at least 0"),
    refuses("QueryOfAnotherSize", "dot",
            R"({"op":"query","query":[2,1,3]})",
            ErrorCode::kInvalidArgument, "Vector dimension error: expected dim: 2, got 3"),
    refuses("QueryOfNoNumbers", "dot",
            R"({"op":"query","query":[]})", ErrorCode::kInvalidArgument, "expected dim: 2, got 0"),
    refuses("QueryOfAnUnknownVector", "dot",
            R"({"op":"query","query":[2,1],"using":"x"})",
            ErrorCode::kInvalidArgument, "Dense vector x is not found in the collection"),
    refuses("QueryWithoutUsingAmongNamedVectors", "equals",
            R"({"op":"query","query":[1]})",
            ErrorCode::kInvalidArgument, "is not found in the collection"),
    refuses("SparseQueryOfADenseVector", "dot",
            R"({"op":"query","query":{"indices":[1],"values":[1]}})",
            ErrorCode::kInvalidArgument, "Sparse vector"),
    refuses("SparseQueryOfAnUnknownVector", "sparse",
            R"({"op":"query","query":{"indices":[1],"values":[1]},"using":"x"})",
            ErrorCode::kInvalidArgument, "Sparse vector x is not found in the collection"),
    refuses("DenseQueryOfASparseVector", "sparse",
            R"({"op":"query","query":[1],"using":"s"})",
            ErrorCode::kInvalidArgument, "Dense vector s is not found in the collection"),
    refuses("MultiQueryOfADenseVector", "dot",
            R"({"op":"query","query":[[1,2]]})", ErrorCode::kInvalidArgument, "Multivector"),
    refuses("MultiQueryOfAnotherSize", "multi",
            R"({"op":"query","query":[[1,2,3]],"using":"d"})",
            ErrorCode::kInvalidArgument, "expected dim: 2, got 3"),
    refuses("MultiQueryOfRaggedRows", "multi",
            R"({"op":"query","query":[[1,2],[3]],"using":"d"})",
            ErrorCode::kInvalidArgument, "Vector dimension error: expected dim: 2, got 1"),
    refuses("SparseQueryOfIndicesTwice", "sparse",
            R"({"op":"query","query":{"indices":[1,1],"values":[1,2]},"using":"s"})",
            ErrorCode::kInvalidArgument, "Indices must be unique"),
    refuses("SparseQueryOfLengthsThatDiffer", "sparse",
            R"({"op":"query","query":{"indices":[1,2],"values":[1]},"using":"s"})",
            ErrorCode::kInvalidArgument, "same length"),
    refuses("ThresholdWithoutAQuery", "dot",
            R"({"op":"query","score_threshold":1})",
            ErrorCode::kInvalidArgument, "A query is needed to use the score_threshold."),
    refuses("QueryOfAnUnknownCollection", "dot",
            R"({"op":"query","collection":"other","query":[2,1]})",
            ErrorCode::kNotFound, "Collection other not found"),
    // Types of vectors change nothing in exact search.
    answers("TypedVectorsKeepTheirValues", "typed",
            R"({"op":"upsert","points":[{"id":3,"vector":{"h":[0.1,70000],"u":[0.5,-3]}}]}
{"op":"retrieve","ids":[3],"with_payload":false,"with_vector":true})",
            R"([{"id":3,"vector":{"h":[0.1,70000.0],"u":[0.5,-3.0]}}])"),
    ranks("TypedVectorsScoreAsFloats", "typed",
          R"({"op":"upsert","points":[{"id":3,"vector":{"u":[0.5,-3]}}]}
{"op":"query","query":[0.5,-1],"using":"u","limit":1})",
          "[[2,1.118034]]"),
    answers("SparseVectorsHaveADatatype", "",
            R"({"op":"create","sparse_vectors":{"s":{"index":{"datatype":"float16","on_disk":true}}}}
{"op":"upsert","points":[{"id":1,"vector":{"s":{"indices":[1],"values":[0.1]}}}]}
{"op":"query","query":{"indices":[1],"values":[3]},"using":"s"})",
            R"({"points":[{"id":1,"version":0,"score":0.3}]})"),
    // Writes are what searches see.
    ranks("SearchSeesUpdates", "dot",
          R"({"op":"update_vectors","points":[{"id":4,"vector":[100,0]},{"id":6,"vector":[50,0]}]}
{"op":"query","query":[1,0],"limit":2})",
          "[[4,100.0],[6,50.0]]"),
    ranks("SearchSeesUpserts", "cosine",
          R"({"op":"upsert","points":[{"id":2,"vector":[0,-7]},{"id":9,"vector":[5,0]}]}
{"op":"query","query":[1,0],"limit":1})",
          "[[9,1.0]]"),
    ranks("SearchDoesNotSeeDeletedPoints", "euclid",
          R"({"op":"delete","points":[5,2]}
{"op":"query","query":[0,0],"limit":2})",
          "[[4,1.414214],[3,2.0]]"),
    ranks("SparseSearchSeesUpdates", "sparse",
          R"({"op":"upsert","points":[{"id":3,"vector":{"s":{"indices":[3],"values":[9]}}}]}
{"op":"query","query":{"indices":[3,7],"values":[1,1]},"using":"s"})",
          "[[3,9.0],[1,2.0],[2,1.0],[4,-1.0]]"),
    ranks("MultiSearchSeesUpdates", "multi",
          R"({"op":"update_vectors","points":[{"id":4,"vector":{"d":[[5,5],[6,1]]}}]}
{"op":"query","query":[[1,0]],"using":"d","limit":2})",
          "[[4,6.0],[1,3.0]]"),
    ranks("LimitOfTheLargestNumber", "dot",
          R"({"query":[2,1],"limit":4294967295,"offset":3})", "[[5,0.0],[4,-3.0]]"),
};
// clang-format on

[[maybe_unused]] const bool kRegistered = register_contract("Search", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
