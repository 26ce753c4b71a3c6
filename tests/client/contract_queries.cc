// SPDX-License-Identifier: Apache-2.0
// Queries by examples and queries over queries: MMR, recommendation, discovery, context, relevance
// feedback, samples, orders, prefetches, fusions (section 7 of the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"dot", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0.25],"payload":{"n":1}},{"id":2,"vector":[0.5,1],"payload":{"n":2}},{"id":3,"vector":[-1,0.5],"payload":{"n":3}},{"id":4,"vector":[0.75,-0.5],"payload":{"n":4}},{"id":5,"vector":[-0.25,-1],"payload":{"n":5}},{"id":6,"vector":{},"payload":{"n":6}}]})"},
    {"euclid", R"({"op":"create","vectors":{"size":2,"distance":"Euclid"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0.25],"payload":{"n":1}},{"id":2,"vector":[0.5,1],"payload":{"n":2}},{"id":3,"vector":[-1,0.5],"payload":{"n":3}},{"id":4,"vector":[0.75,-0.5],"payload":{"n":4}},{"id":5,"vector":[-0.25,-1],"payload":{"n":5}}]})"},
    {"cosine", R"({"op":"create","vectors":{"size":2,"distance":"Cosine"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0.25]},{"id":2,"vector":[0.5,1]},{"id":3,"vector":[-1,0.5]},{"id":4,"vector":[0.75,-0.5]},{"id":5,"vector":[-0.25,-1]}]})"},
    {"manhattan", R"({"op":"create","vectors":{"size":2,"distance":"Manhattan"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0.25]},{"id":2,"vector":[0.5,1]},{"id":3,"vector":[-1,0.5]},{"id":4,"vector":[0.75,-0.5]},{"id":5,"vector":[-0.25,-1]}]})"},
    {"kinds",
     R"({"op":"create","vectors":{"a":{"size":2,"distance":"Dot"},"m":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}},"e":{"size":2,"distance":"Euclid","multivector_config":{"comparator":"max_sim"}}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"}}}
{"op":"upsert","points":[
{"id":1,"vector":{"a":[1,0],"m":[[1,0],[0,2]],"e":[[1,0],[0,2]],"s":{"indices":[1,2],"values":[1,2]},"i":{"indices":[1,2],"values":[1,2]}}},
{"id":2,"vector":{"a":[0,1],"m":[[0.5,0.25]],"e":[[0.5,0.25]],"s":{"indices":[2,3],"values":[1,4]},"i":{"indices":[2,3],"values":[1,4]}}},
{"id":3,"vector":{"a":[1,1],"m":[[-1,3],[1,-0.5]],"e":[[-1,3],[1,-0.5]],"s":{"indices":[4],"values":[1.5]},"i":{"indices":[4],"values":[1.5]}}},
{"id":4,"vector":{"s":{"indices":[1,3],"values":[-1,0.5]},"i":{"indices":[1,3],"values":[-1,0.5]},"m":[[2,2]],"e":[[2,2]]}}]})"},
    {"places", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0],"payload":{"x":3,"at":"2024-01-02"}},{"id":2,"vector":[2,0],"payload":{"x":1.5,"at":"2024-01-01T12:00:00Z"}},{"id":3,"vector":[3,0],"payload":{"x":[7,2],"at":"no"}},{"id":4,"vector":[4,0],"payload":{"x":"3"}},{"id":5,"vector":[5,0],"payload":{"x":3}}]})"},
    {"lookups", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0.25]},{"id":2,"vector":[0.5,1]},{"id":3,"vector":[-1,0.5]}]}
{"op":"create","collection":"other","vectors":{"v":{"size":2,"distance":"Dot"},"w":{"size":3,"distance":"Dot"}},"sparse_vectors":{"s":{}}}
{"op":"upsert","collection":"other","points":[{"id":1,"vector":{"v":[0,1]}},{"id":2,"vector":{"v":[1,1],"w":[1,2,3]}},{"id":9,"vector":{"w":[1,1,1]}}]}
{"op":"create","collection":"same","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","collection":"same","points":[{"id":1,"vector":[-1,0]}]})"},
};

constexpr Case
    kCases
        [] =
            {
                // Without a query, and by id.
                ranks("NoQueryGoesByIds", "dot", R"({"limit":3,"offset":2})",
                      "[[3,1.0],[4,1.0],[5,1.0]]"),
                ranks("NoQueryWithAFilter", "dot",
                      R"({"filter":{"must":[{"key":"n","range":{"gte":5}}]}})",
                      "[[5,1.0],[6,1.0]]"),
                ranks("IdStandsForItsVectorAndIsLeftOut", "dot", R"({"query":2})",
                      "[[1,0.75],[3,0.0],[4,-0.125],[5,-1.125]]"),
                ranks("IdStandsForAVectorOfAnyKind", "kinds", R"({"query":1,"using":"s"})",
                      "[[2,2.0],[4,-1.0]]"),
                ranks("IdStandsForRows", "kinds", R"({"query":1,"using":"m"})",
                      "[[3,7.0],[4,6.0],[2,1.0]]"),
                ranks("NearestMayBeWrittenOut", "dot", R"({"query":{"nearest":[1,0]},"limit":2})",
                      "[[1,1.0],[4,0.75]]"),
                refuses("IdThatIsNotThere", "dot", R"({"op":"query","query":77})",
                        ErrorCode::kNotFound, "Point 77 is not found in the collection"),
                refuses("IdThatWasDeleted", "dot", R"({"op":"delete","points":[2]}
{"op":"query","query":2})",
                        ErrorCode::kNotFound, "Point 2 is not found in the collection"),
                refuses("IdWithoutTheVector", "dot", R"({"op":"query","query":6})",
                        ErrorCode::kNotFound, "Vector with name  for point 6 not found"),
                refuses("IdWithoutTheNamedVector", "kinds",
                        R"({"op":"query","query":4,"using":"a"})", ErrorCode::kNotFound,
                        "Vector with name a for point 4 not found"),
                refuses("IdAndAnUnknownVector", "kinds", R"({"op":"query","query":4,"using":"x"})",
                        ErrorCode::kInvalidArgument,
                        "Dense vector x is not found in the collection"),
                // MMR.
                ranks(
                    "MmrOfNoDiversityIsNearest", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0,"candidates_limit":5}},"limit":3})",
                    "[[1,1.125],[2,1.0],[4,0.5]]"),
                ranks(
                    "MmrOfAllDiversity", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":1,"candidates_limit":5}},"limit":3})",
                    "[[1,1.125],[3,-0.75],[5,-0.75]]"),
                ranks("MmrOfHalfDiversity", "dot",
                      R"({"query":{"nearest":[1,0.5],"mmr":{"candidates_limit":5}},"limit":4})",
                      "[[1,1.125],[2,1.0],[4,0.5],[3,-0.75]]"),
                ranks("MmrWithoutCandidatesTakesTheLimit", "dot",
                      R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":1}},"limit":3})",
                      "[[1,1.125],[4,0.5],[2,1.0]]"),
                ranks(
                    "MmrOffsetShortensThePage", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.5}},"limit":4,"offset":2})",
                    "[[4,0.5],[5,-0.75]]"),
                ranks(
                    "MmrOffsetWithCandidates", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.5,"candidates_limit":5}},"limit":2,"offset":2})",
                    "[[4,0.5],[3,-0.75]]"),
                ranks(
                    "MmrOnEuclid", "euclid",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.7,"candidates_limit":5}},"limit":4})",
                    "[[1,0.25],[3,2.0],[5,1.95256],[2,0.707107]]"),
                ranks(
                    "MmrOnCosine", "cosine",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.7,"candidates_limit":5}},"limit":4})",
                    "[[1,0.976187],[3,-0.6],[5,-0.650791],[2,0.8]]"),
                ranks(
                    "MmrOnSparseVectorsWithoutIdf", "kinds",
                    R"({"query":{"nearest":{"indices":[1,2,3],"values":[1,1,1]},"mmr":{"diversity":0.5,"candidates_limit":4}},"using":"i","limit":3})",
                    "[[2,3.46574],[1,2.07944],[4,-0.346574]]"),
                ranks(
                    "MmrThresholdIsOfTheCandidates", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.5,"candidates_limit":5}},"score_threshold":0.4})",
                    "[[1,1.125],[2,1.0],[4,0.5]]"),
                ranks(
                    "MmrByAnId", "dot",
                    R"({"query":{"nearest":1,"mmr":{"diversity":0.5,"candidates_limit":5}},"limit":2})",
                    "[[2,0.75],[4,0.625]]"),
                refuses("MmrDiversityAboveOne", "dot",
                        R"({"op":"query","query":{"nearest":[1,0.5],"mmr":{"diversity":1.5}}})",
                        ErrorCode::kInvalidArgument, "diversity"),
                refuses("MmrDiversityBelowZero", "dot",
                        R"({"op":"query","query":{"nearest":[1,0.5],"mmr":{"diversity":-0.5}}})",
                        ErrorCode::kInvalidArgument, "diversity"),
                refuses(
                    "MmrOfTooManyCandidates", "dot",
                    R"({"op":"query","query":{"nearest":[1,0.5],"mmr":{"candidates_limit":16385}}})",
                    ErrorCode::kInvalidArgument, "candidates_limit"),
                ranks("MmrOfNoCandidates", "dot",
                      R"({"query":{"nearest":[1,0.5],"mmr":{"candidates_limit":0}}})", "[]"),
                // Recommendation.
                ranks("RecommendByThePositiveMean", "dot",
                      R"({"query":{"recommend":{"positive":[[1,0],[0,1]]}}})",
                      "[[2,0.75],[1,0.625],[4,0.125],[3,-0.25],[5,-0.625]]"),
                ranks(
                    "RecommendAwayFromTheNegativeMean", "dot",
                    R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[1,1],[0.5,0]]}}})",
                    "[[2,0.625],[1,0.375],[3,0.0],[4,-0.0625],[5,-0.5625]]"),
                ranks("RecommendByIdsLeavesThemOut", "dot",
                      R"({"query":{"recommend":{"positive":[1],"negative":[3]}}})",
                      "[[4,2.25],[2,1.5],[5,-0.75]]"),
                ranks("RecommendByMeansOnEuclid", "euclid",
                      R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[1,1]]}}})",
                      "[[4,0.901388],[1,1.03078],[5,1.03078],[2,1.11803],[3,1.11803]]"),
                ranks("RecommendByMeansOnCosine", "cosine",
                      R"({"query":{"recommend":{"positive":[[2,0],[0,1]],"negative":[[1,1]]}}})",
                      "[[1,0.970143],[4,0.83205],[2,0.447214],[5,-0.242536],[3,-0.894427]]"),
                ranks("RecommendByMeansOnManhattan", "manhattan",
                      R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[1,1]]}}})",
                      "[[1,1.25],[4,1.25],[5,1.25],[2,1.5],[3,1.5]]"),
                ranks(
                    "RecommendByBestScore", "dot",
                    R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[0.5,0.75]],"strategy":"best_score"}}})",
                    "[[1,0.75],[4,0.714286],[3,0.666667],[5,0.4],[2,-0.75]]"),
                ranks("RecommendByBestScoreOfPositives", "dot",
                      R"({"query":{"recommend":{"positive":[[1,0]],"strategy":"best_score"}}})",
                      "[[1,0.75],[4,0.714286],[2,0.666667],[5,0.4],[3,0.25]]"),
                ranks("RecommendByBestScoreOfNegatives", "dot",
                      R"({"query":{"recommend":{"negative":[[1,0]],"strategy":"best_score"}}})",
                      "[[3,-0.25],[5,-0.4],[2,-0.666667],[4,-0.714286],[1,-0.75]]"),
                ranks(
                    "RecommendByBestScoreDescendsOnEuclid", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"best_score"}}})",
                    "[[1,0.470588],[4,0.380952],[5,0.140351],[3,-0.150943],[2,-0.470588]]"),
                ranks(
                    "RecommendByBestScoreOnCosine", "cosine",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"best_score"}}})",
                    "[[1,0.746211],[4,0.727082],[5,0.402403],[3,-0.444826],[2,-0.749031]]"),
                ranks(
                    "RecommendByBestScoreOnManhattan", "manhattan",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"best_score"}}})",
                    "[[1,0.4],[4,0.285714],[5,0.153846],[3,-0.181818],[2,-0.4]]"),
                ranks(
                    "RecommendBySumOfScores", "dot",
                    R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[0.5,0.75]],"strategy":"sum_scores"}}})",
                    "[[1,0.5625],[2,0.5],[4,0.25],[5,-0.375],[3,-0.375]]"),
                ranks(
                    "RecommendBySumOfNegatives", "dot",
                    R"({"query":{"recommend":{"negative":[[0.5,0.75]],"strategy":"sum_scores"}}})",
                    "[[5,0.875],[3,0.125],[4,0.0],[1,-0.6875],[2,-1.0]]"),
                ranks(
                    "RecommendBySumOfScoresDescendsOnEuclid", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"sum_scores"}}})",
                    "[[4,1.3125],[5,1.0625],[1,0.4375],[2,-1.1875],[3,-1.9375]]"),
                ranks(
                    "RecommendBySumOfScoresOnManhattan", "manhattan",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"sum_scores"}}})",
                    "[[4,0.75],[1,0.75],[5,0.25],[3,-0.75],[2,-1.25]]"),
                ranks(
                    "RecommendSparseByMeans", "kinds",
                    R"({"query":{"recommend":{"positive":[{"indices":[1,2],"values":[1,1]},{"indices":[3],"values":[2]}],"negative":[{"indices":[2],"values":[0.5]}]}},"using":"s"})",
                    "[[2,8.5],[1,2.0],[4,0.0]]"),
                ranks(
                    "RecommendSparseByBestScore", "kinds",
                    R"({"query":{"recommend":{"positive":[{"indices":[1],"values":[1]}],"negative":[{"indices":[3],"values":[1]}],"strategy":"best_score"}},"using":"s"})",
                    "[[1,0.75],[3,-0.5],[4,-0.666667],[2,-0.9]]"),
                ranks(
                    "RecommendSparseByMeansWithIdf", "kinds",
                    R"({"query":{"recommend":{"positive":[{"indices":[1,2],"values":[1,1]}]}},"using":"i"})",
                    "[[1,2.07944],[2,0.693147],[4,-0.693147]]"),
                ranks(
                    "RecommendSparseBySumsWithIdf", "kinds",
                    R"({"query":{"recommend":{"positive":[{"indices":[1,2],"values":[1,1]}],"negative":[{"indices":[3],"values":[1]}],"strategy":"sum_scores"}},"using":"i"})",
                    "[[1,2.07944],[3,0.0],[4,-1.03972],[2,-2.07944]]"),
                ranks(
                    "RecommendMultiByMeans", "kinds",
                    R"({"query":{"recommend":{"positive":[[[1,0],[0,1]]],"negative":[[[0.5,0.5]]]}},"using":"m"})",
                    "[[3,3.75],[1,2.5],[4,2.0],[2,0.375]]"),
                ranks(
                    "RecommendMultiByBestScore", "kinds",
                    R"({"query":{"recommend":{"positive":[[[1,0],[0,1]]],"negative":[[[0.5,0.5]]],"strategy":"best_score"}},"using":"m"})",
                    "[[4,0.9],[3,0.9],[1,0.875],[2,0.714286]]"),
                ranks(
                    "RecommendMultiBySumsOnEuclid", "kinds",
                    R"({"query":{"recommend":{"positive":[[[1,0],[0,1]]],"negative":[[[0.5,0.5]]],"strategy":"sum_scores"}},"using":"e"})",
                    "[[1,-0.5],[2,-1.0625],[3,-2.25],[4,-5.5]]"),
                ranks(
                    "RecommendWithAFilterAndAnOffset", "dot",
                    R"({"query":{"recommend":{"positive":[1]}},"filter":{"must_not":[{"has_id":[3]}]},"offset":1})",
                    "[[4,0.625],[5,-0.5]]"),
                ranks(
                    "RecommendThresholdFollowsTheMetric", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0]],"strategy":"best_score"}},"score_threshold":0.1})",
                    "[]"),
                ranks(
                    "RecommendThresholdAboveAllOnEuclid", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0]],"strategy":"best_score"}},"score_threshold":0.9})",
                    "[[1,0.470588],[4,0.380952],[2,0.222222],[5,0.140351],[3,0.0952381]]"),
                ranks(
                    "RecommendThresholdOnDot", "dot",
                    R"({"query":{"recommend":{"positive":[[1,0]],"strategy":"best_score"}},"score_threshold":0.5})",
                    "[[1,0.75],[4,0.714286],[2,0.666667]]"),
                refuses("RecommendByMeansWithoutPositives", "dot",
                        R"({"op":"query","query":{"recommend":{"negative":[[1,0]]}}})",
                        ErrorCode::kInvalidArgument, "Positive list is empty"),
                refuses("RecommendWithoutExamples", "dot",
                        R"({"op":"query","query":{"recommend":{"strategy":"best_score"}}})",
                        ErrorCode::kInvalidArgument, "No positive or negative examples given"),
                refuses(
                    "RecommendOfMixedKinds", "kinds",
                    R"({"op":"query","query":{"recommend":{"positive":[[1,0],{"indices":[1],"values":[1]}]}},"using":"a"})",
                    ErrorCode::kInvalidArgument, "Sparse vector a is not found in the collection"),
                refuses("RecommendByAMissingId", "dot",
                        R"({"op":"query","query":{"recommend":{"positive":[77]}}})",
                        ErrorCode::kNotFound, "Point 77 is not found in the collection"),
                refuses(
                    "RecommendByAnUnknownStrategy", "dot",
                    R"({"op":"query","query":{"recommend":{"positive":[1],"strategy":"worst"}}})",
                    ErrorCode::kInvalidArgument,
                    "expected average_vector, best_score or sum_scores"),
                // Discovery and context.
                ranks(
                    "DiscoverCountsPairs", "dot",
                    R"({"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]},{"positive":[1,1],"negative":[-1,0]}]}}})",
                    "[[1,2.76471],[4,2.66667],[2,0.75],[5,0.285714],[3,-1.71429]]"),
                ranks("DiscoverWithoutContext", "dot",
                      R"({"query":{"discover":{"target":[1,0.5],"context":[]}}})",
                      "[[1,0.764706],[2,0.75],[4,0.666667],[5,0.285714],[3,0.285714]]"),
                ranks(
                    "DiscoverByIds", "dot",
                    R"({"query":{"discover":{"target":1,"context":{"positive":2,"negative":3}}}})",
                    "[[4,1.69231],[5,-0.666667]]"),
                ranks(
                    "DiscoverDescendsOnEuclid", "euclid",
                    R"({"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]}]}}})",
                    "[[1,1.47059],[4,1.24242],[5,1.1039],[2,-0.666667],[3,-0.9]]"),
                ranks(
                    "DiscoverOnCosine", "cosine",
                    R"({"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]}]}}})",
                    "[[1,1.74699],[4,1.66581],[5,1.30289],[2,-0.277778],[3,-0.6875]]"),
                ranks(
                    "DiscoverOnSparseVectors", "kinds",
                    R"({"query":{"discover":{"target":{"indices":[1],"values":[1]},"context":[{"positive":{"indices":[2],"values":[1]},"negative":{"indices":[3],"values":[1]}}]}},"using":"s"})",
                    "[[1,1.75],[3,0.5],[2,-0.5],[4,-0.75]]"),
                ranks(
                    "DiscoverOnSparseVectorsWithIdf", "kinds",
                    R"({"query":{"discover":{"target":{"indices":[1],"values":[1]},"context":[{"positive":{"indices":[2],"values":[1]},"negative":{"indices":[3],"values":[1]}}]}},"using":"i"})",
                    "[[1,1.70469],[3,0.5],[2,-0.5],[4,-0.704692]]"),
                ranks(
                    "DiscoverOnMultiVectors", "kinds",
                    R"({"query":{"discover":{"target":[[1,0]],"context":[{"positive":[[0,1]],"negative":[[1,0.5]]}]}},"using":"m"})",
                    "[[3,1.75],[1,1.75],[4,-0.166667],[2,-0.333333]]"),
                ranks(
                    "ContextScoresTheWrongSide", "dot",
                    R"({"query":{"context":[{"positive":[1,0],"negative":[0,1]},{"positive":[1,1],"negative":[-1,0.25]}]},"filter":{"must":[{"has_id":[2,3,5]}]}})",
                    "[[2,-0.333333],[5,-0.555556],[3,-1.21905]]"),
                ranks(
                    "ContextOnTheRightSideIsZero", "dot",
                    R"({"query":{"context":[{"positive":[1,0],"negative":[-1,0]}]},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks(
                    "ContextOfOnePair", "euclid",
                    R"({"query":{"context":{"positive":[1,0],"negative":[0,1]}},"filter":{"must":[{"has_id":[2,3]}]}})",
                    "[[2,-0.5],[3,-0.75]]"),
                ranks(
                    "ContextByIds", "dot",
                    R"({"query":{"context":{"positive":3,"negative":1}},"filter":{"must_not":[{"has_id":[5]}]}})",
                    "[[2,-0.428571],[4,-0.619048]]"),
                refuses("DiscoverWithoutATarget", "dot",
                        R"({"op":"query","query":{"discover":{"context":[]}}})",
                        ErrorCode::kInvalidArgument, R"("target" is missing)"),
                refuses("DiscoverByAMissingId", "dot",
                        R"({"op":"query","query":{"discover":{"target":77,"context":[]}}})",
                        ErrorCode::kNotFound, "Point 77 is not found in the collection"),
                refuses("ContextWithoutANegative", "dot",
                        R"({"op":"query","query":{"context":{"positive":[1,0]}}})",
                        ErrorCode::kInvalidArgument, R"("negative" is missing)"),
                // Relevance feedback.
                ranks(
                    "FeedbackOfTwoItems", "dot",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.9},{"example":[0.5,0.5],"score":0.4}],"strategy":{"naive":{"a":0.8,"b":1,"c":0.5}}}}})",
                    "[[1,0.70625],[2,0.4625],[4,0.44375],[5,-0.29375],[3,-0.6125]]"),
                ranks(
                    "FeedbackOfThreeItems", "dot",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.9},{"example":[0.5,0.5],"score":0.4},{"example":[-1,0],"score":0.4}],"strategy":{"naive":{"a":1,"b":2,"c":3}}}}})",
                    "[[2,1.8125],[1,1.65625],[4,0.46875],[3,-0.8125],[5,-1.46875]]"),
                ranks(
                    "FeedbackOfEqualScoresIsTheTarget", "dot",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.5},{"example":[0.5,0.5],"score":0.5}],"strategy":{"naive":{"a":2,"b":1,"c":1}}}}})",
                    "[[1,2.0],[4,1.5],[2,1.0],[5,-0.5],[3,-2.0]]"),
                ranks(
                    "FeedbackByIdsLeavesThemOut", "dot",
                    R"({"query":{"relevance_feedback":{"target":1,"feedback":[{"example":2,"score":1},{"example":3,"score":0}],"strategy":{"naive":{"a":1,"b":1,"c":1}}}}})",
                    "[[4,1.5],[5,-1.375]]"),
                ranks(
                    "FeedbackDescendsOnEuclid", "euclid",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.9},{"example":[0.5,0.5],"score":0.4}],"strategy":{"naive":{"a":1,"b":1,"c":1}}}}})",
                    "[[1,-0.6875],[4,-1.1875],[2,-1.25],[5,-3.1875],[3,-3.75]]"),
                refuses(
                    "FeedbackWithBBelowZero", "dot",
                    R"({"op":"query","query":{"relevance_feedback":{"target":[1,0],"feedback":[],"strategy":{"naive":{"a":1,"b":-1,"c":1}}}}})",
                    ErrorCode::kInvalidArgument, "b value -1 is invalid. Must be 0 or larger."),
                refuses(
                    "FeedbackWithoutAStrategy", "dot",
                    R"({"op":"query","query":{"relevance_feedback":{"target":[1,0],"feedback":[]}}})",
                    ErrorCode::kInvalidArgument, R"("strategy" is missing)"),
                // Samples and orders.
                answers(
                    "SampleTakesAllThatThereAre", "dot",
                    R"({"op":"query_groups","query":{"sample":"random"},"group_by":"n","filter":{"must":[{"has_id":[4]}]}})",
                    R"({"groups":[{"id":4,"hits":[{"id":4,"version":0,"score":1.0}]}]})"),
                ranks("SampleOfMatches", "dot",
                      R"({"query":{"sample":"random"},"filter":{"must":[{"has_id":[3]}]}})",
                      "[[3,1.0]]"),
                ranks(
                    "SampleIgnoresTheOffset", "dot",
                    R"({"query":{"sample":"random"},"filter":{"must":[{"has_id":[3]}]},"offset":5})",
                    "[[3,1.0]]"),
                refuses("SampleOfAnUnknownKind", "dot",
                        R"({"op":"query","query":{"sample":"every"}})", ErrorCode::kInvalidArgument,
                        R"(sample: expected random, got "every")"),
                ranks("OrderByAscends", "places", R"({"query":{"order_by":"x"}})",
                      "[[2,1.0,1.5],[3,1.0,2],[1,1.0,3],[5,1.0,3],[3,1.0,7]]"),
                ranks("OrderByDescends", "places",
                      R"({"query":{"order_by":{"key":"x","direction":"desc"}}})",
                      "[[3,1.0,7],[1,1.0,3],[5,1.0,3],[3,1.0,2],[2,1.0,1.5]]"),
                ranks("OrderByTakesAnOffset", "places",
                      R"({"query":{"order_by":"x"},"offset":1,"limit":2})",
                      "[[3,1.0,2],[1,1.0,3]]"),
                ranks("OrderByDates", "places", R"({"query":{"order_by":"at"}})",
                      "[[2,1.0,1704110400000000],[1,1.0,1704153600000000]]"),
                ranks("OrderByStartsFromAValue", "places",
                      R"({"query":{"order_by":{"key":"x","start_from":3}}})",
                      "[[1,1.0,3],[5,1.0,3],[3,1.0,7]]"),
                ranks("OrderByOverPrefetches", "places",
                      R"({"prefetch":{"query":[1,0],"limit":3},"query":{"order_by":"x"}})",
                      "[[3,1.0,2],[5,1.0,3],[3,1.0,7]]"),
                refuses("OrderByWithAThreshold", "places",
                        R"({"op":"query","query":{"order_by":"x"},"score_threshold":1})",
                        ErrorCode::kInvalidArgument,
                        "Can't use score_threshold with an order_by query."),
                refuses("OrderByAMalformedPath", "places",
                        R"({"op":"query","query":{"order_by":"x..y"}})",
                        ErrorCode::kInvalidArgument, "Invalid path"),
                // Prefetches.
                ranks("PrefetchIsRescored", "dot",
                      R"({"prefetch":{"query":[1,0],"limit":3},"query":[0,1]})",
                      "[[2,1.0],[1,0.25],[4,-0.5]]"),
                ranks("PrefetchLimitIsTen", "dot",
                      R"({"prefetch":{"query":[1,0]},"query":[0,1],"limit":2})",
                      "[[2,1.0],[3,0.5]]"),
                ranks(
                    "PrefetchesAreUnited", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1},{"query":[-1,0],"limit":2}],"query":[0,1]})",
                    "[[3,0.5],[1,0.25],[5,-1.0]]"),
                ranks(
                    "PrefetchesNest", "dot",
                    R"({"prefetch":{"prefetch":{"query":[1,0],"limit":3},"query":[0,1],"limit":2},"query":[-1,-1]})",
                    "[[1,-1.25],[2,-1.5]]"),
                ranks(
                    "PrefetchOfNothingGivesNothing", "dot",
                    R"({"prefetch":{"query":[1,0],"filter":{"must":[{"key":"n","match":{"value":99}}]}},"query":[0,1]})",
                    "[]"),
                ranks("PrefetchHasAThreshold", "dot",
                      R"({"prefetch":{"query":[1,0],"score_threshold":0.6},"query":[0,1]})",
                      "[[1,0.25],[4,-0.5]]"),
                ranks(
                    "PrefetchBySparseRescoredByDense", "kinds",
                    R"({"prefetch":{"query":{"indices":[2,4],"values":[1,1]},"using":"s"},"query":[1,0.5],"using":"a"})",
                    "[[3,1.5],[1,1.0],[2,0.5]]"),
                ranks("PrefetchPointsWithoutTheVectorAreLost", "kinds",
                      R"({"prefetch":{"query":[[1,1]],"using":"m"},"query":[1,0.5],"using":"a"})",
                      "[[3,1.5],[1,1.0],[2,0.5]]"),
                ranks(
                    "PrefetchIsAskedWithTheOuterFilter", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":1},"query":[0,1],"filter":{"must":[{"key":"n","range":{"gte":2}}]}})",
                    "[[4,-0.5]]"),
                ranks(
                    "PrefetchJoinsShouldClauses", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":2,"filter":{"should":[{"key":"n","match":{"value":3}}]}},"query":[0,1],"filter":{"should":[{"key":"n","match":{"value":2}}]}})",
                    "[[2,1.0]]"),
                ranks(
                    "PrefetchJoinsMustNotClauses", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":2,"filter":{"must_not":[{"key":"n","match":{"value":1}}]}},"query":[0,1],"filter":{"must_not":[{"key":"n","match":{"value":4}}]}})",
                    "[[2,1.0],[5,-1.0]]"),
                ranks(
                    "PrefetchJoinsMinShouldByTheLargerCount", "dot", R"({"prefetch":{"query":[1,0],"filter":{"min_should":{"conditions":[{"key":"n","match":{"value":1}},{"key":"n","match":{"value":2}}],"min_count":1}}},"query":[0,1],"filter":{"min_should":{"conditions":[{"has_id":[1,2,3]},{"key":"n","range":{"lte":3}}],"min_count":2}}})",
                    "[[2,1.0],[3,0.5],[1,0.25]]"),
                ranks(
                    "PrefetchFilterDoesNotTravelUp", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1,"filter":{"must":[{"key":"n","match":{"value":3}}]}},{"query":[1,0],"limit":1}],"query":[0,1]})",
                    "[[3,0.5],[1,0.25]]"),
                ranks("PrefetchWithoutAQueryGoesByIds", "dot",
                      R"({"prefetch":{"limit":2},"query":[0,1]})", "[[2,1.0],[1,0.25]]"),
                ranks("PrefetchByAnIdLeavesItOutThere", "dot",
                      R"({"prefetch":{"query":1,"limit":5},"query":[1,0]})",
                      "[[4,0.75],[2,0.5],[5,-0.25],[3,-1.0]]"),
                ranks("PrefetchWithAnIdAboveLeavesItOut", "dot",
                      R"({"prefetch":{"query":[1,0],"limit":2},"query":2})",
                      "[[1,0.75],[4,-0.125]]"),
                ranks(
                    "PrefetchByRecommendation", "dot",
                    R"({"prefetch":{"query":{"recommend":{"positive":[1],"negative":[3]}},"limit":2},"query":[0,1]})",
                    "[[2,1.0],[4,-0.5]]"),
                refuses("PrefetchWithoutAQueryAbove", "dot",
                        R"({"op":"query","prefetch":{"query":[1,0]}})", ErrorCode::kInvalidArgument,
                        "A query is needed to merge the prefetches."),
                refuses("PrefetchLimitOfZero", "dot",
                        R"({"op":"query","prefetch":{"query":[1,0],"limit":0},"query":[0,1]})",
                        ErrorCode::kInvalidArgument, "Must be 1 or larger"),
                refuses("PrefetchThresholdWithoutAQuery", "dot",
                        R"({"op":"query","prefetch":{"score_threshold":1},"query":[0,1]})",
                        ErrorCode::kInvalidArgument,
                        "A query is needed to use the score_threshold."),
                refuses("PrefetchOfAnotherSize", "dot",
                        R"({"op":"query","prefetch":{"query":[1,0,0]},"query":[0,1]})",
                        ErrorCode::kInvalidArgument, "expected dim: 2, got 3"),
                refuses("PrefetchOfAnUnknownVector", "dot",
                        R"({"op":"query","prefetch":{"query":[1,0],"using":"x"},"query":[0,1]})",
                        ErrorCode::kInvalidArgument, "x is not found in the collection"),
                refuses("PrefetchHasNoOffset", "dot",
                        R"({"op":"query","prefetch":{"query":[1,0],"offset":1},"query":[0,1]})",
                        ErrorCode::kInvalidArgument, R"(prefetch: unknown field "offset")"),
                // Fusions.
                ranks(
                    "RrfOfTwo", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":3}],"query":{"fusion":"rrf"}})",
                    "[[1,0.75],[2,0.75],[4,0.333333],[3,0.333333]]"),
                ranks("RrfOfOneKeepsItsOrder", "dot",
                      R"({"prefetch":[{"query":[1,0],"limit":4}],"query":{"fusion":"rrf"}})",
                      "[[1,0.5],[4,0.333333],[2,0.25],[5,0.2]]"),
                ranks("RrfTakesTheOrderOfEuclid", "euclid",
                      R"({"prefetch":[{"query":[1,0],"limit":3}],"query":{"fusion":"rrf"}})",
                      "[[1,0.5],[4,0.333333],[2,0.25]]"),
                ranks(
                    "RrfOfEqualScoresComesByFirstAppearance", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1},{"query":[-1,0],"limit":1}],"query":{"fusion":"rrf"}})",
                    "[[1,0.5],[3,0.5]]"),
                ranks(
                    "RrfWithAnotherK", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":3}],"query":{"rrf":{"k":60}}})",
                    "[[1,0.0327957],[2,0.0327957],[4,0.0163934],[3,0.0163934]]"),
                ranks("RrfWithKOfOne", "dot",
                      R"({"prefetch":[{"query":[1,0],"limit":2}],"query":{"rrf":{"k":1}}})",
                      "[[1,1.0],[4,0.5]]"),
                ranks(
                    "RrfWithWeights", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":3}],"query":{"rrf":{"weights":[2,1]}}})",
                    "[[1,0.916667],[2,0.9],[4,0.5],[3,0.333333]]"),
                ranks(
                    "RrfWithWeightsAndK", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":3}],"query":{"rrf":{"k":5,"weights":[0.5,2]}}})",
                    "[[1,0.348485],[2,0.322222],[3,0.2],[4,0.125]]"),
                ranks(
                    "RrfWeightOfZeroCountsNothing", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":2},{"query":[-1,0],"limit":2}],"query":{"rrf":{"weights":[1,0]}}})",
                    "[[1,0.5],[4,0.333333],[3,0.0],[5,0.0]]"),
                ranks(
                    "RrfHasAnInclusiveThreshold", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3}],"query":{"fusion":"rrf"},"score_threshold":0.25})",
                    "[[1,0.5],[4,0.333333],[2,0.25]]"),
                ranks(
                    "RrfHasALimitAndAnOffset", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":4}],"query":{"fusion":"rrf"},"limit":2,"offset":1})",
                    "[[4,0.333333],[2,0.25]]"),
                ranks(
                    "RrfFilterTravelsDown", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1},{"query":[0,1],"limit":1}],"query":{"fusion":"rrf"},"filter":{"must":[{"key":"n","range":{"gte":3}}]}})",
                    "[[4,0.5],[3,0.5]]"),
                ranks(
                    "RrfOfFusions", "dot",
                    R"({"prefetch":[{"prefetch":[{"query":[1,0],"limit":2},{"query":[0,1],"limit":2}],"query":{"fusion":"rrf"},"limit":3},{"query":[-1,0],"limit":2}],"query":{"fusion":"rrf"}})",
                    "[[1,0.5],[3,0.5],[2,0.333333],[5,0.333333],[4,0.25]]"),
                ranks(
                    "DbsfOfTwo", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":4}],"query":{"fusion":"dbsf"}})",
                    "[[1,1.15],[2,1.01667],[4,0.783333],[3,0.55]]"),
                ranks("DbsfOfOneHitIsHalf", "dot",
                      R"({"prefetch":[{"query":[1,0],"limit":1}],"query":{"fusion":"dbsf"}})",
                      "[[1,0.5]]"),
                ranks(
                    "DbsfOfEqualScoresIsHalf", "places",
                    R"({"prefetch":[{"query":{"sample":"random"},"limit":5}],"query":{"fusion":"dbsf"},"filter":{"must":[{"has_id":[2]}]}})",
                    "[[2,0.5]]"),
                ranks(
                    "DbsfPassesOverEmptySources", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}}],"query":{"fusion":"dbsf"}})",
                    "[[1,0.666667],[4,0.5],[2,0.333333]]"),
                ranks("DbsfOfDistancesIsNotInverted", "euclid",
                      R"({"prefetch":[{"query":[1,0],"limit":3}],"query":{"fusion":"dbsf"}})",
                      "[[2,0.680193],[4,0.468433],[1,0.351374]]"),
                ranks(
                    "DbsfHasAnInclusiveThreshold", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1},{"query":[0,1],"limit":1}],"query":{"fusion":"dbsf"},"score_threshold":0.5})",
                    "[[1,0.5],[2,0.5]]"),
                refuses("FusionWithoutPrefetches", "dot",
                        R"({"op":"query","query":{"fusion":"rrf"}})", ErrorCode::kInvalidArgument,
                        "Cannot perform fusion without prefetches"),
                refuses("RrfWithoutPrefetches", "dot", R"({"op":"query","query":{"rrf":{}}})",
                        ErrorCode::kInvalidArgument, "without prefetches"),
                refuses("FusionOfNoPrefetches", "dot",
                        R"({"op":"query","prefetch":[],"query":{"fusion":"dbsf"}})",
                        ErrorCode::kInvalidArgument, "Cannot perform fusion without prefetches"),
                refuses(
                    "FusionWithUsing", "dot",
                    R"({"op":"query","prefetch":[{"query":[1,0]}],"query":{"fusion":"rrf"},"using":"a"})",
                    ErrorCode::kInvalidArgument,
                    "Fusion queries cannot be combined with the 'using' field."),
                refuses(
                    "RrfWithUsing", "dot",
                    R"({"op":"query","prefetch":[{"query":[1,0]}],"query":{"rrf":{"k":2}},"using":"a"})",
                    ErrorCode::kInvalidArgument,
                    "Fusion queries cannot be combined with the 'using' field."),
                refuses("RrfOfKZero", "dot",
                        R"({"op":"query","prefetch":[{"query":[1,0]}],"query":{"rrf":{"k":0}}})",
                        ErrorCode::kInvalidArgument, "k value 0 is invalid. Must be 1 or larger."),
                refuses(
                    "RrfOfTooFewWeights", "dot",
                    R"({"op":"query","prefetch":[{"query":[1,0]},{"query":[0,1]}],"query":{"rrf":{"weights":[1]}}})",
                    ErrorCode::kInvalidArgument,
                    "Length of weights must match the number of responses in RRF"),
                refuses("FusionOfAnUnknownKind", "dot",
                        R"({"op":"query","prefetch":[{"query":[1,0]}],"query":{"fusion":"max"}})",
                        ErrorCode::kInvalidArgument, "fusion: expected rrf or dbsf"),
                refuses("FusionInAPrefetchWithoutPrefetches", "dot",
                        R"({"op":"query","prefetch":[{"query":{"fusion":"rrf"}}],"query":[1,0]})",
                        ErrorCode::kInvalidArgument, "Cannot perform fusion without prefetches"),
                // Vectors of other collections.
                ranks("LookupTakesVectorsElsewhere", "lookups",
                      R"({"query":1,"lookup_from":{"collection":"other","vector":"v"}})",
                      "[[2,1.0],[3,0.5],[1,0.25]]"),
                ranks("LookupTakesTheSameName", "lookups",
                      R"({"query":1,"lookup_from":{"collection":"same"}})",
                      "[[3,1.0],[2,-0.5],[1,-1.0]]"),
                ranks(
                    "LookupOfRecommendations", "lookups",
                    R"({"query":{"recommend":{"positive":[1,2]}},"lookup_from":{"collection":"other","vector":"v"}})",
                    "[[2,1.25],[1,0.75],[3,0.0]]"),
                ranks(
                    "LookupInAPrefetch", "lookups",
                    R"({"prefetch":{"query":1,"lookup_from":{"collection":"other","vector":"v"},"limit":2},"query":[1,0]})",
                    "[[2,0.5],[3,-1.0]]"),
                refuses("LookupInAnUnknownCollection", "lookups",
                        R"({"op":"query","query":1,"lookup_from":{"collection":"none"}})",
                        ErrorCode::kNotFound, "Collection none not found"),
                refuses(
                    "LookupOfAMissingPoint", "lookups",
                    R"({"op":"query","query":3,"lookup_from":{"collection":"other","vector":"v"}})",
                    ErrorCode::kNotFound, "Point 3 is not found in the collection"),
                refuses(
                    "LookupOfAMissingVector", "lookups",
                    R"({"op":"query","query":9,"lookup_from":{"collection":"other","vector":"v"}})",
                    ErrorCode::kNotFound, "Vector with name v for point 9 not found"),
                refuses(
                    "LookupOfAnUnknownVector", "lookups",
                    R"({"op":"query","query":1,"lookup_from":{"collection":"other","vector":"x"}})",
                    ErrorCode::kNotFound, "Vector x not found"),
                refuses(
                    "LookupOfAnotherSize", "lookups",
                    R"({"op":"query","query":2,"lookup_from":{"collection":"other","vector":"w"}})",
                    ErrorCode::kInvalidArgument, "expected dim: 2, got 3"),
                // Batches of queries, and what is no query.
                answers(
                    "BatchAnswersEach", "dot",
                    R"({"op":"query_batch","searches":[{"query":[1,0],"limit":1},{"query":[0,1],"limit":1,"with_payload":true},{"limit":1}]})",
                    R"([{"points":[{"id":1,"version":0,"score":1.0}]},{"points":[{"id":2,"version":0,"score":1.0,"payload":{"n":2}}]},{"points":[{"id":1,"version":0,"score":1.0}]}])"),
                answers("BatchOfNone", "dot", R"({"op":"query_batch","searches":[]})", "[]"),
                refuses(
                    "BatchIsRefusedWhole", "dot",
                    R"({"op":"query_batch","searches":[{"query":[1,0],"limit":1},{"query":[0,1],"limit":0}]})",
                    ErrorCode::kInvalidArgument, "Must be 1 or larger"),
                refuses("QueryOfAnUnknownKind", "dot", R"({"op":"query","query":{"guess":1}})",
                        ErrorCode::kInvalidArgument, R"(unknown field "guess")"),
                refuses("RequestOfAnUnknownMember", "dot",
                        R"({"op":"query","query":[1,0],"top":5})", ErrorCode::kInvalidArgument,
                        R"(unknown field "top")"),
                ranks(
                    "ParamsOfAnIndexChangeNothing", "dot",
                    R"({"query":[1,0],"limit":2,"params":{"hnsw_ef":1,"exact":true,"indexed_only":false,"quantization":{"rescore":true},"acorn":{"enable":true}}})",
                    "[[1,1.0],[4,0.75]]"),
                // Thresholds of queries by examples follow the metric of the collection.
                ranks(
                    "SumsThresholdOnDot", "dot",
                    R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[0.5,0.75]],"strategy":"sum_scores"}},"score_threshold":0.25})",
                    "[[1,0.5625],[2,0.5]]"),
                ranks(
                    "SumsThresholdOnEuclid", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0]],"negative":[[0.5,0.75]],"strategy":"sum_scores"}},"score_threshold":0.4})",
                    "[]"),
                ranks(
                    "DiscoverThresholdOnDot", "dot",
                    R"({"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]}]}},"score_threshold":0})",
                    "[[1,1.76471],[4,1.66667],[5,1.28571]]"),
                ranks(
                    "ContextThresholdOnDot", "dot",
                    R"({"query":{"context":[{"positive":[1,0],"negative":[0,1]},{"positive":[1,1],"negative":[-1,0.25]}]},"filter":{"must":[{"has_id":[2,3,5]}]},"score_threshold":-0.6})",
                    "[[2,-0.333333],[5,-0.555556]]"),
                ranks(
                    "FeedbackThresholdOnDot", "dot",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.9},{"example":[0.5,0.5],"score":0.4}],"strategy":{"naive":{"a":0.8,"b":1,"c":0.5}}}},"score_threshold":0})",
                    "[[1,0.70625],[2,0.4625],[4,0.44375]]"),
                ranks(
                    "AverageThresholdOnEuclid", "euclid",
                    R"({"query":{"recommend":{"positive":[[1,0],[0,1]],"negative":[[1,1]]}},"score_threshold":1.05})",
                    "[[4,0.901388],[1,1.03078],[5,1.03078]]"),
                ranks(
                    "MmrThresholdOnEuclid", "euclid",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.5,"candidates_limit":5}},"score_threshold":1.5})",
                    "[[1,0.25],[2,0.707107],[4,1.03078]]"),
                ranks(
                    "DiscoverWithAFilterAndAnOffset", "dot",
                    R"({"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]}]}},"filter":{"must_not":[{"has_id":[3]}]},"limit":2,"offset":1})",
                    "[[4,1.66667],[5,1.28571]]"),
                ranks(
                    "MmrWithAFilter", "dot",
                    R"({"query":{"nearest":[1,0.5],"mmr":{"diversity":0.5,"candidates_limit":3}},"filter":{"must":[{"key":"n","range":{"gte":2}}]}})",
                    "[[2,1.0],[4,0.5],[5,-0.75]]"),
                ranks(
                    "FeedbackWithAFilter", "dot",
                    R"({"query":{"relevance_feedback":{"target":[1,0],"feedback":[{"example":[0,1],"score":0.9},{"example":[0.5,0.5],"score":0.4}],"strategy":{"naive":{"a":0.8,"b":1,"c":0.5}}}},"filter":{"must":[{"key":"n","range":{"lte":2}}]}})",
                    "[[1,0.70625],[2,0.4625]]"),
                // Joined queries over joined queries.
                ranks(
                    "PrefetchByMmr", "dot",
                    R"({"prefetch":{"query":{"nearest":[1,0.5],"mmr":{"diversity":1,"candidates_limit":5}},"limit":2},"query":[0,1]})",
                    "[[3,0.5],[1,0.25]]"),
                ranks(
                    "PrefetchByDiscovery", "dot",
                    R"({"prefetch":{"query":{"discover":{"target":[1,0.5],"context":[{"positive":[1,0],"negative":[0,1]}]}},"limit":2},"query":[0,1]})",
                    "[[1,0.25],[4,-0.5]]"),
                ranks(
                    "RecommendOverAPrefetch", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":3},"query":{"recommend":{"positive":[2],"strategy":"best_score"}}})",
                    "[[1,0.714286],[4,0.444444],[5,0.235294]]"),
                ranks(
                    "DiscoverOverAPrefetch", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":3},"query":{"discover":{"target":[0,1],"context":[]}}})",
                    "[[2,0.75],[1,0.6],[4,0.333333]]"),
                ranks(
                    "MmrOverAPrefetch", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":4},"query":{"nearest":[1,0.5],"mmr":{"diversity":1,"candidates_limit":4}},"limit":2})",
                    "[[1,1.125],[5,-0.75]]"),
                ranks(
                    "FeedbackOverAPrefetch", "dot",
                    R"({"prefetch":{"query":[1,0],"limit":2},"query":{"relevance_feedback":{"target":[0,1],"feedback":[],"strategy":{"naive":{"a":1,"b":1,"c":1}}}}})",
                    "[[1,0.25],[4,-0.5]]"),
                ranks("SampleOverAPrefetch", "dot",
                      R"({"prefetch":{"query":[1,0],"limit":1},"query":{"sample":"random"}})",
                      "[[1,1.0]]"),
                ranks(
                    "PrefetchOfAFusionRescored", "dot",
                    R"({"prefetch":{"prefetch":[{"query":[1,0],"limit":2},{"query":[-1,0],"limit":1}],"query":{"fusion":"rrf"},"limit":2},"query":[0,1]})",
                    "[[3,0.5],[1,0.25]]"),
                ranks(
                    "PrefetchThreeDeepTakesTheOuterFilter", "dot",
                    R"({"prefetch":{"prefetch":{"query":[1,0],"limit":1},"query":[0,1]},"query":[1,1],"filter":{"must_not":[{"has_id":[1,4]}]}})",
                    "[[2,1.5]]"),
                ranks(
                    "RrfOfDenseAndSparse", "kinds",
                    R"({"prefetch":[{"query":[1,0.5],"using":"a"},{"query":{"indices":[2,3],"values":[1,1]},"using":"s"}],"query":{"fusion":"rrf"}})",
                    "[[2,0.75],[1,0.666667],[3,0.5],[4,0.25]]"),
                ranks(
                    "RrfOfANegativeWeightCountsNothing", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":1},{"query":[-1,0],"limit":1}],"query":{"rrf":{"weights":[-1,1]}}})",
                    "[[3,0.5],[1,0.0]]"),
                ranks(
                    "DbsfOfThree", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":3},{"query":[-1,-1],"limit":2}],"query":{"fusion":"dbsf"},"limit":3})",
                    "[[1,1.02119],[2,1.01518],[3,0.845779]]"),
                ranks(
                    "DbsfOfAnOffset", "dot",
                    R"({"prefetch":[{"query":[1,0],"limit":3},{"query":[0,1],"limit":4}],"query":{"fusion":"dbsf"},"limit":2,"offset":1})",
                    "[[2,1.01667],[4,0.783333]]"),
                ranks(
                    "FusionOfNothingFound", "dot",
                    R"({"prefetch":[{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}}],"query":{"fusion":"rrf"}})",
                    "[]"),
                ranks(
                    "IdOfAUuid", "dot",
                    R"({"op":"upsert","points":[{"id":"550e8400-e29b-41d4-a716-446655440000","vector":[0,2]}]}
{"op":"query","query":"550E8400E29B41D4A716446655440000","limit":2})",
                    "[[2,2.0],[3,1.0]]"),
                ranks(
                    "OrderByDescendingDatesWithAStart", "places",
                    R"({"query":{"order_by":{"key":"at","direction":"desc","start_from":"2024-01-01T18:00:00Z"}}})",
                    "[[2,1.0,1704110400000000]]"),
                refuses("OrderByFromWhatIsNoValue", "places",
                        R"({"op":"query","query":{"order_by":{"key":"x","start_from":"soon"}}})",
                        ErrorCode::kInvalidArgument,
                        R"(start_from: expected a number or a date-time, got "soon")"),
                refuses(
                    "RelevanceFeedbackOfSparseVectors", "kinds", R"({"op":"query","query":{"relevance_feedback":{"target":{"indices":[1],"values":[1]},"feedback":[],"strategy":{"naive":{"a":1,"b":1,"c":1}}}},"using":"s"})",
                    ErrorCode::kInvalidArgument, "Dense vector s is not found in the collection"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Queries", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
