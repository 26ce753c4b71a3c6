// SPDX-License-Identifier: Apache-2.0
// Formula queries in the JSON of Qdrant's REST interface.
#pragma once

#include "assay/formula.h"
#include "wire/json_node.h"

namespace assay::wire {

/// `{"formula": expression, "defaults": {…}}`: numbers, variables, conditions, `mult`, `sum`,
/// `max`, `min`, `neg`, `abs`, `div`, `sqrt`, `pow`, `exp`, `log10`, `ln`, `acosh`, `geo_distance`,
/// `datetime`, `datetime_key`, `lin_decay`, `exp_decay`, `gauss_decay`.
/// Throws kInvalidArgument as query_json.h says.
FormulaQuery formula_of(const Node& query);

}  // namespace assay::wire
