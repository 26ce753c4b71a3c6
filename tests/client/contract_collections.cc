// SPDX-License-Identifier: Apache-2.0
// Collections, their vectors, metadata and aliases (sections 2, 12, 18.1 and 18.5 of the
// reference).
#include "client/contract.h"

namespace assay::test {
namespace {

constexpr Prepared kPrepared[] = {
    {"one", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","points":[{"id":1,"vector":[1,0],"payload":{"n":1}},{"id":2,"vector":[0,1]}]})"},
    {"named",
     R"({"op":"create","vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"}},"metadata":{"x":1,"y":{"z":2}}}
{"op":"upsert","points":[{"id":1,"vector":{"a":[1,0],"b":[1,2,3],"s":{"indices":[1],"values":[1]}},"payload":{"n":1}},{"id":2,"vector":{"b":[0,0,1]}}]})"},
    {"several", R"({"op":"create","collection":"one","vectors":{"size":1,"distance":"Dot"}}
{"op":"create","collection":"two","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","collection":"one","points":[{"id":1,"vector":[1],"payload":{"in":"one"}}]}
{"op":"upsert","collection":"two","points":[{"id":2,"vector":[1,2],"payload":{"in":"two"}}]}
{"op":"aliases","actions":[{"create_alias":{"collection_name":"one","alias_name":"first"}},{"create_alias":{"collection_name":"one","alias_name":"also"}}]})"},
};

constexpr Case kCases[] =
    {
        // Creation.
        answers("CreateTellsTrue", "", R"({"op":"create","vectors":{"size":2,"distance":"Dot"}})",
                "true"),
        answers("CreateWithoutVectors", "", R"({"op":"create"}
{"op":"upsert","points":[{"id":1,"payload":{"n":1}}]}
{"op":"retrieve","ids":[1],"with_vector":true})",
                R"([{"id":1,"payload":{"n":1},"vector":{}}])"),
        describes("CreateWithEmptyVectors", "", R"({"op":"create","vectors":{}})",
                  R"({"points_count":0,"params":{"vectors":{}}})"),
        describes(
            "CreateOfEveryDistance", "",
            R"({"op":"create","vectors":{"c":{"size":1,"distance":"Cosine"},"d":{"size":1,"distance":"Dot"},"e":{"size":1,"distance":"Euclid"},"m":{"size":1,"distance":"Manhattan"}}})",
            R"({"points_count":0,"params":{"vectors":{"c":{"size":1,"distance":"Cosine"},"d":{"size":1,"distance":"Dot"},"e":{"size":1,"distance":"Euclid"},"m":{"size":1,"distance":"Manhattan"}}}})"),
        describes(
            "CreateOfEveryDatatype", "",
            R"({"op":"create","vectors":{"f":{"size":1,"distance":"Dot","datatype":"float32"},"h":{"size":1,"distance":"Dot","datatype":"float16"},"u":{"size":1,"distance":"Dot","datatype":"uint8"}}})",
            R"({"points_count":0,"params":{"vectors":{"f":{"size":1,"distance":"Dot","datatype":"float32"},"h":{"size":1,"distance":"Dot","datatype":"float16"},"u":{"size":1,"distance":"Dot","datatype":"uint8"}}}})"),
        describes(
            "CreateOfMultiVectors", "",
            R"({"op":"create","vectors":{"size":2,"distance":"Cosine","multivector_config":{"comparator":"max_sim"}}})",
            R"({"points_count":0,"params":{"vectors":{"size":2,"distance":"Cosine","multivector_config":{"comparator":"max_sim"}}}})"),
        answers(
            "CreateOfTheUnnamedMultiVector", "",
            R"({"op":"create","vectors":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}}
{"op":"upsert","points":[{"id":1,"vector":[[1,2],[3,4]]}]}
{"op":"retrieve","ids":[1],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":[[1.0,2.0],[3.0,4.0]]}])"),
        answers("CreateOfTheLargestSize", "",
                R"({"op":"create","vectors":{"size":65536,"distance":"Dot"}})", "true"),
        answers(
            "CreateOfTheLongestName", "",
            R"({"op":"create","collection":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"})",
            "true"),
        answers(
            "CreateOfAnyLetters", "",
            R"({"op":"create","collection":"Größe 1.0 été","vectors":{"ü.x y":{"size":1,"distance":"Dot"}}}
{"op":"exists","collection":"Größe 1.0 été"})",
            "true"),
        answers(
            "CreateIgnoresWhatTunesAServer", "",
            R"({"op":"create","vectors":{"size":2,"distance":"Dot","hnsw_config":{"m":4},"on_disk":true,"quantization_config":{"scalar":{"type":"int8"}}},"shard_number":2,"replication_factor":1,"on_disk_payload":true,"hnsw_config":{"m":32},"optimizers_config":{"indexing_threshold":5},"wal_config":{"wal_capacity_mb":1}})",
            "true"),
        refuses("CreateTwice", "one", R"({"op":"create","vectors":{"size":3,"distance":"Dot"}})",
                ErrorCode::kAlreadyExists, "Collection c already exists"),
        refuses("CreateByTheNameOfAnAlias", "several",
                R"({"op":"create","collection":"first","vectors":{"size":3,"distance":"Dot"}})",
                ErrorCode::kAlreadyExists, "Alias first already exists"),
        refuses("CreateOfSizeZero", "", R"({"op":"create","vectors":{"size":0,"distance":"Dot"}})",
                ErrorCode::kInvalidArgument, "Vector size 0 is invalid"),
        refuses("CreateOfTooLargeASize", "",
                R"({"op":"create","vectors":{"size":65537,"distance":"Dot"}})",
                ErrorCode::kInvalidArgument,
                "Vector size 65537 is invalid. Must be from 1 to 65536."),
        refuses("CreateOfAnUnknownDistance", "",
                R"({"op":"create","vectors":{"size":2,"distance":"Hamming"}})",
                ErrorCode::kInvalidArgument,
                R"(expected one of Cosine, Dot, Euclid, Manhattan, got "Hamming")"),
        refuses("CreateWithoutADistance", "", R"({"op":"create","vectors":{"size":2}})",
                ErrorCode::kInvalidArgument, R"("distance" is missing)"),
        refuses("CreateOfAnUnknownDatatype", "",
                R"({"op":"create","vectors":{"size":2,"distance":"Dot","datatype":"int3"}})",
                ErrorCode::kInvalidArgument, "datatype: expected one of float32, float16, uint8"),
        refuses("CreateOfAnUnknownModifier", "",
                R"({"op":"create","sparse_vectors":{"s":{"modifier":"tf"}}})",
                ErrorCode::kInvalidArgument, R"(modifier: expected one of none, idf, got "tf")"),
        refuses(
            "CreateOfAnUnknownComparator", "",
            R"({"op":"create","vectors":{"size":2,"distance":"Dot","multivector_config":{"comparator":"mean"}}})",
            ErrorCode::kInvalidArgument, R"(comparator: expected max_sim, got "mean")"),
        refuses("CreateWithoutAName", "", R"({"op":"create","collection":""})",
                ErrorCode::kInvalidArgument, "Collection name cannot be ''"),
        refuses("CreateOfADot", "", R"({"op":"create","collection":"."})",
                ErrorCode::kInvalidArgument, "Collection name cannot be '.'"),
        refuses("CreateOfTwoDots", "", R"({"op":"create","collection":".."})",
                ErrorCode::kInvalidArgument, "Collection name cannot be '..'"),
        refuses("CreateOfASlash", "", R"({"op":"create","collection":"a/b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain '/' char"),
        refuses("CreateOfABackslash", "", R"({"op":"create","collection":"a\\b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain '"),
        refuses("CreateOfAQuestionMark", "", R"({"op":"create","collection":"a?"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain '?' char"),
        refuses("CreateOfAColon", "", R"({"op":"create","collection":"a:b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain ':' char"),
        refuses(
            "CreateOfTooLongAName", "",
            R"({"op":"create","collection":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"})",
            ErrorCode::kInvalidArgument, "at most 255 characters"),
        refuses("CreateOfAVectorWithASlash", "",
                R"({"op":"create","vectors":{"a/b":{"size":1,"distance":"Dot"}}})",
                ErrorCode::kInvalidArgument, "cannot contain '/' char"),
        refuses("CreateOfAnUnnamedSparseVector", "", R"({"op":"create","sparse_vectors":{"":{}}})",
                ErrorCode::kInvalidArgument, "Sparse vector name cannot be empty"),
        // Existence and deletion.
        answers("Exists", "one", R"({"op":"exists"})", "true"),
        answers("ExistsNot", "one", R"({"op":"exists","collection":"other"})", "false"),
        answers("ExistsByAnAlias", "several", R"({"op":"exists","collection":"first"})", "true"),
        answers("ListOfNone", "", R"({"op":"collections"})", "[]"),
        answers("ListOfCollections", "several", R"({"op":"collections"})", R"(["one","two"])"),
        answers("DeleteTellsThatItWasThere", "one", R"({"op":"delete_collection"})", "true"),
        answers("DeleteTellsThatItWasNotThere", "one",
                R"({"op":"delete_collection","collection":"other"})", "false"),
        answers("DeletedIsGone", "several", R"({"op":"delete_collection","collection":"one"}
{"op":"collections"})",
                R"(["two"])"),
        answers("DeleteTakesItsAliases", "several", R"({"op":"delete_collection","collection":"one"}
{"op":"get_aliases"})",
                "{}"),
        answers("DeleteDoesNotTakeAnAlias", "several",
                R"({"op":"delete_collection","collection":"first"}
{"op":"collections"})",
                R"(["one","two"])"),
        answers("CreatedAgainIsEmpty", "one", R"({"op":"delete_collection"}
{"op":"create","vectors":{"size":3,"distance":"Dot"}}
{"op":"count"})",
                "0"),
        refuses("InfoOfAnUnknownCollection", "one", R"({"op":"info","collection":"other"})",
                ErrorCode::kNotFound, "Collection other not found"),
        // Information.
        answers(
            "InfoHasTheConstantsOfLocalMode", "one", R"({"op":"info"})",
            R"({"status":"green","optimizer_status":"ok","indexed_vectors_count":0,"points_count":2,"segments_count":1,"config":{"params":{"vectors":{"size":2,"distance":"Dot"}},"hnsw_config":{"m":16,"ef_construct":100,"full_scan_threshold":10000},"optimizer_config":{"deleted_threshold":0.2,"vacuum_min_vector_number":1000,"default_segment_number":0,"indexing_threshold":20000,"flush_interval_sec":5,"max_optimization_threads":1},"wal_config":{"wal_capacity_mb":32,"wal_segments_ahead":0}},"payload_schema":{}})"),
        describes("InfoOfTheUnnamedVector", "one", "",
                  R"({"points_count":2,"params":{"vectors":{"size":2,"distance":"Dot"}}})"),
        describes(
            "InfoOfNamedVectors", "named", "",
            R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"}}},"metadata":{"x":1,"y":{"z":2}}})"),
        describes("InfoCountsPoints", "one", R"({"op":"delete","points":[1]}
{"op":"upsert","points":[{"id":5},{"id":6}]})",
                  R"({"points_count":3,"params":{"vectors":{"size":2,"distance":"Dot"}}})"),
        // Updates.
        answers("UpdateTellsThatSomethingWasGiven", "named",
                R"({"op":"update_collection","metadata":{"x":2}})", "true"),
        answers("UpdateTellsThatNothingWasGiven", "named", R"({"op":"update_collection"})",
                "false"),
        describes("UpdateMergesMetadata", "named", R"({"op":"update_collection","metadata":{"x":null,"y":{"w":3},"new":[1]}})", R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"}}},"metadata":{"y":{"w":3},"new":[1]}})"),
        describes(
            "UpdateAddsMetadata", "one", R"({"op":"update_collection","metadata":{"x":1}})",
            R"({"points_count":2,"params":{"vectors":{"size":2,"distance":"Dot"}},"metadata":{"x":1}})"),
        describes(
            "UpdateOfAModifier", "named",
            R"({"op":"update_collection","sparse_vectors":{"s":{"modifier":"idf"}}})",
            R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"s":{"modifier":"idf"},"i":{"modifier":"idf"}}},"metadata":{"x":1,"y":{"z":2}}})"),
        describes(
            "UpdateKeepsWhatIsNotGiven", "named",
            R"({"op":"update_collection","sparse_vectors":{"i":{}}})",
            R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"}}},"metadata":{"x":1,"y":{"z":2}}})"),
        refuses(
            "UpdateOfAnUnknownSparseVector", "named",
            R"({"op":"update_collection","sparse_vectors":{"s":{"modifier":"idf"},"x":{}},"metadata":{"q":1}})",
            ErrorCode::kInvalidArgument, "Vector x does not exist in the collection"),
        refuses("UpdateOfAnUnknownVector", "named",
                R"({"op":"update_collection","vectors":{"x":{"on_disk":true}},"metadata":{"q":1}})",
                ErrorCode::kInvalidArgument, "Not existing vector name error: x"),
        refuses("UpdateOfAnUnknownCollection", "one",
                R"({"op":"update_collection","collection":"other","metadata":{}})",
                ErrorCode::kNotFound, "Collection other not found"),
        // Vectors that come and go.
        answers(
            "NewVectorIsCompleted", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":2,"distance":"Dot"}}})",
            R"({"operation_id":0,"status":"completed"})"),
        answers(
            "NewDenseVector", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":2,"distance":"Dot"}}}
{"op":"update_vectors","points":[{"id":2,"vector":{"n":[3,4]}}]}
{"op":"query","query":[1,1],"using":"n"})",
            R"({"points":[{"id":2,"version":0,"score":7.0}]})"),
        answers("NewSparseVector", "named",
                R"({"op":"create_vector_name","vector":"n","config":{"sparse":{"modifier":"idf"}}}
{"op":"update_vectors","points":[{"id":2,"vector":{"n":{"indices":[7],"values":[2]}}}]}
{"op":"query","query":{"indices":[7],"values":[1]},"using":"n"})",
                R"({"points":[{"id":2,"version":0,"score":0.575364}]})"),
        answers(
            "NewMultiVector", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":2,"distance":"Dot","multivector_config":{"comparator":"max_sim"}}}}
{"op":"update_vectors","points":[{"id":2,"vector":{"n":[[3,4],[1,0]]}}]}
{"op":"query","query":[[1,1],[1,0]],"using":"n"})",
            R"({"points":[{"id":2,"version":0,"score":10.0}]})"),
        answers(
            "NewVectorIsInNoPoint", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":2,"distance":"Dot"}}}
{"op":"count","filter":{"must":[{"has_vector":"n"}]}})",
            "0"),
        describes(
            "NewVectorIsInTheConfiguration", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":2,"distance":"Dot"}}}
{"op":"create_vector_name","vector":"t","config":{"sparse":{}}})",
            R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"},"n":{"size":2,"distance":"Dot"}},"sparse_vectors":{"s":{},"i":{"modifier":"idf"},"t":{}}},"metadata":{"x":1,"y":{"z":2}}})"),
        describes(
            "NewVectorBesideTheUnnamedOne", "one",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":1,"distance":"Dot"}}})",
            R"({"points_count":2,"params":{"vectors":{"":{"size":2,"distance":"Dot"},"n":{"size":1,"distance":"Dot"}}}})"),
        answers(
            "NewVectorBesideTheUnnamedOneKeepsIt", "one",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":1,"distance":"Dot"}}}
{"op":"update_vectors","points":[{"id":1,"vector":{"n":[5]}}]}
{"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":{"":[1.0,0.0],"n":[5.0]}},{"id":2,"vector":[0.0,1.0]}])"),
        answers(
            "NewVectorAgainDoesNothing", "named",
            R"({"op":"create_vector_name","vector":"a","config":{"dense":{"size":2,"distance":"Dot"}}}
{"op":"retrieve","ids":[1],"with_payload":false,"with_vector":["a"]})",
            R"([{"id":1,"vector":{"a":[1.0,0.0]}}])"),
        refuses(
            "NewVectorOfAnotherSize", "named",
            R"({"op":"create_vector_name","vector":"a","config":{"dense":{"size":3,"distance":"Dot"}}})",
            ErrorCode::kInvalidArgument, "Vector a already exists with a different configuration"),
        refuses("NewVectorOfAnotherKind", "named",
                R"({"op":"create_vector_name","vector":"a","config":{"sparse":{}}})",
                ErrorCode::kInvalidArgument, "Vector a already exists as a dense vector"),
        refuses(
            "NewVectorOfSizeZero", "named",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":0,"distance":"Dot"}}})",
            ErrorCode::kInvalidArgument, "Vector size 0 is invalid"),
        refuses(
            "NewVectorOfABadName", "named",
            R"({"op":"create_vector_name","vector":"n/m","config":{"dense":{"size":1,"distance":"Dot"}}})",
            ErrorCode::kInvalidArgument, "cannot contain '/' char"),
        refuses(
            "NewVectorInAnUnknownCollection", "named",
            R"({"op":"create_vector_name","collection":"other","vector":"n","config":{"sparse":{}}})",
            ErrorCode::kNotFound, "Collection other not found"),
        answers(
            "VectorGoesFromAllPoints", "named", R"({"op":"delete_vector_name","vector":"a"}
{"op":"retrieve","ids":[1,2],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":{"b":[1.0,2.0,3.0],"s":{"indices":[1],"values":[1.0]}}},{"id":2,"vector":{"b":[0.0,0.0,1.0]}}])"),
        describes(
            "VectorGoesFromTheConfiguration", "named",
            R"({"op":"delete_vector_name","vector":"s"})",
            R"({"points_count":2,"params":{"vectors":{"a":{"size":2,"distance":"Dot"},"b":{"size":3,"distance":"Euclid"}},"sparse_vectors":{"i":{"modifier":"idf"}}},"metadata":{"x":1,"y":{"z":2}}})"),
        answers("VectorThatIsNotThereIsIgnored", "named",
                R"({"op":"delete_vector_name","vector":"x"})",
                R"({"operation_id":0,"status":"completed"})"),
        answers("VectorThatCameBackIsEmpty", "named", R"({"op":"delete_vector_name","vector":"a"}
{"op":"create_vector_name","vector":"a","config":{"dense":{"size":3,"distance":"Cosine"}}}
{"op":"count","filter":{"must":[{"has_vector":"a"}]}})",
                "0"),
        refuses("VectorThatWentIsUnknown", "named", R"({"op":"delete_vector_name","vector":"a"}
{"op":"query","query":[1,0],"using":"a"})",
                ErrorCode::kInvalidArgument, "Dense vector a is not found in the collection"),
        refuses("VectorWithoutANameStaysWhileItIsAlone", "one",
                R"({"op":"delete_vector_name","vector":""})", ErrorCode::kInvalidArgument,
                "the only dense vector"),
        answers(
            "VectorWithoutANameGoesBesideOthers", "one",
            R"({"op":"create_vector_name","vector":"n","config":{"dense":{"size":1,"distance":"Dot"}}}
{"op":"delete_vector_name","vector":""}
{"op":"retrieve","ids":[1],"with_payload":false,"with_vector":true})",
            R"([{"id":1,"vector":{}}])"),
        // Aliases.
        answers("AliasesOfAll", "several", R"({"op":"get_aliases"})",
                R"({"also":"one","first":"one"})"),
        answers("AliasesOfACollection", "several",
                R"({"op":"collection_aliases","collection":"one"})",
                R"({"also":"one","first":"one"})"),
        answers("AliasesOfACollectionWithout", "several",
                R"({"op":"collection_aliases","collection":"two"})", "{}"),
        answers(
            "AliasTellsTrue", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"two","alias_name":"second"}}]})",
            "true"),
        answers("AliasStandsForItsCollection", "several", R"({"op":"scroll","collection":"first"})",
                R"({"points":[{"id":1,"payload":{"in":"one"}}],"next_page_offset":null})"),
        answers("AliasTakesWrites", "several",
                R"({"op":"upsert","collection":"first","points":[{"id":9,"vector":[2]}]}
{"op":"count","collection":"one"})",
                "2"),
        answers("AliasTakesQueries", "several", R"({"op":"query","collection":"also","query":[3]})",
                R"({"points":[{"id":1,"version":0,"score":3.0}]})"),
        answers("AliasInALookup", "several",
                R"({"op":"query","collection":"two","query":2,"lookup_from":{"collection":"two"}})",
                R"({"points":[]})"),
        answers(
            "AliasPointsElsewhereWhenCreatedAgain", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"two","alias_name":"first"}}]}
{"op":"get_aliases"})",
            R"({"also":"one","first":"two"})"),
        answers("AliasIsDeleted", "several",
                R"({"op":"aliases","actions":[{"delete_alias":{"alias_name":"first"}}]}
{"op":"get_aliases"})",
                R"({"also":"one"})"),
        answers("AliasThatIsNotThereIsDeletedAnyway", "several",
                R"({"op":"aliases","actions":[{"delete_alias":{"alias_name":"none"}}]})", "true"),
        answers(
            "AliasIsRenamed", "several",
            R"({"op":"aliases","actions":[{"rename_alias":{"old_alias_name":"first","new_alias_name":"renamed"}}]}
{"op":"get_aliases"})",
            R"({"also":"one","renamed":"one"})"),
        answers(
            "AliasesSwitchInOneRequest", "several",
            R"({"op":"aliases","actions":[{"delete_alias":{"alias_name":"first"}},{"create_alias":{"collection_name":"two","alias_name":"first"}},{"rename_alias":{"old_alias_name":"also","new_alias_name":"old"}}]}
{"op":"get_aliases"})",
            R"({"first":"two","old":"one"})"),
        refuses(
            "AliasOfAnUnknownCollection", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"none","alias_name":"x"}}]})",
            ErrorCode::kNotFound, "Collection none not found"),
        refuses(
            "AliasOfAnAlias", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"first","alias_name":"x"}}]})",
            ErrorCode::kNotFound, "Collection first not found"),
        refuses(
            "AliasByTheNameOfACollection", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"one","alias_name":"two"}}]})",
            ErrorCode::kAlreadyExists, "Collection two already exists"),
        refuses(
            "AliasRenamedThatIsNotThere", "several",
            R"({"op":"aliases","actions":[{"rename_alias":{"old_alias_name":"none","new_alias_name":"x"}}]})",
            ErrorCode::kNotFound, "Alias none does not exist"),
        refuses(
            "AliasRenamedToACollection", "several",
            R"({"op":"aliases","actions":[{"rename_alias":{"old_alias_name":"first","new_alias_name":"two"}}]})",
            ErrorCode::kAlreadyExists, "Collection two already exists"),
        refuses(
            "AliasesAreDoneAsAWhole", "several",
            R"({"op":"aliases","actions":[{"delete_alias":{"alias_name":"first"}},{"create_alias":{"collection_name":"none","alias_name":"x"}}]})",
            ErrorCode::kNotFound, "Collection none not found"),
        refuses("AliasOfAnUnknownAction", "several",
                R"({"op":"aliases","actions":[{"drop_alias":{"alias_name":"first"}}]})",
                ErrorCode::kInvalidArgument, "drop_alias"),
        // The other characters that names must not have, and the lengths that they may.
        refuses("CreateOfLessThan", "", R"({"op":"create","collection":"a<b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfGreaterThan", "", R"({"op":"create","collection":"a>b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfAQuote", "", R"({"op":"create","collection":"a\"b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfABar", "", R"({"op":"create","collection":"a|b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfAStar", "", R"({"op":"create","collection":"a*b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfNul", "", R"({"op":"create","collection":"a\u0000b"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        refuses("CreateOfAUnitSeparator", "", R"({"op":"create","collection":"a\u001fb"})",
                ErrorCode::kInvalidArgument, "Collection name cannot contain"),
        answers("CreateOfOtherControlCharacters", "", R"({"op":"create","collection":"a\tb"})",
                "true"),
        answers(
            "CreateCountsCharacters", "",
            R"({"op":"create","collection":"ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"})",
            "true"),
        answers(
            "CreateOfAVectorNameOf200Bytes", "",
            R"({"op":"create","vectors":{"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn":{"size":1,"distance":"Dot"}}})",
            "true"),
        refuses(
            "CreateOfAVectorNameOf202Bytes", "",
            R"({"op":"create","vectors":{"ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé":{"size":1,"distance":"Dot"}}})",
            ErrorCode::kInvalidArgument, "at most 200 bytes"),
        refuses("CreateOfASparseVectorWithAColon", "",
                R"({"op":"create","sparse_vectors":{"a:b":{}}})", ErrorCode::kInvalidArgument,
                "cannot contain ':' char"),
        // Every call takes an alias.
        describes(
            "AliasInInfo", "", R"({"op":"create","vectors":{"size":1,"distance":"Dot"}}
{"op":"create","collection":"other"}
{"op":"aliases","actions":[{"create_alias":{"collection_name":"c","alias_name":"x"}}]}
{"op":"update_collection","collection":"x","metadata":{"by":"alias"}}
{"op":"create_vector_name","collection":"x","vector":"n","config":{"sparse":{}}})",
            R"({"points_count":0,"params":{"vectors":{"size":1,"distance":"Dot"},"sparse_vectors":{"n":{}}},"metadata":{"by":"alias"}})"),
        answers("AliasInRetrieve", "several", R"({"op":"retrieve","collection":"first","ids":[1]})",
                R"([{"id":1,"payload":{"in":"one"}}])"),
        answers("AliasInFacet", "several", R"({"op":"facet","collection":"first","key":"in"})",
                R"({"hits":[{"value":"one","count":1}]})"),
        answers("AliasInPayloadWrites", "several",
                R"({"op":"set_payload","collection":"first","payload":{"more":1},"points":[1]}
{"op":"retrieve","collection":"one","ids":[1]})",
                R"([{"id":1,"payload":{"in":"one","more":1}}])"),
        answers("AliasInDeletes", "several", R"({"op":"delete","collection":"also","points":[1]}
{"op":"count","collection":"one"})",
                "0"),
        answers(
            "AliasInBatches", "several",
            R"({"op":"batch","collection":"also","operations":[{"clear_payload":{"points":[1]}}]}
{"op":"retrieve","collection":"one","ids":[1]})",
            R"([{"id":1,"payload":{}}])"),
        answers("AliasInLookupFrom", "several",
                R"({"op":"create","collection":"three","vectors":{"size":2,"distance":"Dot"}}
{"op":"upsert","collection":"three","points":[{"id":2,"vector":[3,4]}]}
{"op":"aliases","actions":[{"create_alias":{"collection_name":"three","alias_name":"third"}}]}
{"op":"query","collection":"two","query":2,"lookup_from":{"collection":"third"}})",
                R"({"points":[{"id":2,"version":0,"score":11.0}]})"),
        answers(
            "AliasInWithLookup", "several",
            R"({"op":"upsert","collection":"two","points":[{"id":3,"vector":[1,1],"payload":{"d":1}}]}
{"op":"query_groups","collection":"two","group_by":"d","with_lookup":"first"})",
            R"({"groups":[{"id":1,"hits":[{"id":3,"version":0,"score":1.0}],"lookup":{"id":1,"payload":{"in":"one"}}}]})"),
        answers(
            "AliasOutlivesWhatItNoLongerNames", "several",
            R"({"op":"aliases","actions":[{"create_alias":{"collection_name":"two","alias_name":"first"}}]}
{"op":"delete_collection","collection":"one"}
{"op":"get_aliases"})",
            R"({"first":"two"})"),
};

[[maybe_unused]] const bool kRegistered = register_contract("Collections", kPrepared, kCases);

}  // namespace
}  // namespace assay::test
