// SPDX-License-Identifier: Apache-2.0
// Writes of payloads: set, overwrite, delete, clear, with key paths (section 11 of the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"two", R"({"op":"create"}
{"op":"upsert","points":[{"id":1,"payload":{"a":1,"b":{"c":2,"d":3}}},{"id":2,"payload":{"a":2}}]})"},
    {"deep", R"({"op":"create"}
{"op":"upsert","points":[{"id":1,"payload":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}}]})"},
};

constexpr Case
    kCases
        [] =
            {
                // set_payload without a key.
                leaves("SetMergesTopLevelKeys", "two",
                       R"({"op":"set_payload","payload":{"a":9,"z":{"y":1}},"points":[1]})",
                       R"({"1":{"a":9,"b":{"c":2,"d":3},"z":{"y":1}},"2":{"a":2}})"),
                leaves("SetReplacesObjectsWhole", "two",
                       R"({"op":"set_payload","payload":{"b":{"e":4}},"points":[1]})",
                       R"({"1":{"a":1,"b":{"e":4}},"2":{"a":2}})"),
                leaves("SetNullRemovesTheKey", "two",
                       R"({"op":"set_payload","payload":{"a":null,"new":null},"points":[1]})",
                       R"({"1":{"b":{"c":2,"d":3}},"2":{"a":2}})"),
                leaves("SetKeepsNullsInside", "two",
                       R"({"op":"set_payload","payload":{"b":{"c":null}},"points":[1]})",
                       R"({"1":{"a":1,"b":{"c":null}},"2":{"a":2}})"),
                leaves("SetOfNothing", "two", R"({"op":"set_payload","payload":{},"points":[1]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2}})"),
                leaves(
                    "SetByFilter", "two",
                    R"({"op":"set_payload","payload":{"f":true},"filter":{"must":[{"key":"a","range":{"gte":2}}]}})",
                    R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"f":true}})"),
                leaves(
                    "SetByAFilterOfNothing", "two",
                    R"({"op":"set_payload","payload":{"f":true},"filter":{"must":[{"key":"a","range":{"gte":20}}]}})",
                    R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2}})"),
                leaves(
                    "SetByIdsAndFilterTakesTheIds", "two",
                    R"({"op":"set_payload","payload":{"f":true},"points":[1],"filter":{"must":[{"key":"a","match":{"value":2}}]}})",
                    R"({"1":{"a":1,"b":{"c":2,"d":3},"f":true},"2":{"a":2}})"),
                leaves("SetTakesKeysAsTheyAre", "two",
                       R"({"op":"set_payload","payload":{"b.c":5},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"b.c":5}})"),
                answers("SetIsCompleted", "two",
                        R"({"op":"set_payload","payload":{"f":1},"points":[1]})",
                        R"({"operation_id":0,"status":"completed"})"),
                // set_payload at a key.
                leaves(
                    "SetAtAKeyMerges", "deep",
                    R"({"op":"set_payload","key":"o","payload":{"s":"new","t":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"new","t":1},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtAPathMerges", "deep",
                    R"({"op":"set_payload","key":"o.p","payload":{"q":5},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":5,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtAKeyRemovesByNull", "deep",
                    R"({"op":"set_payload","key":"o.p","payload":{"q":null},"points":[1]})",
                    R"({"1":{"o":{"p":{"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves("SetAtAMissingKeyMakesIt", "two",
                       R"({"op":"set_payload","key":"x","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"x":{"v":1}}})"),
                leaves("SetAtAMissingPathMakesIt", "two",
                       R"({"op":"set_payload","key":"x.y.z","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"x":{"y":{"z":{"v":1}}}}})"),
                leaves("SetAtANumberReplacesIt", "two",
                       R"({"op":"set_payload","key":"a","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":{"v":1}}})"),
                leaves("SetThroughANumberReplacesIt", "two",
                       R"({"op":"set_payload","key":"a.b","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":{"b":{"v":1}}}})"),
                leaves(
                    "SetAtAnArrayReplacesIt", "deep",
                    R"({"op":"set_payload","key":"l","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":{"v":1},"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetThroughAnArrayReplacesIt", "deep",
                    R"({"op":"set_payload","key":"l.m","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":{"m":{"v":1}},"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtNullReplacesIt", "deep",
                    R"({"op":"set_payload","key":"n","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":{"v":1},"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtAnElement", "deep",
                    R"({"op":"set_payload","key":"objects[1]","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3,"v":1},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtAnElementThatIsNoObject", "deep",
                    R"({"op":"set_payload","key":"objects[2]","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},{"v":1}],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetInAnElement", "deep",
                    R"({"op":"set_payload","key":"objects[0].w","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1,"w":{"v":1}},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetBeyondTheArrayDoesNothing", "deep",
                    R"({"op":"set_payload","key":"objects[9]","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetAtEveryElement", "deep",
                    R"({"op":"set_payload","key":"objects[]","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1,"v":1},{"x":2,"y":3,"v":1},{"v":1}],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "SetInEveryElement",
                    "deep", R"({"op":"set_payload","key":"places[].more","payload":{"v":1},"points":[1]})", R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2],"more":{"v":1}},{"lat":2,"list":[],"more":{"v":1}}]}})"),
                leaves(
                    "SetAtElementsOfElements", "deep",
                    R"({"op":"set_payload","key":"rows[][0]","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[{"v":1},2],[{"v":1},4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves("SetAtAnIndexOfNoArrayMakesAnEmptyOne", "two",
                       R"({"op":"set_payload","key":"a[0]","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":[]}})"),
                leaves("SetAtEveryElementOfNoArrayMakesAnEmptyOne", "two",
                       R"({"op":"set_payload","key":"a[]","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":[]}})"),
                leaves("SetAtAnIndexOfAMissingKey", "two",
                       R"({"op":"set_payload","key":"x[0]","payload":{"v":1},"points":[2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"x":[]}})"),
                leaves(
                    "SetAtAQuotedKey", "deep",
                    R"({"op":"set_payload","key":"\"a.b\"","payload":{"v":1},"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":{"v":1},"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves("SetAtAKeyByFilter", "two",
                       R"({"op":"set_payload","key":"k","payload":{"v":1},"filter":{}})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3},"k":{"v":1}},"2":{"a":2,"k":{"v":1}}})"),
                refuses("SetAtAMalformedKey", "two",
                        R"({"op":"set_payload","key":"a..b","payload":{"v":1},"points":[1]})",
                        ErrorCode::kInvalidArgument, "Invalid path"),
                refuses("SetWithoutASelector", "two", R"({"op":"set_payload","payload":{"v":1}})",
                        ErrorCode::kInvalidArgument, "No filter or points provided"),
                fails("SetOfAMissingPointChangesTheOthers", "two",
                      R"({"op":"set_payload","payload":{"v":1},"points":[77,1,78]})",
                      ErrorCode::kNotFound, "No point with id 77 found"),
                leaves("SetBesideAMissingPoint", "two",
                       R"(!{"op":"set_payload","payload":{"v":1},"points":[77,2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2,"v":1}})"),
                refuses(
                    "SetOfAMissingPointAlone", "two",
                    R"({"op":"set_payload","payload":{"v":1},"points":["550e8400-e29b-41d4-a716-446655440000"]})",
                    ErrorCode::kNotFound, "550e8400-e29b-41d4-a716-446655440000"),
                refuses(
                    "SetInAnUnknownCollection", "two",
                    R"({"op":"set_payload","collection":"other","payload":{"v":1},"points":[1]})",
                    ErrorCode::kNotFound, "Collection other not found"),
                // overwrite_payload.
                leaves("OverwriteReplacesAll", "two",
                       R"({"op":"overwrite_payload","payload":{"n":null,"v":1},"points":[1]})",
                       R"({"1":{"n":null,"v":1},"2":{"a":2}})"),
                leaves(
                    "OverwriteByFilter", "two",
                    R"({"op":"overwrite_payload","payload":{},"filter":{"must":[{"key":"b.c","match":{"value":2}}]}})",
                    R"({"1":{},"2":{"a":2}})"),
                fails("OverwriteOfAMissingPointChangesTheOthers", "two",
                      R"({"op":"overwrite_payload","payload":{"v":1},"points":[1,77]})",
                      ErrorCode::kNotFound, "No point with id 77 found"),
                leaves("OverwriteBesideAMissingPoint", "two",
                       R"(!{"op":"overwrite_payload","payload":{"v":1},"points":[77,2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"v":1}})"),
                // delete_payload.
                leaves("DeleteKeys", "two",
                       R"({"op":"delete_payload","keys":["a","none"],"points":[1,2]})",
                       R"({"1":{"b":{"c":2,"d":3}},"2":{}})"),
                leaves(
                    "DeletePaths", "deep",
                    R"({"op":"delete_payload","keys":["o.p.q","objects[].x"],"points":[1]})",
                    R"({"1":{"o":{"p":{"r":2},"s":"text"},"l":[1,2,3],"objects":[{},{"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteAnObject", "deep",
                    R"({"op":"delete_payload","keys":["o"],"points":[1]})",
                    R"({"1":{"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteInOneElement", "deep",
                    R"({"op":"delete_payload","keys":["objects[1].x"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteAnElementDoesNothing", "deep",
                    R"({"op":"delete_payload","keys":["l[0]","objects[0]"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteEveryElementEmptiesTheArray", "deep",
                    R"({"op":"delete_payload","keys":["l[]"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteEveryElementOfElements", "deep",
                    R"({"op":"delete_payload","keys":["rows[][]"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[],[]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteEveryElementInObjects", "deep",
                    R"({"op":"delete_payload","keys":["places[].list[]"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteEveryElementOfNoArray", "deep",
                    R"({"op":"delete_payload","keys":["o[]","n[]"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeletePathsThatLeadNowhere", "deep",
                    R"({"op":"delete_payload","keys":["o.p.q.r","l.a","x.y","objects.x"],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"a.b":1,"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteAQuotedKey", "deep",
                    R"({"op":"delete_payload","keys":["\"a.b\""],"points":[1]})",
                    R"({"1":{"o":{"p":{"q":1,"r":2},"s":"text"},"l":[1,2,3],"objects":[{"x":1},{"x":2,"y":3},7],"rows":[[1,2],[3,4]],"n":null,"places":[{"lat":1,"list":[1,2]},{"lat":2,"list":[]}]}})"),
                leaves(
                    "DeleteKeysByFilter", "two",
                    R"({"op":"delete_payload","keys":["a"],"filter":{"must":[{"key":"a","match":{"value":2}}]}})",
                    R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{}})"),
                leaves("DeleteNoKeys", "two", R"({"op":"delete_payload","keys":[],"points":[1]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{"a":2}})"),
                refuses("DeleteAMalformedPath", "two",
                        R"({"op":"delete_payload","keys":["a","a[x]"],"points":[1]})",
                        ErrorCode::kInvalidArgument, "Invalid path"),
                fails("DeleteKeysOfAMissingPointChangesTheOthers", "two",
                      R"({"op":"delete_payload","keys":["a"],"points":[77,1]})",
                      ErrorCode::kNotFound, "No point with id 77 found"),
                leaves("DeleteKeysBesideAMissingPoint", "two",
                       R"(!{"op":"delete_payload","keys":["a"],"points":[77,2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{}})"),
                // clear_payload.
                leaves("ClearByIds", "two", R"({"op":"clear_payload","points":[1]})",
                       R"({"1":{},"2":{"a":2}})"),
                leaves("ClearByFilter", "two",
                       R"({"op":"clear_payload","filter":{"must_not":[{"has_id":[1]}]}})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{}})"),
                fails("ClearOfAMissingPointChangesTheOthers", "two",
                      R"({"op":"clear_payload","points":[77,1]})", ErrorCode::kNotFound,
                      "No point with id 77 found"),
                leaves("ClearBesideAMissingPoint", "two",
                       R"(!{"op":"clear_payload","points":[77,2]})",
                       R"({"1":{"a":1,"b":{"c":2,"d":3}},"2":{}})"),
                refuses("ClearWithoutASelector", "two", R"({"op":"clear_payload"})",
                        ErrorCode::kInvalidArgument, "No filter or points provided"),
                // What has been written is what filters see.
                answers("FiltersSeeWhatWasSet", "two",
                        R"({"op":"set_payload","key":"b","payload":{"c":50},"points":[1]}
{"op":"count","filter":{"must":[{"key":"b.c","match":{"value":50}}]}})",
                        "1"),
                answers("FiltersDoNotSeeWhatWasDeleted", "two",
                        R"({"op":"delete_payload","keys":["b.c"],"points":[1]}
{"op":"count","filter":{"must":[{"key":"b.c","match":{"value":2}}]}})",
                        "0"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Payloads", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
