// SPDX-License-Identifier: Apache-2.0
// Calls of Client as JSON: what contract_test and store_driver have in common.
//
// A request has "op", the collection's name in "collection", and the members of Qdrant's REST
// interface; the answer is a result of that interface. Members are read by src/wire where a server
// would read them too; the rest is the tests' own, and its shape is taken on trust.
#pragma once

#include "assay/client.h"
#include "assay/types.h"

namespace assay::test {

/// Throws what the call throws; kInvalidArgument for an unknown op.
Value answer(Client& client, const Value& request);

}  // namespace assay::test
