#include "sparselearn/engine/gram.hpp"

#include <algorithm>
#include <bit>

#include "engine/row_chunks.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

// Row x plus the intercept's constant 1, as one list of pairs.
struct WideRow {
  std::vector<std::uint32_t> index;
  std::vector<double> value;

  void assign(const RowView& x, const Problem& problem) {
    index.assign(x.index, x.index + x.size);
    value.resize(x.size);
    for (std::size_t k = 0; k < x.size; ++k) value[k] = static_cast<double>(x.value_at(k));
    if (!problem.intercept()) return;
    index.push_back(static_cast<std::uint32_t>(problem.features()));
    value.push_back(1);
  }
  bool contiguous() const { return !index.empty() && index.back() - index.front() + 1 == index.size(); }
};

// Where row i begins in a lower triangle whose rows follow each other without gaps: half the memory of a
// square, so that more of it stays in the cache.
std::size_t triangle(std::size_t i) { return i * (i + 1) / 2; }

// Lower triangle of sum += c x x'. A row without gaps is a plain array, which the compiler vectorises.
void add_outer_product(double c, const WideRow& x, double* sum) {
  const bool contiguous = x.contiguous();
  for (std::size_t a = 0; a < x.index.size(); ++a) {
    const double scaled = c * x.value[a];
    double* row = sum + triangle(x.index[a]);
    if (contiguous) {
      double* from = row + x.index.front();
      for (std::size_t b = 0; b <= a; ++b) from[b] += scaled * x.value[b];
    } else {
      for (std::size_t b = 0; b <= a; ++b) row[x.index[b]] += scaled * x.value[b];
    }
  }
}

// The same where every value is 1, four rows of the matrix at a time: short loops of many lengths would
// mostly mispredict branches.
void add_outer_product(double c, const RowView& x, bool intercept, std::size_t side, double* sum) {
  const std::uint32_t* index = x.index;
  std::size_t a = 0;
  for (; a + 4 <= x.size; a += 4) {
    double* row0 = sum + triangle(index[a]);
    double* row1 = sum + triangle(index[a + 1]);
    double* row2 = sum + triangle(index[a + 2]);
    double* row3 = sum + triangle(index[a + 3]);
    for (std::size_t b = 0; b <= a; ++b) {
      const std::uint32_t j = index[b];
      row0[j] += c;
      row1[j] += c;
      row2[j] += c;
      row3[j] += c;
    }
    row1[index[a + 1]] += c;
    row2[index[a + 1]] += c;
    row3[index[a + 1]] += c;
    row2[index[a + 2]] += c;
    row3[index[a + 2]] += c;
    row3[index[a + 3]] += c;
  }
  for (; a < x.size; ++a) {
    double* row = sum + triangle(index[a]);
    for (std::size_t b = 0; b <= a; ++b) row[index[b]] += c;
  }
  if (!intercept) return;
  double* last = sum + triangle(side - 1);
  for (std::size_t b = 0; b < x.size; ++b) last[index[b]] += c;
  last[side - 1] += c;
}

// Every part of a dense sum holds a triangle, so parts must be worth their merging, and few when it is large.
// A power of two, to be shared evenly by the usual numbers of threads.
std::size_t parts_for_dense(double cost, std::size_t side) {
  constexpr double worth_a_part = 200000, most = 16, most_bytes = 1 << 28;
  const auto entries = static_cast<double>(triangle(side));
  const double by_memory = std::max(2.0, most_bytes / (8 * entries));
  return std::bit_floor(static_cast<std::size_t>(
      std::clamp(std::min(cost / worth_a_part, cost / (16 * entries)), 1.0, std::min(most, by_memory))));
}

}  // namespace

Gram::Gram(const Problem& problem)
    : problem_(problem),
      parts_(cut_rows(problem.data(), parts_for_gradient(problem.data(), problem.dimension()))) {}

void Gram::product(std::span<const double> v, const RowMap& map, std::span<double> out) {
  const std::size_t outputs = problem_.outputs();
  sum_parts(parts_, out, [&](const RowPart& part, double* sum) {
    std::vector<double> u(chunk_rows * outputs);
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      row_scores(problem_, chunk, v.data(), u.data());
      map(chunk.first, chunk.rows, u.data());
      add_rows(problem_, chunk, u.data(), sum);
    });
  });
}

void Gram::diagonal(std::span<const double> m, std::span<double> out) {
  const std::size_t outputs = problem_.outputs();
  sum_parts(parts_, out, [&](const RowPart& part, double* sum) {
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      for (std::uint32_t r = 0; r < chunk.rows; ++r) {
        const RowView x = chunk.row(r);
        const double* curvature = &m[(chunk.first + r) * outputs];
        for (std::size_t k = 0; k < x.size; ++k) {
          const double value = static_cast<double>(x.value_at(k));
          double* to = sum + x.index[k] * outputs;
          for (std::size_t c = 0; c < outputs; ++c) to[c] += curvature[c] * value * value;
        }
        if (problem_.intercept())
          for (std::size_t c = 0; c < outputs; ++c) sum[problem_.penalized() + c] += curvature[c];
      }
    });
  });
}

void Gram::dense(std::span<const double> c, std::span<double> out) {
  const std::size_t n = side();
  const auto parts = cut_rows(problem_.data(), parts_for_dense(dense_cost(), n));
  triangle_.resize(triangle(n));
  sum_parts(parts, triangle_, [&](const RowPart& part, double* sum) {
    WideRow wide;
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      for (std::uint32_t r = 0; r < chunk.rows; ++r) {
        const double curvature = c[chunk.first + r];
        if (curvature == 0) continue;  // squared-hinge: rows beyond the margin
        const RowView x = chunk.row(r);
        if (!x.value) {
          add_outer_product(curvature, x, problem_.intercept(), n, sum);
        } else {
          wide.assign(x, problem_);
          add_outer_product(curvature, wide, sum);
        }
      }
    });
  });
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) std::copy_n(&triangle_[triangle(i)], i + 1, &out[i * n]);
}

double Gram::dense_cost() const {
  double cost = 0;
  for (const RowBlock& block : problem_.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const auto size =
          static_cast<double>(block.offsets[r + 1] - block.offsets[r] + (problem_.intercept() ? 1 : 0));
      cost += size * (size + 1) / 2;
    }
  return cost;
}

std::vector<double> Gram::row_weights(const Problem& problem) {
  std::vector<double> weights(problem.rows(), 1.0);
  if (!problem.data().weighted()) return weights;
  std::size_t i = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) weights[i++] = block.weight(r);
  return weights;
}

std::vector<double> Gram::row_curvatures(const Problem& problem, std::span<const double> z) {
  std::vector<double> curvatures(problem.rows());
  const auto parts = cut_rows(problem.data(), parts_for_gradient(problem.data(), 1));
  parallel_for(parts.size(), [&](std::size_t p) {
    for_each_chunk(problem.data(), parts[p], [&](const Chunk& chunk) {
      problem.loss().second_derivatives(z.subspan(chunk.first, chunk.rows), chunk.labels(), chunk.weights(),
                                        std::span(curvatures).subspan(chunk.first, chunk.rows));
    });
  });
  return curvatures;
}

void Gram::sum_parts(const std::vector<RowPart>& parts, std::span<double> out, const PartBody& body) {
  const std::size_t length = out.size();
  const bool single = parts.size() == 1;
  if (!single && sums_.size() < parts.size() * length) sums_.resize(parts.size() * length);
  parallel_for(parts.size(), [&](std::size_t p) {
    double* sum = single ? out.data() : &sums_[p * length];
    std::fill_n(sum, length, 0.0);
    body(parts[p], sum);
  });
  passes_ += 1;
  const double scale = 1 / problem_.total_weight();
  for_each_slice(length, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t p = 1; p < (single ? 0 : parts.size()); ++p)
      for (std::size_t j = begin; j < end; ++j) sums_[j] += sums_[p * length + j];
    for (std::size_t j = begin; j < end; ++j) out[j] = scale * (single ? out[j] : sums_[j]);
  });
}

}  // namespace sparselearn
