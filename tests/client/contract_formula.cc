// SPDX-License-Identifier: Apache-2.0
// Formula queries: every expression and what it refuses (section 8 of the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

// The prefetch of the points: scores of [1,0] are 4, 3, 2, 1 for the points 1 to 4.
constexpr Prepared kPrepared[] = {
    {"points", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[
{"id":1,"vector":[4,1],"payload":{"n":2,"f":0.5,"one":[7],"two":[7,8],"none":[],"flag":true,"text":"ten","z":0,"neg":-4,"big":1e200,"at":"2024-06-15T12:00:00Z","p":{"lat":52.52,"lon":13.405},"o":{"x":3},"l":[{"x":5},{"x":6}],"tag":"a"}},
{"id":2,"vector":[3,2],"payload":{"n":-1,"f":2.5,"z":0,"at":"2024-06-15","p":{"lat":48.8566,"lon":2.3522},"o":{"x":1},"tag":"b"}},
{"id":3,"vector":[2,3],"payload":{"n":0,"f":1,"at":"2024-06-15T12:00:10","tag":"a"}},
{"id":4,"vector":[1,4],"payload":{"n":10}}]})"},
    {"equals", R"({"op":"create","vectors":{"size":1,"distance":"Dot"}}
{"op":"upsert","points":[{"id":5,"vector":[1],"payload":{"n":1}},{"id":2,"vector":[2],"payload":{"n":1}},{"id":9,"vector":[3],"payload":{"n":1}}]})"},
};

constexpr Case
    kCases
        [] =
            {
                // Leaves.
                ranks(
                    "Number", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":2.5},"limit":1,"filter":{"must":[{"has_id":[3]}]}})",
                    "[[3,2.5]]"),
                ranks("ScoreOfTheFirstPrefetch", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":"$score"}})",
                      "[[1,4.0],[2,3.0],[3,2.0],[4,1.0]]"),
                ranks(
                    "ScoresByIndex", "points",
                    R"({"prefetch":[{"query":[1,0]},{"query":[0,1],"limit":2}],"query":{"formula":{"sum":["$score[0]",{"mult":[10,"$score[1]"]}]}}})",
                    "[[4,41.0],[3,32.0],[1,4.0],[2,3.0]]"),
                ranks(
                    "ScoreOfAPointThatAPrefetchLacksIsZero", "points",
                    R"({"prefetch":[{"query":[1,0],"limit":2},{"query":[0,1],"limit":3}],"query":{"formula":"$score"}})",
                    "[[1,4.0],[2,3.0],[4,0.0],[3,0.0]]"),
                ranks(
                    "ScoreDefault", "points",
                    R"({"prefetch":[{"query":[1,0],"limit":2},{"query":[0,1],"limit":3}],"query":{"formula":"$score","defaults":{"$score":-7}}})",
                    "[[1,4.0],[2,3.0],[4,-7.0],[3,-7.0]]"),
                ranks(
                    "ScoreDefaultByIndex", "points",
                    R"({"prefetch":[{"query":[1,0],"limit":2},{"query":[0,1],"limit":3}],"query":{"formula":{"sum":["$score","$score[1]"]},"defaults":{"$score[0]":-7,"$score[1]":100}}})",
                    "[[1,104.0],[2,5.0],[4,-3.0],[3,-4.0]]"),
                ranks("PayloadNumber", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":"n"}})",
                      "[[4,10.0],[1,2.0],[3,0.0],[2,-1.0]]"),
                ranks(
                    "PayloadNumberInAnObject", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"o.x"},"filter":{"must":[{"has_id":[1,2]}]}})",
                    "[[1,3.0],[2,1.0]]"),
                ranks(
                    "PayloadNumberAtAnElement", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"l[1].x"},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,6.0]]"),
                ranks(
                    "PayloadListOfOneIsItsElement", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"one"},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,7.0]]"),
                ranks(
                    "PayloadDefault", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"f","defaults":{"f":100}}})",
                    "[[4,100.0],[2,2.5],[3,1.0],[1,0.5]]"),
                ranks(
                    "PayloadEmptyListTakesTheDefault", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"none","defaults":{"none":3}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,3.0]]"),
                ranks(
                    "ConditionIsOneOrZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":["$score",{"mult":[10,{"key":"tag","match":{"value":"a"}}]}]}}})",
                    "[[1,14.0],[3,12.0],[2,3.0],[4,1.0]]"),
                ranks("ConditionOfAnId", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"has_id":[4,2]}}})",
                      "[[2,1.0],[4,1.0],[1,0.0],[3,0.0]]"),
                ranks(
                    "ConditionOfAFilter", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"must":[{"key":"tag","match":{"value":"a"}}],"must_not":[{"key":"n","match":{"value":0}}]}},"limit":1})",
                    "[[1,1.0]]"),
                ranks(
                    "ConditionOfARange", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":[{"key":"n","range":{"gte":1}},"$score"]}}})",
                    "[[1,5.0],[2,3.0],[3,2.0],[4,2.0]]"),
                ranks(
                    "DatetimeConstant", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"datetime":"1970-01-02T00:00:01Z"}},"limit":1,"filter":{"must":[{"has_id":[3]}]}})",
                    "[[3,86401.0]]"),
                ranks(
                    "DatetimeKey", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":[{"datetime_key":"at"},{"neg":{"datetime":"2024-06-15T12:00:00Z"}}]}},"filter":{"must":[{"has_id":[1,2,3]}]}})",
                    "[[3,10.0],[1,0.0],[2,-43200.0]]"),
                ranks(
                    "DatetimeKeyDefault", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":[{"datetime_key":"at"},{"neg":{"datetime":"2024-06-15T12:00:00Z"}}]},"defaults":{"at":"2024-06-15T12:00:05Z"}},"filter":{"must":[{"has_id":[3,4]}]}})",
                    "[[3,10.0],[4,5.0]]"),
                ranks(
                    "GeoDistance", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"geo_distance":{"origin":{"lat":52.52,"lon":13.405},"to":"p"}}},"filter":{"must":[{"has_id":[1,2]}]}})",
                    "[[2,877465.0],[1,0.0]]"),
                ranks(
                    "GeoDistanceDefault", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"geo_distance":{"origin":{"lat":0,"lon":0},"to":"p"}},"defaults":{"p":{"lat":0,"lon":1}}},"filter":{"must":[{"has_id":[3]}]}})",
                    "[[3,111195.0]]"),
                // Operations.
                ranks(
                    "Sum", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":["$score","n",0.5]}}})",
                    "[[4,11.5],[1,6.5],[2,2.5],[3,2.5]]"),
                ranks(
                    "SumOfNothing", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":[]}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks(
                    "Mult", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"mult":["$score","n",2]}}})",
                    "[[4,20.0],[1,16.0],[3,0.0],[2,-6.0]]"),
                ranks(
                    "MultOfNothing", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"mult":[]}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,1.0]]"),
                ranks(
                    "MultStopsAtZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"mult":[0,{"ln":-1}]}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks("Neg", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"neg":"$score"}}})",
                      "[[4,-1.0],[3,-2.0],[2,-3.0],[1,-4.0]]"),
                ranks(
                    "Abs", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"abs":{"sum":["n",-4.5]}}}})",
                    "[[2,5.5],[4,5.5],[3,4.5],[1,2.5]]"),
                ranks(
                    "Max", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"max":["n","$score",1.5]}}})",
                    "[[4,10.0],[1,4.0],[2,3.0],[3,2.0]]"),
                ranks(
                    "Min", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"min":["n","$score",1.5]}}})",
                    "[[1,1.5],[4,1.0],[3,0.0],[2,-1.0]]"),
                ranks(
                    "MaxOfOne", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"max":["$score"]}},"limit":1})",
                    "[[1,4.0]]"),
                ranks(
                    "Div", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"div":{"left":"$score","right":"n","by_zero_default":-100}}}})",
                    "[[1,2.0],[4,0.1],[2,-3.0],[3,-100.0]]"),
                ranks(
                    "DivOfZeroIsZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"div":{"left":0,"right":0}}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks(
                    "DivOfZeroDoesNotLookAtTheRight", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"div":{"left":0,"right":{"ln":-1}}}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks("Sqrt", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sqrt":"$score"}}})",
                      "[[1,2.0],[2,1.73205],[3,1.41421],[4,1.0]]"),
                ranks(
                    "SqrtOfZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sqrt":"z"}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,0.0]]"),
                ranks("Exp", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"exp":"n"}}})",
                      "[[4,22026.5],[1,7.38906],[3,1.0],[2,0.367879]]"),
                ranks("Ln", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"ln":"$score"}}})",
                      "[[1,1.38629],[2,1.09861],[3,0.693147],[4,0.0]]"),
                ranks(
                    "Log10", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"log10":{"mult":["$score",25]}}}})",
                    "[[1,2.0],[2,1.87506],[3,1.69897],[4,1.39794]]"),
                ranks("Acosh", "points",
                      R"({"prefetch":{"query":[1,0]},"query":{"formula":{"acosh":"$score"}}})",
                      "[[1,2.06344],[2,1.76275],[3,1.31696],[4,0.0]]"),
                ranks(
                    "Pow", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"pow":{"base":"$score","exponent":1.5}}}})",
                    "[[1,8.0],[2,5.19615],[3,2.82843],[4,1.0]]"),
                ranks(
                    "PowOfANegativeBase", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"pow":{"base":"neg","exponent":2}}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,16.0]]"),
                ranks(
                    "PowOfZeroToZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"pow":{"base":"z","exponent":0}}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,1.0]]"),
                ranks(
                    "LinearDecay", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"lin_decay":{"x":"$score","target":4,"scale":2}}}})",
                    "[[1,1.0],[2,0.75],[3,0.5],[4,0.25]]"),
                ranks(
                    "LinearDecayEndsAtZero", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"lin_decay":{"x":"$score","target":4,"scale":1,"midpoint":0.25}}},"filter":{"must":[{"has_id":[1,2,3]}]}})",
                    "[[1,1.0],[2,0.25],[3,0.0]]"),
                ranks(
                    "LinearDecayOfMidpointOne", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"lin_decay":{"x":"$score","midpoint":1}}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,1.0]]"),
                ranks(
                    "ExponentialDecay", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"exp_decay":{"x":"$score","target":4,"scale":2}}}})",
                    "[[1,1.0],[2,0.707107],[3,0.5],[4,0.353553]]"),
                ranks(
                    "GaussianDecay", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"gauss_decay":{"x":"$score","target":4,"scale":2}}}})",
                    "[[1,1.0],[2,0.840896],[3,0.5],[4,0.210224]]"),
                ranks(
                    "DecayByDefaults", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"exp_decay":{"x":"$score"}}}})",
                    "[[4,0.5],[3,0.25],[2,0.125],[1,0.0625]]"),
                ranks(
                    "DecayOfATargetThatVaries", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"gauss_decay":{"x":"n","target":"$score","scale":5,"midpoint":0.25}}}})",
                    "[[1,0.80107],[3,0.80107],[2,0.411795],[4,0.0112028]]"),
                ranks(
                    "DecayOfDatetimes", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"exp_decay":{"x":{"datetime_key":"at"},"target":{"datetime":"2024-06-15T12:00:00Z"},"scale":10}}},"filter":{"must":[{"has_id":[1,3]}]}})",
                    "[[1,1.0],[3,0.5]]"),
                ranks(
                    "ExpressionsNest", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":[{"mult":["$score",{"neg":{"abs":"n"}}]},{"div":{"left":{"pow":{"base":2,"exponent":3}},"right":4}}]}}})",
                    "[[3,2.0],[2,-1.0],[1,-6.0],[4,-8.0]]"),
                // Results.
                ranks(
                    "ThresholdIsInclusive", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"$score"},"score_threshold":2})",
                    "[[1,4.0],[2,3.0],[3,2.0]]"),
                ranks(
                    "LimitAndOffset", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"neg":"$score"}},"limit":2,"offset":1})",
                    "[[3,-2.0],[2,-3.0]]"),
                ranks(
                    "EqualScoresCrossPrefetches", "points",
                    R"({"prefetch":[{"query":[1,0],"limit":2},{"query":[0,1],"limit":2}],"query":{"formula":{"sum":["$score","$score[1]"]}}})",
                    "[[1,4.0],[4,4.0],[2,3.0],[3,3.0]]"),
                ranks(
                    "FormulaOverAFormula", "points",
                    R"({"prefetch":{"prefetch":{"query":[1,0]},"query":{"formula":{"mult":["$score",2]}},"limit":2},"query":{"formula":{"sum":["$score",1]}}})",
                    "[[1,9.0],[2,7.0]]"),
                ranks(
                    "FormulaOverAFusion", "points",
                    R"({"prefetch":{"prefetch":[{"query":[1,0],"limit":2}],"query":{"fusion":"rrf"}},"query":{"formula":{"mult":["$score",10]}}})",
                    "[[1,5.0],[2,3.333333]]"),
                ranks(
                    "FormulaInAPrefetch", "points",
                    R"({"prefetch":{"prefetch":{"query":[1,0]},"query":{"formula":{"neg":"$score"}},"limit":2},"query":[1,0]})",
                    "[[3,2.0],[4,1.0]]"),
                ranks(
                    "FilterTravelsDown", "points",
                    R"({"prefetch":{"query":[1,0],"limit":1},"query":{"formula":"$score"},"filter":{"must":[{"key":"n","range":{"lte":0}}]}})",
                    "[[2,3.0]]"),
                ranks(
                    "NothingToScore", "points",
                    R"({"prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":"$score"}})",
                    "[]"),
                // Errors of a point.
                refuses(
                    "DivByZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"div":{"left":1,"right":"z"}}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "SqrtBelowZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"sqrt":"neg"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "LnOfZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"ln":"z"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "Log10BelowZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"log10":"neg"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "AcoshBelowOne", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"acosh":"f"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses("PowOfANegativeBaseToAFraction", "points", R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"pow":{"base":"neg","exponent":0.5}}},"filter":{"must":[{"has_id":[1]}]}})",
                        ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "PowOfZeroToANegative", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"pow":{"base":"z","exponent":-1}}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "ExpOfTooMuch", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"exp":1000}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses(
                    "ResultBeyondFloat32", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"big"},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument, "produced a non-finite number"),
                refuses("PayloadMissing", "points",
                        R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"f"}})",
                        ErrorCode::kInvalidArgument, "No value found for f"),
                refuses(
                    "PayloadOfText", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"text"},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "value for text in the payload and/or in the formula defaults"),
                refuses(
                    "PayloadOfABoolean", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"flag"},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "value for flag in the payload and/or in the formula defaults"),
                refuses(
                    "PayloadOfSeveralNumbers", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"two"},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "value for two in the payload and/or in the formula defaults"),
                refuses(
                    "PayloadDefaultOfText", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":"missing","defaults":{"missing":"text"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "value for missing in the payload and/or in the formula defaults"),
                refuses(
                    "GeoDistanceToNoPlace", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"geo_distance":{"origin":{"lat":0,"lon":0},"to":"text"}}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "for text in the payload and/or in the formula defaults"),
                refuses(
                    "DatetimeKeyOfNoDate", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"datetime_key":"text"}},"filter":{"must":[{"has_id":[1]}]}})",
                    ErrorCode::kInvalidArgument,
                    "for text in the payload and/or in the formula defaults"),
                // Errors before any point is scored: the prefetch finds nothing.
                refuses("WithoutPrefetches", "points",
                        R"({"op":"query","query":{"formula":"$score"}})",
                        ErrorCode::kInvalidArgument, "without prefetches"),
                refuses(
                    "MalformedPath", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":"a..b"}})",
                    ErrorCode::kInvalidArgument, "Invalid path"),
                refuses(
                    "MalformedScoreIndex", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":"$score[-1]"}})",
                    ErrorCode::kInvalidArgument, "$score[-1]"),
                refuses(
                    "MalformedDatetime", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"datetime":"soon"}}})",
                    ErrorCode::kInvalidArgument, "Expected datetime in supported format for soon"),
                refuses(
                    "DecayOfScaleZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"exp_decay":{"x":"$score","scale":0}}}})",
                    ErrorCode::kInvalidArgument, "Scale must be non-zero positive"),
                refuses(
                    "DecayOfMidpointZero", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"gauss_decay":{"x":"$score","midpoint":0}}}})",
                    ErrorCode::kInvalidArgument, "midpoint should be in the range (0.0, 1.0)"),
                refuses(
                    "ExponentialDecayOfMidpointOne", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"exp_decay":{"x":"$score","midpoint":1}}}})",
                    ErrorCode::kInvalidArgument, "midpoint should be in the range (0.0, 1.0)"),
                refuses(
                    "LinearDecayOfMidpointAboveOne", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"lin_decay":{"x":"$score","midpoint":1.5}}}})",
                    ErrorCode::kInvalidArgument, "midpoint should be in the range [0.0, 1.0]"),
                refuses(
                    "MaxOfNothing", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"max":[]}}})",
                    ErrorCode::kInvalidArgument, "`max` needs at least one operand"),
                refuses(
                    "MinOfNothing", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"min":[]}}})",
                    ErrorCode::kInvalidArgument, "`min` needs at least one operand"),
                refuses(
                    "ConditionThatIsNone", "points",
                    R"({"op":"query","prefetch":{"query":[1,0],"filter":{"must":[{"has_id":[99]}]}},"query":{"formula":{"key":"a..b","match":{"value":1}}}})",
                    ErrorCode::kInvalidArgument, "Invalid path"),
                refuses(
                    "UnknownOperation", "points",
                    R"({"op":"query","prefetch":{"query":[1,0]},"query":{"formula":{"sinus":"$score"}}})",
                    ErrorCode::kInvalidArgument, R"(unknown field "sinus")"),
                ranks(
                    "ThresholdOfAFormulaOverEuclid", "equals",
                    R"({"prefetch":{"query":[1]},"query":{"formula":{"mult":["$score","n"]}},"score_threshold":2})",
                    "[[9,3.0],[2,2.0]]"),
                ranks(
                    "MaxOfNegatives", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"max":[{"neg":"$score"},-2.5]}}})",
                    "[[4,-1.0],[3,-2.0],[1,-2.5],[2,-2.5]]"),
                ranks(
                    "ConditionOnAnArrayOfObjects", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"nested":{"key":"l","filter":{"must":[{"key":"x","match":{"value":6}}]}}}},"limit":1})",
                    "[[1,1.0]]"),
                ranks(
                    "ConditionIsEmpty", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"sum":["$score",{"mult":[100,{"is_empty":{"key":"f"}}]}]}},"limit":1})",
                    "[[4,101.0]]"),
                ranks(
                    "DefaultsOfLists", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":"missing","defaults":{"missing":[8]}},"filter":{"must":[{"has_id":[1]}]}})",
                    "[[1,8.0]]"),
                ranks(
                    "DivOfNumbers", "points",
                    R"({"prefetch":{"query":[1,0]},"query":{"formula":{"div":{"left":"$score","right":4}}}})",
                    "[[1,1.0],[2,0.75],[3,0.5],[4,0.25]]"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Formula", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
