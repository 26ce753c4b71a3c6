// SPDX-License-Identifier: Apache-2.0
// Points: ids, upserts, updates of vectors, deletes, batches of writes (sections 2, 11 and 14 of
// the reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"empty", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}})"},
    {"bare", R"({"op":"create"})"},
    {"three", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0],"payload":{"n":1}},{"id":2,"vector":[0,1],"payload":{"n":2}},{"id":3,"vector":[1,1],"payload":{"n":3}}]})"},
    {"named",
     R"({"op":"create","vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":1,"distance":"Euclid"},"m":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}},"sparse_vectors":{"s":{}}}
{"op":"upsert","points":[
{"id":1,"vector":{"a":[1,0],"b":[5],"m":[[1,2],[3,4]],"s":{"indices":[3,1],"values":[0.5,2]}},"payload":{"n":1}},
{"id":2,"vector":{"a":[0,1]},"payload":{"n":2}},
{"id":3,"vector":{},"payload":{"n":3}}]})"},
};

constexpr Case kCases[] = {
    // Ids.
    answers(
        "IdsAreUnsignedIntegersAndUuids", "bare",
        R"({"op":"upsert","points":[{"id":18446744073709551615},{"id":0},{"id":9223372036854775808},{"id":"550e8400-e29b-41d4-a716-446655440000"},{"id":7}]}
{"op":"scroll","with_payload":false})",
        R"({"points":[{"id":0},{"id":7},{"id":9223372036854775808},{"id":18446744073709551615},{"id":"550e8400-e29b-41d4-a716-446655440000"}],"next_page_offset":null})"),
    answers(
        "IdsOfUuidsHaveOneSpelling", "bare",
        R"({"op":"upsert","points":[{"id":"550E8400-E29B-41D4-A716-446655440000","payload":{"v":1}},{"id":"{550e8400-e29b-41d4-a716-446655440001}"},{"id":"urn:uuid:550e8400-e29b-41d4-a716-446655440002"},{"id":"550e8400e29b41d4a716446655440003"}]}
{"op":"scroll"})",
        R"({"points":[{"id":"550e8400-e29b-41d4-a716-446655440000","payload":{"v":1}},{"id":"550e8400-e29b-41d4-a716-446655440001","payload":{}},{"id":"550e8400-e29b-41d4-a716-446655440002","payload":{}},{"id":"550e8400-e29b-41d4-a716-446655440003","payload":{}}],"next_page_offset":null})"),
    leaves(
        "IdsInOtherSpellingsAreTheSamePoint", "bare",
        R"({"op":"upsert","points":[{"id":"550e8400-e29b-41d4-a716-446655440000","payload":{"v":1}}]}
{"op":"upsert","points":[{"id":"550E8400E29B41D4A716446655440000","payload":{"v":2}}]})",
        R"({"550e8400-e29b-41d4-a716-446655440000":{"v":2}})"),
    answers(
        "IdsInOtherSpellingsAreFound", "bare",
        R"({"op":"upsert","points":[{"id":"550e8400-e29b-41d4-a716-446655440000","payload":{"v":1}}]}
{"op":"retrieve","ids":["urn:uuid:550E8400-E29B-41D4-A716-446655440000"]})",
        R"([{"id":"550e8400-e29b-41d4-a716-446655440000","payload":{"v":1}}])"),
    leaves("IdOfDigitsIsNoInteger", "bare",
           R"({"op":"upsert","points":[{"id":5,"payload":{"v":"integer"}}]}
!{"op":"upsert","points":[{"id":"5","payload":{"v":"text"}}]})",
           R"({"5":{"v":"integer"}})"),
    refuses("IdThatIsNoUuid", "three",
            R"({"op":"upsert","points":[{"id":9,"vector":[1,1]},{"id":"abc","vector":[1,1]}]})",
            ErrorCode::kInvalidArgument, "Point id abc is not a valid UUID"),
    refuses("IdOfOneDigitTooFew", "bare",
            R"({"op":"upsert","points":[{"id":"550e8400e29b41d4a71644665544000"}]})",
            ErrorCode::kInvalidArgument, "is not a valid UUID"),
    refuses("IdWithHyphensElsewhere", "bare",
            R"({"op":"upsert","points":[{"id":"550e-8400e29b41d4a716-4466-5544-0000"}]})",
            ErrorCode::kInvalidArgument, "is not a valid UUID"),
    refuses("IdOfOtherLetters", "bare",
            R"({"op":"upsert","points":[{"id":"g50e8400-e29b-41d4-a716-446655440000"}]})",
            ErrorCode::kInvalidArgument, "is not a valid UUID"),
    refuses("IdThatIsEmpty", "bare", R"({"op":"upsert","points":[{"id":""}]})",
            ErrorCode::kInvalidArgument, "is not a valid UUID"),
    refuses("IdBelowZero", "bare", R"({"op":"upsert","points":[{"id":-1}]})",
            ErrorCode::kInvalidArgument, "id: expected an integer of at least 0"),
    refuses("IdOfAFraction", "bare", R"({"op":"upsert","points":[{"id":1.5}]})",
            ErrorCode::kInvalidArgument, "id: expected an integer of at least 0"),
    refuses("IdBeyond64Bits", "bare", R"({"op":"upsert","points":[{"id":18446744073709551616}]})",
            ErrorCode::kInvalidArgument, "id: expected an integer of at least 0"),
    refuses("IdThatIsMissing", "bare", R"({"op":"upsert","points":[{"payload":{}}]})",
            ErrorCode::kInvalidArgument, R"("id" is missing)"),
    // Upserts.
    answers("UpsertIsCompleted", "empty", R"({"op":"upsert","points":[{"id":1,"vector":[1,2]}]})",
            R"({"operation_id":0,"status":"completed"})"),
    answers(
        "UpsertStoresVectorsAndPayload", "empty",
        R"({"op":"upsert","points":[{"id":1,"vector":[1,2],"payload":{"a":[1,{"b":null}],"t":"été"}}]}
{"op":"scroll","with_vector":true})",
        R"({"points":[{"id":1,"payload":{"a":[1,{"b":null}],"t":"été"},"vector":[1.0,2.0]}],"next_page_offset":null})"),
    answers("UpsertReplacesThePointWhole", "named",
            R"({"op":"upsert","points":[{"id":1,"vector":{"b":[7]},"payload":{"m":1}}]}
{"op":"retrieve","ids":[1],"with_vector":true})",
            R"([{"id":1,"payload":{"m":1},"vector":{"b":[7.0]}}])"),
    leaves("UpsertWithoutPayloadEmptiesIt", "three",
           R"({"op":"upsert","points":[{"id":1,"vector":[1,2]}]})",
           R"({"1":{},"2":{"n":2},"3":{"n":3}})"),
    leaves(
        "UpsertKeepsNulls", "empty",
        R"({"op":"upsert","points":[{"id":1,"vector":[1,2],"payload":{"a":null,"b":{"c":null}}}]})",
        R"({"1":{"a":null,"b":{"c":null}}})"),
    leaves(
        "UpsertKeepsTheTypesOfNumbers", "bare",
        R"({"op":"upsert","points":[{"id":1,"payload":{"i":1,"f":1.0,"u":18446744073709551615,"m":-9223372036854775808,"t":true,"e":1e300}}]})",
        R"({"1":{"i":1,"f":1.0,"u":18446744073709551615,"m":-9223372036854775808,"t":true,"e":1e300}})"),
    leaves(
        "UpsertOfTheSameIdTwiceKeepsTheLast", "empty",
        R"({"op":"upsert","points":[{"id":1,"vector":[1,2],"payload":{"v":1}},{"id":1,"vector":[3,4],"payload":{"v":2}}]})",
        R"({"1":{"v":2}})"),
    leaves(
        "UpsertInsertOnlyKeepsWhatIsThere", "three",
        R"({"op":"upsert","update_mode":"insert_only","points":[{"id":1,"vector":[9,9],"payload":{"n":"new"}},{"id":4,"vector":[9,9],"payload":{"n":"new"}}]})",
        R"({"1":{"n":1},"2":{"n":2},"3":{"n":3},"4":{"n":"new"}})"),
    leaves(
        "UpsertUpdateOnlyAddsNothing", "three",
        R"({"op":"upsert","update_mode":"update_only","points":[{"id":1,"vector":[9,9],"payload":{"n":"new"}},{"id":4,"vector":[9,9],"payload":{"n":"new"}}]})",
        R"({"1":{"n":"new"},"2":{"n":2},"3":{"n":3}})"),
    leaves(
        "UpsertWithAFilterReplacesOnlyMatches", "three",
        R"({"op":"upsert","update_filter":{"must":[{"key":"n","match":{"value":1}}]},"points":[{"id":1,"vector":[9,9],"payload":{"n":"new"}},{"id":2,"vector":[9,9],"payload":{"n":"new"}},{"id":4,"vector":[9,9],"payload":{"n":"new"}}]})",
        R"({"1":{"n":"new"},"2":{"n":2},"3":{"n":3},"4":{"n":"new"}})"),
    leaves("UpsertWithAFilterTakesADeletedPointForNew", "three", R"({"op":"delete","points":[2]}
{"op":"upsert","update_filter":{"must":[{"key":"n","match":{"value":77}}]},"points":[{"id":2,"vector":[9,9],"payload":{"n":"new"}}]})",
           R"({"1":{"n":1},"2":{"n":"new"},"3":{"n":3}})"),
    leaves(
        "UpsertWithAFilterAndUpdateOnly", "three",
        R"({"op":"upsert","update_mode":"update_only","update_filter":{"must":[{"key":"n","range":{"gte":2}}]},"points":[{"id":1,"vector":[9,9],"payload":{"n":"new"}},{"id":2,"vector":[9,9],"payload":{"n":"new"}},{"id":4,"vector":[9,9],"payload":{"n":"new"}}]})",
        R"({"1":{"n":1},"2":{"n":"new"},"3":{"n":3}})"),
    leaves("UpsertInsertOnlyTakesADeletedPointForNew", "three", R"({"op":"delete","points":[2]}
{"op":"upsert","update_mode":"insert_only","points":[{"id":2,"vector":[9,9],"payload":{"n":"new"}}]})",
           R"({"1":{"n":1},"2":{"n":"new"},"3":{"n":3}})"),
    answers(
        "UpsertOfColumns", "named",
        R"({"op":"upsert","batch":{"ids":[4,5],"vectors":{"a":[[1,2],[3,4]],"s":[{"indices":[1],"values":[1]},{"indices":[2],"values":[2]}]},"payloads":[{"n":4},null]}}
{"op":"retrieve","ids":[4,5],"with_vector":true})",
        R"([{"id":4,"payload":{"n":4},"vector":{"a":[1.0,2.0],"s":{"indices":[1],"values":[1.0]}}},{"id":5,"payload":{},"vector":{"a":[3.0,4.0],"s":{"indices":[2],"values":[2.0]}}}])"),
    answers(
        "UpsertOfColumnsWithoutPayloads", "empty",
        R"({"op":"upsert","batch":{"ids":[4,5],"vectors":[[1,2],[3,4]]}}
{"op":"retrieve","ids":[4,5],"with_vector":true})",
        R"([{"id":4,"payload":{},"vector":[1.0,2.0]},{"id":5,"payload":{},"vector":[3.0,4.0]}])"),
    refuses("UpsertOfColumnsOfOtherLengths", "empty",
            R"({"op":"upsert","batch":{"ids":[4,5],"vectors":[[1,2]]}})",
            ErrorCode::kInvalidArgument, "number of ids and vectors must be equal (2 != 1)"),
    refuses("UpsertOfFewerPayloadsThanIds", "empty",
            R"({"op":"upsert","batch":{"ids":[4,5],"vectors":[[1,2],[3,4]],"payloads":[{}]}})",
            ErrorCode::kInvalidArgument, "number of ids and payloads must be equal (2 != 1)"),
    refuses("UpsertOfNothing", "empty", R"({"op":"upsert","points":[]})",
            ErrorCode::kInvalidArgument, "Empty update request"),
    refuses("UpsertOfAnotherSize", "three",
            R"({"op":"upsert","points":[{"id":4,"vector":[1,2]},{"id":5,"vector":[1,2,3]}]})",
            ErrorCode::kInvalidArgument,
            "Wrong input: Vector dimension error: expected dim: 2, got 3"),
    refuses("UpsertOfAnotherSizeNamesTheVector", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"a":[1,2,3]}}]})",
            ErrorCode::kInvalidArgument,
            "Wrong input: Vector dimension error: expected dim: 2, got 3 for vector 'a'"),
    refuses("UpsertOfAnUnknownVector", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"x":[1,2]}}]})",
            ErrorCode::kInvalidArgument, "Wrong input: Not existing vector name error: x"),
    refuses("UpsertOfABareVectorAmongNamedOnes", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":[1,2]}]})", ErrorCode::kInvalidArgument,
            "Wrong input: Unnamed vectors are not allowed when a collection has named vectors or "
            "multivectors"),
    refuses("UpsertOfABareVectorWithoutAny", "bare",
            R"({"op":"upsert","points":[{"id":5,"vector":[1,2]}]})", ErrorCode::kInvalidArgument,
            "Wrong input: Not existing vector name error"),
    refuses("UpsertOfASparseVectorForADenseOne", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"a":{"indices":[1],"values":[1]}}}]})",
            ErrorCode::kInvalidArgument,
            "Wrong input: Conversion between sparse and regular vectors failed for vector 'a'"),
    refuses("UpsertOfADenseVectorForASparseOne", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"s":[1,2]}}]})",
            ErrorCode::kInvalidArgument,
            "Wrong input: Conversion between sparse and regular vectors failed for vector 's'"),
    refuses("UpsertOfAnEmptyVector", "three",
            R"({"op":"upsert","points":[{"id":5,"vector":{"":[]}}]})", ErrorCode::kInvalidArgument,
            "must not be empty"),
    refuses("UpsertOfAMultiVectorWithoutRows", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"m":[]}}]})", ErrorCode::kInvalidArgument,
            "must not be empty"),
    refuses("UpsertOfAMultiVectorWithAnEmptyRow", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"m":[[1,2],[]]}}]})",
            ErrorCode::kInvalidArgument, "must be non-empty"),
    refuses("UpsertOfAMultiVectorOfAnotherSize", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"m":[[1,2,3]]}}]})",
            ErrorCode::kInvalidArgument, "Vector dimension error: expected dim: 2, got 3"),
    refuses("UpsertOfAMultiVectorForADenseOne", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"a":[[1,2],[3,4]]}}]})",
            ErrorCode::kInvalidArgument, "Dense vector must be one-dimensional for vector 'a'"),
    refuses(
        "UpsertOfSparseIndicesTwice", "named",
        R"({"op":"upsert","points":[{"id":5,"vector":{"s":{"indices":[1,1],"values":[1,2]}}}]})",
        ErrorCode::kInvalidArgument, "Indices must be unique"),
    refuses("UpsertOfSparseLengthsThatDiffer", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"s":{"indices":[1,2],"values":[1]}}}]})",
            ErrorCode::kInvalidArgument, "same length"),
    refuses(
        "UpsertOfASparseIndexBeyond32Bits", "named",
        R"({"op":"upsert","points":[{"id":5,"vector":{"s":{"indices":[4294967296],"values":[1]}}}]})",
        ErrorCode::kInvalidArgument, "Indices must be between 0 and 4294967295"),
    refuses("UpsertOfASparseIndexBelowZero", "named",
            R"({"op":"upsert","points":[{"id":5,"vector":{"s":{"indices":[-1],"values":[1]}}}]})",
            ErrorCode::kInvalidArgument, "indices[0]: expected an integer of at least 0"),
    refuses("UpsertOfNullInAVector", "three",
            R"({"op":"upsert","points":[{"id":5,"vector":[1,null]}]})", ErrorCode::kInvalidArgument,
            "vector[1]: expected a number, got null"),
    refuses("UpsertIntoAnUnknownCollection", "three",
            R"({"op":"upsert","collection":"other","points":[{"id":5,"vector":[1,2]}]})",
            ErrorCode::kNotFound, "Collection other not found"),
    answers("SparseVectorsAreSortedByIndex", "named",
            R"({"op":"retrieve","ids":[1],"with_vector":["s"]})",
            R"([{"id":1,"payload":{"n":1},"vector":{"s":{"indices":[1,3],"values":[2.0,0.5]}}}])"),
    answers("SparseVectorsMayBeEmpty", "named",
            R"({"op":"upsert","points":[{"id":9,"vector":{"s":{"indices":[],"values":[]}}}]}
{"op":"retrieve","ids":[9],"with_vector":true})",
            R"([{"id":9,"payload":{},"vector":{"s":{"indices":[],"values":[]}}}])"),
    answers(
        "SparseIndicesTakeAll32Bits", "named",
        R"({"op":"upsert","points":[{"id":9,"vector":{"s":{"indices":[4294967295,0],"values":[1,2]}}}]}
{"op":"retrieve","ids":[9],"with_vector":true})",
        R"([{"id":9,"payload":{},"vector":{"s":{"indices":[0,4294967295],"values":[2.0,1.0]}}}])"),
    answers("UploadPointsStoresThem", "three",
            R"({"op":"upload_points","points":[{"id":4,"vector":[1,2],"payload":{"n":4}}]}
{"op":"count"})",
            "4"),
    answers("UploadOfNothingDoesNothing", "three", R"({"op":"upload_points","points":[]}
{"op":"count"})",
            "3"),
    answers("UploadCollectionMakesIds", "three",
            R"({"op":"upload_collection","vectors":[[1,2],[3,4]],"payloads":[{"n":4},{"n":5}]}
{"op":"count","filter":{"must":[{"key":"n","range":{"gte":4}}],"must_not":[{"has_id":[1,2,3,4,5]}]}})",
            "2"),
    answers(
        "UploadCollectionTakesIds", "three",
        R"({"op":"upload_collection","ids":[7,8],"vectors":[[1,2],[3,4]]}
{"op":"retrieve","ids":[7,8],"with_vector":true})",
        R"([{"id":7,"payload":{},"vector":[1.0,2.0]},{"id":8,"payload":{},"vector":[3.0,4.0]}])"),
    refuses("UploadCollectionOfFewerIds", "three",
            R"({"op":"upload_collection","ids":[7],"vectors":[[1,2],[3,4]]})",
            ErrorCode::kInvalidArgument, "number of vectors and ids must be equal (2 != 1)"),
    refuses("UploadCollectionOfFewerPayloads", "three",
            R"({"op":"upload_collection","vectors":[[1,2],[3,4]],"payloads":[{}]})",
            ErrorCode::kInvalidArgument, "number of vectors and payloads must be equal (2 != 1)"),
    refuses("UploadIsValidatedWhole", "three",
            R"({"op":"upload_points","points":[{"id":4,"vector":[1,2]},{"id":5,"vector":[1]}]})",
            ErrorCode::kInvalidArgument, "Vector dimension error"),
    // Deletes.
    leaves("DeleteByIds", "three", R"({"op":"delete","points":[1,3]})", R"({"2":{"n":2}})"),
    leaves("DeleteIgnoresUnknownIds", "three",
           R"({"op":"delete","points":[1,77,"550e8400-e29b-41d4-a716-446655440000"]})",
           R"({"2":{"n":2},"3":{"n":3}})"),
    leaves("DeleteByFilter", "three",
           R"({"op":"delete","filter":{"must":[{"key":"n","range":{"gte":2}}]}})",
           R"({"1":{"n":1}})"),
    leaves("DeleteByAFilterOfNothing", "three",
           R"({"op":"delete","filter":{"must":[{"key":"n","match":{"value":77}}]}})",
           R"({"1":{"n":1},"2":{"n":2},"3":{"n":3}})"),
    leaves("DeleteByAnEmptyFilterTakesAll", "three", R"({"op":"delete","filter":{}})", "{}"),
    answers("DeleteIsCompleted", "three", R"({"op":"delete","points":[77]})",
            R"({"operation_id":0,"status":"completed"})"),
    answers("DeletedPointsAreNotCounted", "three", R"({"op":"delete","points":[2]}
{"op":"count"})",
            "2"),
    answers("DeletedPointsComeBackByUpsert", "three", R"({"op":"delete","points":[2]}
{"op":"upsert","points":[{"id":2,"vector":[5,5]}]}
{"op":"retrieve","ids":[2],"with_vector":true})",
            R"([{"id":2,"payload":{},"vector":[5.0,5.0]}])"),
    answers("DeletedPointsComeBackWithoutTheirVectors", "named", R"({"op":"delete","points":[1]}
{"op":"upsert","points":[{"id":1,"vector":{"b":[1]}}]}
{"op":"retrieve","ids":[1],"with_vector":true})",
            R"([{"id":1,"payload":{},"vector":{"b":[1.0]}}])"),
    refuses("DeleteOfNoIds", "three", R"({"op":"delete","points":[]})", ErrorCode::kInvalidArgument,
            "Empty update request"),
    refuses("DeleteWithoutASelector", "three", R"({"op":"delete"})", ErrorCode::kInvalidArgument,
            "No filter or points provided"),
    refuses("DeleteByAMalformedFilter", "three",
            R"({"op":"delete","filter":{"must":[{"key":"a..b","match":{"value":1}}]}})",
            ErrorCode::kInvalidArgument, "Invalid path"),
    refuses("DeleteInAnUnknownCollection", "three",
            R"({"op":"delete","collection":"other","points":[1]})", ErrorCode::kNotFound,
            "Collection other not found"),
    // update_vectors.
    answers(
        "UpdateVectorsKeepsTheOthers", "named",
        R"({"op":"update_vectors","points":[{"id":1,"vector":{"a":[8,9]}},{"id":3,"vector":{"b":[4]}}]}
{"op":"retrieve","ids":[1,3],"with_vector":true})",
        R"([{"id":1,"payload":{"n":1},"vector":{"a":[8.0,9.0],"b":[5.0],"s":{"indices":[1,3],"values":[2.0,0.5]},"m":[[1.0,2.0],[3.0,4.0]]}},{"id":3,"payload":{"n":3},"vector":{"b":[4.0]}}])"),
    answers("UpdateVectorsOfTheUnnamedOne", "three",
            R"({"op":"update_vectors","points":[{"id":2,"vector":[7,7]}]}
{"op":"retrieve","ids":[2],"with_vector":true})",
            R"([{"id":2,"payload":{"n":2},"vector":[7.0,7.0]}])"),
    answers(
        "UpdateVectorsReplacesRowsWhole", "named",
        R"({"op":"update_vectors","points":[{"id":1,"vector":{"m":[[9,9]],"s":{"indices":[8],"values":[1]}}}]}
{"op":"retrieve","ids":[1],"with_vector":["m","s"]})",
        R"([{"id":1,"payload":{"n":1},"vector":{"m":[[9.0,9.0]],"s":{"indices":[8],"values":[1.0]}}}])"),
    answers(
        "UpdateVectorsWithAFilter", "named",
        R"({"op":"update_vectors","update_filter":{"must":[{"key":"n","match":{"value":2}}]},"points":[{"id":1,"vector":{"b":[1]}},{"id":2,"vector":{"b":[2]}}]}
{"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":["b"]})",
        R"([{"id":1,"vector":{"b":[5.0]}},{"id":2,"vector":{"b":[2.0]}}])"),
    refuses("UpdateVectorsOfNothing", "named", R"({"op":"update_vectors","points":[]})",
            ErrorCode::kInvalidArgument, "must specify points to update"),
    refuses(
        "UpdateVectorsOfAnUnknownName", "named",
        R"({"op":"update_vectors","points":[{"id":1,"vector":{"a":[1,1]}},{"id":2,"vector":{"x":[1,1]}}]})",
        ErrorCode::kInvalidArgument, "Not existing vector name error: x"),
    refuses(
        "UpdateVectorsOfAnotherSize", "named",
        R"({"op":"update_vectors","points":[{"id":1,"vector":{"a":[1,1]}},{"id":2,"vector":{"a":[1]}}]})",
        ErrorCode::kInvalidArgument, "Vector dimension error: expected dim: 2, got 1"),
    fails(
        "UpdateVectorsOfAMissingPointChangesTheOthers", "named",
        R"({"op":"update_vectors","points":[{"id":77,"vector":{"a":[1,1]}},{"id":2,"vector":{"a":[6,6]}}]})",
        ErrorCode::kNotFound, "No point with id 77 found"),
    answers(
        "UpdateVectorsBesideAMissingPoint", "named",
        R"(!{"op":"update_vectors","points":[{"id":77,"vector":{"a":[1,1]}},{"id":2,"vector":{"a":[6,6]}}]}
{"op":"retrieve","ids":[2,77],"with_vector":["a"]})",
        R"([{"id":2,"payload":{"n":2},"vector":{"a":[6.0,6.0]}}])"),
    // delete_vectors.
    answers(
        "DeleteVectorsByIds", "named", R"({"op":"delete_vectors","vectors":["a","s"],"points":[1,2]}
{"op":"retrieve","ids":[1,2],"with_vector":true})",
        R"([{"id":1,"payload":{"n":1},"vector":{"b":[5.0],"m":[[1.0,2.0],[3.0,4.0]]}},{"id":2,"payload":{"n":2},"vector":{}}])"),
    answers(
        "DeleteVectorsByFilter", "named",
        R"({"op":"delete_vectors","vectors":["a"],"filter":{"must":[{"key":"n","match":{"value":2}}]}}
{"op":"scroll","with_payload":false,"with_vector":["a"]})",
        R"({"points":[{"id":1,"vector":{"a":[1.0,0.0]}},{"id":2,"vector":{}},{"id":3,"vector":{}}],"next_page_offset":null})"),
    answers("DeleteVectorsThatAreNotThere", "named",
            R"({"op":"delete_vectors","vectors":["s"],"points":[3]}
{"op":"retrieve","ids":[3],"with_vector":true})",
            R"([{"id":3,"payload":{"n":3},"vector":{}}])"),
    answers("DeleteTheUnnamedVector", "three",
            R"({"op":"delete_vectors","vectors":[""],"points":[2]}
{"op":"query","query":[1,1]})",
            R"({"points":[{"id":3,"version":0,"score":2.0},{"id":1,"version":0,"score":1.0}]})"),
    answers("DeletedVectorsAreNotFound", "named",
            R"({"op":"delete_vectors","vectors":["a"],"points":[1]}
{"op":"query","query":[1,1],"using":"a"})",
            R"({"points":[{"id":2,"version":0,"score":1.0}]})"),
    refuses("DeleteVectorsWithoutNames", "named",
            R"({"op":"delete_vectors","vectors":[],"points":[1]})", ErrorCode::kInvalidArgument,
            "must specify vector names to delete"),
    refuses("DeleteVectorsOfAnUnknownName", "named",
            R"({"op":"delete_vectors","vectors":["a","x"],"points":[1]})",
            ErrorCode::kInvalidArgument, "Not existing vector name error: x"),
    fails("DeleteVectorsOfAMissingPointChangesTheOthers", "named",
          R"({"op":"delete_vectors","vectors":["a"],"points":[77,1]})", ErrorCode::kNotFound,
          "No point with id 77 found"),
    // Batches of writes.
    answers(
        "BatchGivesAResultEach", "three",
        R"({"op":"batch","operations":[{"upsert":{"points":[{"id":4,"vector":[1,2]}]}},{"delete":{"points":[1]}}]})",
        R"([{"operation_id":0,"status":"completed"},{"operation_id":0,"status":"completed"}])"),
    leaves(
        "BatchRunsInOrder", "three",
        R"({"op":"batch","operations":[{"upsert":{"points":[{"id":4,"vector":[1,2],"payload":{"v":1}}]}},{"set_payload":{"payload":{"w":2},"points":[4]}},{"delete":{"points":[1]}},{"overwrite_payload":{"payload":{"o":1},"points":[2]}},{"clear_payload":{"points":[3]}},{"delete_payload":{"keys":["v"],"points":[4]}}]})",
        R"({"2":{"o":1},"3":{},"4":{"w":2}})"),
    answers(
        "BatchOfVectors", "named",
        R"({"op":"batch","operations":[{"update_vectors":{"points":[{"id":3,"vector":{"a":[1,2],"b":[3]}}]}},{"delete_vectors":{"vector":["b"],"filter":{"must":[{"has_id":[3]}]}}}]}
{"op":"retrieve","ids":[3],"with_vector":true})",
        R"([{"id":3,"payload":{"n":3},"vector":{"a":[1.0,2.0]}}])"),
    leaves(
        "BatchOfAnUpsertWithAFilter", "three",
        R"({"op":"batch","operations":[{"upsert":{"update_mode":"update_only","points":[{"id":4,"vector":[1,2]},{"id":1,"vector":[1,2],"payload":{"v":1}}]}}]})",
        R"({"1":{"v":1},"2":{"n":2},"3":{"n":3}})"),
    refuses(
        "BatchIsValidatedWhole", "three",
        R"({"op":"batch","operations":[{"delete":{"points":[1]}},{"upsert":{"points":[{"id":4,"vector":[1]}]}}]})",
        ErrorCode::kInvalidArgument, "Vector dimension error"),
    fails(
        "BatchKeepsWhatWasDoneBeforeAFailure", "three",
        R"({"op":"batch","operations":[{"delete":{"points":[1]}},{"set_payload":{"payload":{"w":2},"points":[77]}},{"delete":{"points":[2]}}]})",
        ErrorCode::kNotFound, "No point with id 77 found"),
    leaves(
        "BatchStopsAtAFailure", "three",
        R"(!{"op":"batch","operations":[{"delete":{"points":[1]}},{"set_payload":{"payload":{"w":2},"points":[77]}},{"delete":{"points":[2]}}]})",
        R"({"2":{"n":2},"3":{"n":3}})"),
    refuses("BatchOfAnUnknownOperation", "three",
            R"({"op":"batch","operations":[{"drop":{"points":[1]}}]})", ErrorCode::kInvalidArgument,
            R"(unknown field "drop")"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Points", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
