// The inner loops over one sparse row. dot() adds in eight fixed lanes, so that the scalar, AVX2 and AVX-512
// forms give the same bits: nonzero k goes to lane k mod 8, and the lanes are added as ((0+4)+(2+6)) +
// ((1+5)+(3+7)).
#pragma once
#include <cstddef>
#include <span>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

struct Kernels {
  const char* name;  // scalar, avx2, avx512
  /// x'w in double.
  double (*dot)(const RowView& x, const double* w);
  /// dot() and axpy() below, with several outputs.
  void (*dot_outputs)(const RowView& x, const double* w, std::size_t outputs, double* z);
  void (*axpy_outputs)(const double* a, const RowView& x, std::size_t outputs, double* w);
};

/// All forms that this processor can run, the preferred one first.
std::span<const Kernels> available_kernels();
/// The form in use: the preferred one, or the one named by the environment variable SPARSELEARN_KERNELS.
const Kernels& kernels();

inline double dot(const RowView& x, const double* w) { return kernels().dot(x, w); }

/// w += a x.
inline void axpy(double a, const RowView& x, double* w) {
  if (x.value) {
    for (std::size_t k = 0; k < x.size; ++k) w[x.index[k]] += a * static_cast<double>(x.value[k]);
  } else {
    for (std::size_t k = 0; k < x.size; ++k) w[x.index[k]] += a;
  }
}

/// z_c = x'w_c for `outputs` adjacent weights a feature, added in the order of the row's nonzeros.
inline void dot(const RowView& x, const double* w, std::size_t outputs, double* z) {
  kernels().dot_outputs(x, w, outputs, z);
}

/// w_c += a_c x for `outputs` adjacent weights a feature.
inline void axpy(const double* a, const RowView& x, std::size_t outputs, double* w) {
  kernels().axpy_outputs(a, x, outputs, w);
}

/// sum_k term(k), k < size, in four lanes: the same bits everywhere, and no addition waits for the one
/// before.
template <class Term>
double four_lane_sum(std::size_t size, const Term& term) {
  double lane[4] = {};
  std::size_t k = 0;
  for (; k + 4 <= size; k += 4)
    for (std::size_t l = 0; l < 4; ++l) lane[l] += term(k + l);
  for (; k < size; ++k) lane[k % 4] += term(k);
  return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

// Functions that do nothing but prefetch have to be inlined: g++ 12 sees no effect in them and drops their
// calls.
[[gnu::always_inline]] inline void prefetch_lines(const void* begin, std::size_t bytes) {
  constexpr std::size_t line = 64;
  const char* const p = static_cast<const char*>(begin);
  const std::size_t before = reinterpret_cast<std::uintptr_t>(p) % line;  // of its first line
  for (std::size_t at = 0; at < before + bytes && at < 16 * line; at += line)
    __builtin_prefetch(p - before + at);
}

/// Asks for the row's arrays; for rows that will be used a few rows later.
[[gnu::always_inline]] inline void prefetch(const RowView& x) {
  prefetch_lines(x.index, x.size * sizeof(*x.index));
  if (x.value) prefetch_lines(x.value, x.size * sizeof(*x.value));
}

enum class Access { read, write };

/// Asks for cells[index * stride] of a row's features, from the last one down to those that stay in the cache
/// by themselves: wide data has its frequent features first (train/used_features.hpp).
template <Access access = Access::write, class Cells>
[[gnu::always_inline]] inline void prefetch_cells(const RowView& x, const Cells& cells, std::size_t stride) {
  constexpr std::size_t near = std::size_t{1} << 19, most = 256;  // bytes; nonzeros
  if (cells.size() * sizeof(cells[0]) <= 2 * near) return;        // all are in the cache, more or less
  const std::size_t near_features = near / (sizeof(cells[0]) * stride);
  const std::size_t last = x.size > most ? x.size - most : 0;
  for (std::size_t k = x.size; k > last && x.index[k - 1] >= near_features; --k)
    __builtin_prefetch(&cells[x.index[k - 1] * stride], access == Access::write);
}

}  // namespace sparselearn
