// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu.h"

#include <fmt/format.h>
#include <hwy/highway.h>
#include <hwy/targets.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>

#include "assay/error.h"

namespace assay {
namespace {

struct Row {
  cpu::Target target;
  std::string_view name;
  std::int64_t highway;  // Highway's targets of this path; 0 = the references
};

constexpr std::array kRows = {
    Row{cpu::Target::kScalar, "scalar", 0},
    Row{cpu::Target::kSse4, "sse4", HWY_SSE4},
    Row{cpu::Target::kAvx2, "avx2", HWY_AVX2},
    Row{cpu::Target::kAvx512, "avx512", HWY_AVX3},
    Row{cpu::Target::kAvx512Vnni, "avx512_vnni", HWY_AVX3_DL},
};

#if defined(__x86_64__)
static_assert((HWY_TARGETS & HWY_AVX3_DL) != 0 && (HWY_TARGETS & HWY_AVX2) != 0,
              "every path is compiled");
#endif

const Row& row_of(cpu::Target target) {
  for (const Row& row : kRows) {
    if (row.target == target) return row;
  }
  return kRows.front();
}

bool runs_here(const Row& row) {
  // Asked once, before any target is disabled, because SupportedTargets() leaves disabled ones out.
  // Only what was compiled counts: Highway would otherwise run the next best under this name.
  static const std::int64_t detected = hwy::SupportedTargets() & HWY_TARGETS;
  return row.highway == 0 || (detected & row.highway) != 0;
}

void steer(const Row& row) {
  if (row.highway == 0) return;
  // Lower bits are better targets: hide everything better than the one wanted.
  std::int64_t wanted = 0;
  for (const Row& other : kRows) {
    if (other.target <= row.target) wanted |= other.highway;
  }
  hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & wanted);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

cpu::Target choose() {
  const char* variable = std::getenv("ASSAY_CPU");
  cpu::Target target = cpu::supported().back();
  if (variable != nullptr && *variable != '\0') {
    const Row* wanted = nullptr;
    std::string names;
    for (const Row& row : kRows) {
      if (row.name == variable) wanted = &row;
      if (runs_here(row)) names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    if (wanted == nullptr || !runs_here(*wanted)) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("ASSAY_CPU: \"{}\" is {}; this machine has {}", variable,
                              wanted == nullptr ? "unknown" : "not supported by this CPU", names));
    }
    target = wanted->target;
  }
  steer(row_of(target));
  return target;
}

std::atomic<cpu::Target>& current() {
  static std::atomic<cpu::Target> target{choose()};  // a throwing choice is tried again
  return target;
}

}  // namespace

namespace cpu {

std::string_view to_string(Target target) noexcept { return row_of(target).name; }

std::vector<Target> supported() {
  std::vector<Target> targets;
  for (const Row& row : kRows) {
    if (runs_here(row)) targets.push_back(row.target);
  }
  return targets;
}

Target active() { return current().load(std::memory_order_relaxed); }

}  // namespace cpu

namespace kernels {

bool use_reference() { return cpu::active() == cpu::Target::kScalar; }

bool has_avx_vnni() {
#if defined(__x86_64__)
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1u << 4)) != 0;
  }();
  return has;
#else
  return false;
#endif
}

void set_target_for_test(cpu::Target target) {
  current();  // make the detection happen first
  hwy::SetSupportedTargetsForTest(0);
  steer(row_of(target));
  current().store(target);
}

}  // namespace kernels
}  // namespace assay
