// SPDX-License-Identifier: Apache-2.0
#include "kernels/aligned.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace assay::kernels {

void advise_huge_pages(void* memory, std::size_t bytes) noexcept {
  constexpr std::size_t kWorthwhile = std::size_t{1} << 18;
  if (bytes < kWorthwhile) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // a wish only
}

}  // namespace assay::kernels
