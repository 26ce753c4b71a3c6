// SPDX-License-Identifier: Apache-2.0
// Members of the public value types that need no library. JSON text: wire/value_json.cc.
#include "assay/types.h"

#include "base/assert.h"

namespace assay {

const Value* Value::find(std::string_view key) const {
  const auto* object = get_if<Object>();
  if (object == nullptr) return nullptr;
  const auto member = object->find(key);
  return member == object->end() ? nullptr : &member->second;
}

void Embeddings::append(std::span<const float> row, bool cut) {
  ASSAY_ASSERT(dim_ > 0 && row.size() == dim_);
  if (cut) truncated_.push_back(size());
  values_.insert(values_.end(), row.begin(), row.end());
}

}  // namespace assay
