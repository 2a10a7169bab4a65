// Two numbers a feature, side by side in one register, with which rows are multiplied and to which they are
// added at once: half the loads and stores of two vectors.
#pragma once
#include <cstdint>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

using Pair = double __attribute__((vector_size(16)));

namespace detail {

// value(k) of a row's k-th nonzero: rows of ones cost no load.
template <class Body>
[[gnu::always_inline]] inline decltype(auto) with_values(const RowView& row, const Body& body) {
  const float* const value = row.value;
  if (value) return body([value](std::size_t k) { return static_cast<double>(value[k]); });
  return body([](std::size_t) { return 1.0; });
}

}  // namespace detail

/// sum_k x_k p_k for the features' pairs, in four lanes.
inline Pair dot(const RowView& x, const Pair* pairs) {
  const std::uint32_t* const index = x.index;
  const std::size_t size = x.size;
  return detail::with_values(x, [=](const auto& value) {
    Pair lane[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= size; k += 4)
      for (std::size_t l = 0; l < 4; ++l) lane[l] += value(k + l) * pairs[index[k + l]];
    for (; k < size; ++k) lane[k % 4] += value(k) * pairs[index[k]];
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
  });
}

/// p_k += x_k a for the features' pairs.
inline void axpy(Pair a, const RowView& x, Pair* pairs) {
  const std::uint32_t* const index = x.index;
  const std::size_t size = x.size;
  detail::with_values(x, [=](const auto& value) {
    for (std::size_t k = 0; k < size; ++k) pairs[index[k]] += value(k) * a;
  });
}

}  // namespace sparselearn
