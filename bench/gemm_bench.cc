// SPDX-License-Identifier: Apache-2.0
// GFLOP/s of gemm() and gemm_int8() on the models' shapes, beside oneDNN's and a multiply-add peak
// measured in the same run. Quantising the rows counts.
//
// One thread: OMP_NUM_THREADS=1 for oneDNN. The products are compared before the clock counts.
// Repeats alternate between the contestants, medians are printed.
#include <fmt/format.h>
#include <hwy/highway.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#ifdef ASSAY_BENCH_ONEDNN
#include <dnnl.hpp>
#endif

#include "assay/cpu.h"
#include "kernels/gemm.h"
#include "kernels/gemm_int8.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// Multiply-adds on sums that stay in registers: what the core can do at most.
double peak_gflops() {
  // A small product whose operands live in the first-level cache; the inner loop is the
  // micro-kernel itself.
  const std::size_t inputs = 128, rows = 12;
  std::vector<float> x(rows * inputs, 0.5f), y(rows * 32);
  const assay::kernels::PackedMatrix w(std::vector<float>(32 * inputs, 0.5f), 32, inputs);
  std::vector<double> rates;
  for (int repeat = 0; repeat < 25; ++repeat) {
    const int rounds = 4000;
    const double time = seconds([&] {
      for (int i = 0; i < rounds; ++i) {
        assay::kernels::gemm({x.data(), inputs}, rows, w, 0, w.panels(), {}, {y.data(), 32});
      }
    });
    rates.push_back(2.0 * rows * 32 * inputs * rounds / time * 1e-9);
  }
  return *std::max_element(rates.begin(), rates.end());
}

}  // namespace

int main() {
  fmt::print("target {}\n", assay::cpu::to_string(assay::cpu::active()));
  fmt::print("micro-kernel in the first-level cache: {:.1f} GFLOP/s\n", peak_gflops());
  fmt::print("{:>6} {:>6} {:>6} | {:>8} | {:>8} | {:>6} | {:>8} | {:>7}\n", "rows", "in", "out",
             "assay", "oneDNN", "ratio", "int8", "to fp32");
  std::mt19937 engine(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (const auto& [inputs, outputs] :
       std::vector<std::pair<std::size_t, std::size_t>>{{48, 144},
                                                        {64, 256},
                                                        {96, 384},
                                                        {128, 512},
                                                        {512, 128},
                                                        {384, 1152},
                                                        {384, 384},
                                                        {384, 1536},
                                                        {1536, 384},
                                                        {768, 2304},
                                                        {768, 3072},
                                                        {3072, 768}}) {
    for (const std::size_t rows : {1u, 4u, 20u, 64u, 256u, 512u}) {
      std::vector<float> x(rows * inputs), weights(outputs * inputs), y(rows * outputs),
          z(rows * outputs);
      for (float& v : x) v = uniform(engine);
      for (float& v : weights) v = uniform(engine);
      const assay::kernels::PackedMatrix w(weights, outputs, inputs);
      const auto ours = [&] {
        assay::kernels::gemm({x.data(), inputs}, rows, w, 0, w.panels(), {}, {y.data(), outputs});
      };
      std::function<void()> theirs = [] {};
#ifdef ASSAY_BENCH_ONEDNN
      using namespace dnnl;
      engine::kind kind = engine::kind::cpu;
      dnnl::engine cpu(kind, 0);
      stream queue(cpu);
      const auto m = static_cast<memory::dim>(rows), k = static_cast<memory::dim>(inputs),
                 n = static_cast<memory::dim>(outputs);
      const memory::desc src({m, k}, memory::data_type::f32, memory::format_tag::ab);
      const memory::desc any({k, n}, memory::data_type::f32, memory::format_tag::any);
      const memory::desc plain({k, n}, memory::data_type::f32, memory::format_tag::ba);
      const memory::desc dst({m, n}, memory::data_type::f32, memory::format_tag::ab);
      const matmul::primitive_desc description(matmul::desc(src, any, dst), cpu);
      memory raw(plain, cpu, weights.data());
      memory packed(description.weights_desc(), cpu);
      reorder(raw, packed).execute(queue, raw, packed);
      memory src_memory(src, cpu, x.data()), dst_memory(dst, cpu, z.data());
      const matmul product(description);
      theirs = [&] {
        product.execute(
            queue,
            {{DNNL_ARG_SRC, src_memory}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, dst_memory}});
        queue.wait();
      };
#endif
      ours();
      theirs();
#ifdef ASSAY_BENCH_ONEDNN
      for (std::size_t i = 0; i < y.size(); ++i) {
        if (std::abs(y[i] - z[i]) > 1e-3f) {
          fmt::print("the products differ: {} against {}\n", y[i], z[i]);
          return EXIT_FAILURE;
        }
      }
#endif
      const double flops = 2.0 * static_cast<double>(rows * inputs * outputs);
      const int rounds = std::max(1, static_cast<int>(4e8 / flops));
      const assay::kernels::PackedInt8Matrix w8(weights, outputs, inputs);
      std::vector<std::uint8_t> bytes(rows * inputs);
      std::vector<assay::kernels::GroupScale> scales(
          rows * ((inputs + assay::kernels::kInt8Group - 1) / assay::kernels::kInt8Group));
      const auto int8 = [&] {
        assay::kernels::quantize_rows({x.data(), inputs}, rows, inputs, bytes.data(), inputs,
                                      scales.data());
        assay::kernels::gemm_int8({bytes.data(), inputs, scales.data()}, rows, w8, 0, w8.panels(),
                                  {}, {y.data(), outputs});
      };
      std::vector<double> a, b, c;
      for (int repeat = 0; repeat < 9; ++repeat) {
        a.push_back(seconds([&] {
          for (int i = 0; i < rounds; ++i) ours();
        }));
        b.push_back(seconds([&] {
          for (int i = 0; i < rounds; ++i) theirs();
        }));
        c.push_back(seconds([&] {
          for (int i = 0; i < rounds; ++i) int8();
        }));
      }
      const double us = flops * rounds / median(a) * 1e-9;
      const double small = flops * rounds / median(c) * 1e-9;
      std::string them = "-", ratio = "-";  // built without oneDNN
#ifdef ASSAY_BENCH_ONEDNN
      const double other = flops * rounds / median(b) * 1e-9;
      them = fmt::format("{:.1f}", other);
      ratio = fmt::format("{:.2f}", us / other);
#endif
      fmt::print("{:>6} {:>6} {:>6} | {:>8.1f} | {:>8} | {:>6} | {:>8.1f} | {:>7.2f}\n", rows,
                 inputs, outputs, us, them, ratio, small, small / us);
    }
  }
}
