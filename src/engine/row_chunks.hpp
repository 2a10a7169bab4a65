// The rows of a part a few at a time, and what every sum over rows does with one row.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/engine/row_parts.hpp"

namespace sparselearn {

// Rows are taken a few at a time: the scores of a chunk, then its losses as one array, then its gradient
// while the rows are still in cache.
inline constexpr std::uint32_t chunk_rows = 256;

struct Chunk {
  const RowBlock& block;
  std::uint32_t begin;
  std::uint32_t rows;
  std::uint64_t first;  // running number of the first row
  std::span<const double> labels() const { return std::span(block.labels).subspan(begin, rows); }
  std::span<const float> weights() const {
    return block.weights.empty() ? std::span<const float>() : std::span(block.weights).subspan(begin, rows);
  }
  RowView row(std::uint32_t r) const { return block.row(begin + r); }
  double weight(std::uint32_t r) const { return block.weight(begin + r); }
};

template <class Body>
void for_each_chunk(const Dataset& data, const RowPart& part, const Body& body) {
  for (const RowRange& range : part) {
    data.relieve();
    for (std::uint32_t begin = range.begin; begin < range.end; begin += chunk_rows)
      body(Chunk{data.blocks()[range.block], begin, std::min(chunk_rows, range.end - begin),
                 range.first + (begin - range.begin)});
  }
}

// out += the row's gradient g (one value an output), for features and intercept.
inline void add_row(const Problem& problem, const RowView& row, const double* g, double* out) {
  const std::size_t outputs = problem.outputs();
  if (outputs == 1)
    axpy(*g, row, out);
  else
    axpy(g, row, outputs, out);
  if (problem.intercept())
    for (std::size_t c = 0; c < outputs; ++c) out[problem.penalized() + c] += g[c];
}

inline void row_scores(const Problem& problem, const RowView& row, const double* w, double* z) {
  const std::size_t outputs = problem.outputs();
  if (outputs == 1)
    *z = dot(row, w);
  else
    dot(row, w, outputs, z);
  if (problem.intercept())
    for (std::size_t c = 0; c < outputs; ++c) z[c] += w[problem.penalized() + c];
}

}  // namespace sparselearn
