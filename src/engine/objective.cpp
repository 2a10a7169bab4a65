#include "sparselearn/engine/objective.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/row_chunks.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace {

// sum_i s_i loss_i of a chunk; if g is given, also s_i times the gradient in the scores.
double chunk_loss(const Loss& loss, const Chunk& chunk, const double* z, double* g) {
  const std::size_t outputs = loss.outputs();
  if (outputs == 1) {
    const std::span<const double> scores(z, chunk.rows);
    if (!g) return loss.values(scores, chunk.labels(), chunk.weights());
    return loss.gradients(scores, chunk.labels(), chunk.weights(), std::span(g, chunk.rows));
  }
  double sum = 0;
  for (std::uint32_t r = 0; r < chunk.rows; ++r) {
    const double label = chunk.block.labels[chunk.begin + r], weight = chunk.weight(r);
    if (!g) {
      sum += weight * loss.value_at(z + r * outputs, label);
      continue;
    }
    sum += weight * loss.gradient_at(z + r * outputs, label, g + r * outputs);
    for (std::size_t c = 0; c < outputs; ++c) g[r * outputs + c] *= weight;
  }
  return sum;
}

// h = s_i times the diagonal of the Hessian in the scores.
void chunk_curvatures(const Loss& loss, const Chunk& chunk, const double* z, double* h) {
  const std::size_t outputs = loss.outputs();
  if (outputs == 1) {
    loss.second_derivatives(std::span(z, chunk.rows), chunk.labels(), chunk.weights(),
                            std::span(h, chunk.rows));
    return;
  }
  std::vector<double> unit(outputs), column(outputs);
  for (std::uint32_t r = 0; r < chunk.rows; ++r)
    for (std::size_t c = 0; c < outputs; ++c) {
      unit[c] = 1;
      loss.curvature_product_at(z + r * outputs, chunk.labels()[r], unit.data(), column.data());
      unit[c] = 0;
      h[r * outputs + c] = chunk.weight(r) * column[c];
    }
}

double sum_in_order(const std::vector<double>& terms) {
  double sum = 0;
  for (const double term : terms) sum += term;
  return sum;
}

// z = scores of a chunk's rows; weights that are all 0 need not be looked up.
void chunk_scores(const Problem& problem, const Chunk& chunk, std::span<const double> w, bool zero,
                  double* z) {
  const std::size_t outputs = problem.outputs();
  if (zero) {
    std::fill_n(z, chunk.rows * outputs, 0.0);
    return;
  }
  row_scores(problem, chunk, w.data(), z);
}

}  // namespace

Objective::Objective(const Problem& problem)
    : problem_(problem),
      parts_(cut_rows(problem.data(), parts_for_gradient(problem.data(), problem.dimension()))) {}

Objective::Value Objective::value(std::span<const double> w) {
  std::vector<double> losses(parts_.size());
  const bool zero = vector::nonzeros(w) == 0;
  parallel_for(parts_.size(), [&](std::size_t p) {
    std::vector<double> z(chunk_rows * problem_.outputs());
    for_each_chunk(problem_.data(), parts_[p], [&](const Chunk& chunk) {
      chunk_scores(problem_, chunk, w, zero, z.data());
      losses[p] += chunk_loss(problem_.loss(), chunk, z.data(), nullptr);
    });
  });
  passes_ += 1;
  Value value;
  value.data_loss = sum_in_order(losses) / problem_.total_weight();
  value.total = value.data_loss + penalty_value(problem_.penalty(), w.first(problem_.penalized()));
  return value;
}

Objective::Value Objective::value_and_gradient(std::span<const double> w, std::span<double> gradient) {
  std::vector<double> losses(parts_.size());
  const std::size_t outputs = problem_.outputs();
  const bool zero = vector::nonzeros(w) == 0;
  scores_.resize(problem_.rows() * outputs);
  sum_parts(gradient, [&](const RowPart& part, std::size_t p, double* sum) {
    std::vector<double> g(chunk_rows * outputs);
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      double* z = &scores_[chunk.first * outputs];
      chunk_scores(problem_, chunk, w, zero, z);
      losses[p] += chunk_loss(problem_.loss(), chunk, z, g.data());
      add_rows(problem_, chunk, g.data(), sum);
    });
  });
  for (std::size_t j = 0; j < problem_.penalized(); ++j) gradient[j] += problem_.penalty().l2 * w[j];
  Value value;
  value.data_loss = sum_in_order(losses) / problem_.total_weight();
  value.total = value.data_loss + penalty_value(problem_.penalty(), w.first(problem_.penalized()));
  return value;
}

void Objective::hessian_product(std::span<const double> v, std::span<double> out) {
  const std::size_t outputs = problem_.outputs();
  if (scores_.empty()) throw std::logic_error("hessian_product needs value_and_gradient first");
  sum_parts(out, [&](const RowPart& part, std::size_t, double* sum) {
    std::vector<double> u(chunk_rows * outputs), h(chunk_rows * outputs);
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      const double* z = &scores_[chunk.first * outputs];
      row_scores(problem_, chunk, v.data(), u.data());
      if (outputs == 1) {
        problem_.loss().second_derivatives(std::span(z, chunk.rows), chunk.labels(), chunk.weights(),
                                           std::span(h).first(chunk.rows));
        for (std::uint32_t r = 0; r < chunk.rows; ++r) h[r] *= u[r];
      } else {
        for (std::uint32_t r = 0; r < chunk.rows; ++r) {
          problem_.loss().curvature_product_at(z + r * outputs, chunk.labels()[r], &u[r * outputs],
                                               &h[r * outputs]);
          for (std::size_t c = 0; c < outputs; ++c) h[r * outputs + c] *= chunk.weight(r);
        }
      }
      add_rows(problem_, chunk, h.data(), sum);
    });
  });
  for (std::size_t j = 0; j < problem_.penalized(); ++j) out[j] += problem_.penalty().l2 * v[j];
}

void Objective::hessian_diagonal(std::span<double> out) {
  const std::size_t outputs = problem_.outputs();
  if (scores_.empty()) throw std::logic_error("hessian_diagonal needs value_and_gradient first");
  sum_parts(out, [&](const RowPart& part, std::size_t, double* sum) {
    std::vector<double> h(chunk_rows * outputs);
    for_each_chunk(problem_.data(), part, [&](const Chunk& chunk) {
      chunk_curvatures(problem_.loss(), chunk, &scores_[chunk.first * outputs], h.data());
      for (std::uint32_t r = 0; r < chunk.rows; ++r) {
        const RowView row = chunk.row(r);
        const double* curvature = &h[r * outputs];
        for (std::size_t k = 0; k < row.size; ++k) {
          const double value = static_cast<double>(row.value_at(k));
          double* to = sum + row.index[k] * outputs;
          for (std::size_t c = 0; c < outputs; ++c) to[c] += curvature[c] * value * value;
        }
        if (problem_.intercept())
          for (std::size_t c = 0; c < outputs; ++c) sum[problem_.penalized() + c] += curvature[c];
      }
    });
  });
  for (std::size_t j = 0; j < problem_.penalized(); ++j) out[j] += problem_.penalty().l2;
}

void Objective::derivatives(std::span<double> out) const {
  const std::size_t outputs = problem_.outputs();
  parallel_for(parts_.size(), [&](std::size_t p) {
    for_each_chunk(problem_.data(), parts_[p], [&](const Chunk& chunk) {
      if (outputs == 1) {
        problem_.loss().gradients(std::span(&scores_[chunk.first], chunk.rows), chunk.labels(), {},
                                  out.subspan(chunk.first, chunk.rows));
        return;
      }
      for (std::uint32_t r = 0; r < chunk.rows; ++r) {
        const std::uint64_t at = (chunk.first + r) * outputs;
        problem_.loss().gradient_at(&scores_[at], chunk.labels()[r], &out[at]);
      }
    });
  });
}

void Objective::scores_of(std::span<const double> v, std::span<double> out) {
  const std::size_t outputs = problem_.outputs();
  parallel_for(parts_.size(), [&](std::size_t p) {
    for_each_chunk(problem_.data(), parts_[p], [&](const Chunk& chunk) {
      row_scores(problem_, chunk, v.data(), &out[chunk.first * outputs]);
    });
  });
  passes_ += 1;
}

Objective::AlongLine Objective::along(std::span<const double> z, std::span<const double> dz, double a) const {
  std::vector<AlongLine> found(parts_.size());
  const std::size_t outputs = problem_.outputs();
  parallel_for(parts_.size(), [&](std::size_t p) {
    std::vector<double> at(chunk_rows * outputs), g(chunk_rows * outputs);
    for_each_chunk(problem_.data(), parts_[p], [&](const Chunk& chunk) {
      const std::uint64_t first = chunk.first * outputs;
      const std::size_t count = chunk.rows * outputs;
      for (std::size_t i = 0; i < count; ++i) at[i] = z[first + i] + a * dz[first + i];
      found[p].data_loss += chunk_loss(problem_.loss(), chunk, at.data(), g.data());
      for (std::size_t i = 0; i < count; ++i) found[p].slope += g[i] * dz[first + i];
    });
  });
  AlongLine all;
  for (const AlongLine& part : found) {
    all.data_loss += part.data_loss;
    all.slope += part.slope;
  }
  all.data_loss /= problem_.total_weight();
  all.slope /= problem_.total_weight();
  return all;
}

void Objective::sum_parts(std::span<double> out, const PartBody& body) {
  const std::size_t dimension = out.size();
  const bool single = parts_.size() == 1;
  if (!single) sums_.resize(parts_.size() * dimension);
  parallel_for(parts_.size(), [&](std::size_t p) {
    double* sum = single ? out.data() : &sums_[p * dimension];
    std::fill_n(sum, dimension, 0.0);
    body(parts_[p], p, sum);
  });
  passes_ += 1;
  const double scale = 1 / problem_.total_weight();
  for_each_slice(dimension, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t p = 1; p < (single ? 0 : parts_.size()); ++p)
      for (std::size_t j = begin; j < end; ++j) sums_[j] += sums_[p * dimension + j];
    for (std::size_t j = begin; j < end; ++j) out[j] = scale * (single ? out[j] : sums_[j]);
  });
}

}  // namespace sparselearn
