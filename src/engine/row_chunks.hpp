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

inline constexpr std::uint32_t rows_ahead = 4;  // whose cells are asked for

// out += the gradients g of the chunk's rows (one value an output and row), for features and intercept.
inline void add_rows(const Problem& problem, const Chunk& chunk, const double* g, double* out) {
  const std::size_t outputs = problem.outputs();
  const std::span<const double> cells(out, problem.dimension());
  for (std::uint32_t r = 0; r < chunk.rows; ++r, g += outputs) {
    if (r + rows_ahead < chunk.rows) prefetch_cells(chunk.row(r + rows_ahead), cells, outputs);
    if (outputs == 1)
      axpy(*g, chunk.row(r), out);
    else
      axpy(g, chunk.row(r), outputs, out);
    if (problem.intercept())
      for (std::size_t c = 0; c < outputs; ++c) out[problem.penalized() + c] += g[c];
  }
}

// z = the scores of the chunk's rows, one an output and row.
inline void row_scores(const Problem& problem, const Chunk& chunk, const double* w, double* z) {
  const std::size_t outputs = problem.outputs();
  const std::span<const double> cells(w, problem.dimension());
  for (std::uint32_t r = 0; r < chunk.rows; ++r, z += outputs) {
    if (r + rows_ahead < chunk.rows) prefetch_cells<Access::read>(chunk.row(r + rows_ahead), cells, outputs);
    if (outputs == 1)
      *z = dot(chunk.row(r), w);
    else
      dot(chunk.row(r), w, outputs, z);
    if (problem.intercept())
      for (std::size_t c = 0; c < outputs; ++c) z[c] += w[problem.penalized() + c];
  }
}

}  // namespace sparselearn
