// What the primal coordinate solvers keep of every row: its score z_i = x_i'w + b and the derivatives of its
// loss there, side by side, so that a step on a column costs one look at each of the column's rows.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {

class RowScores {
 public:
  struct Row {
    double score = 0;
    double first = 0, second = 0;  // derivatives of the loss, times the row weight
    double label = 0;
  };
  using Numbers = std::span<const std::uint32_t>;  // of rows

  RowScores() = default;
  /// The rows at w0 (one output). Costs a pass over the data.
  RowScores(const Problem& problem, std::span<const double> w0);

  const Row& operator[](std::size_t i) const { return rows_[i]; }
  /// s_i.
  double weight(std::size_t i) const { return weights_.empty() ? 1.0 : static_cast<double>(weights_[i]); }
  Numbers everyone() const { return everyone_; }

  /// sum s_i loss_i over some rows at the scores z_i + a dz_i, its derivative in a, and, if asked for, the
  /// sum before, at a = 0, for the same look at the rows; dz(k) is the change of the k-th of these rows.
  struct Line {
    double loss = 0, slope = 0, before = 0;
  };
  template <class Change>
  Line along(Numbers rows, const Change& dz, double a, bool and_before = false) const;
  /// z_i += a dz_i, and their derivatives with it.
  template <class Change>
  void move(Numbers rows, const Change& dz, double a);

  /// The scores; the rest follows from them.
  void state(Archive& archive);

 private:
  static constexpr std::size_t chunk = 256;   // rows that the array functions of the losses take at a time
  static constexpr std::size_t slice = 4096;  // rows worth a thread

  struct Chunk {
    std::array<double, chunk> scores, labels, first, second;
    std::array<float, chunk> weights;
    std::size_t count = 0;
  };
  double gradients(Chunk& some) const;
  void second_derivatives(Chunk& some) const;

  // body(chunk, begin) for the chunks of a slice, their scores moved by a dz.
  template <class Change, class Body>
  void for_each_chunk(Numbers rows, std::size_t number, const Change& dz, double a, const Body& body) const;
  static std::size_t slices(Numbers rows) { return (rows.size() + slice - 1) / slice; }
  // body(s) for every slice; few rows are not worth asking for threads.
  template <class Body>
  static void for_each_slice(Numbers rows, const Body& body) {
    if (slices(rows) > 1)
      parallel_for(slices(rows), body);
    else if (!rows.empty())
      body(0);
  }

  const Loss* loss_ = nullptr;
  HugeVector<Row> rows_;
  std::vector<float> weights_;  // none when all are 1
  std::vector<std::uint32_t> everyone_;
};

template <class Change, class Body>
void RowScores::for_each_chunk(Numbers rows, std::size_t number, const Change& dz, double a,
                               const Body& body) const {
  Chunk some;
  const std::size_t end = std::min(rows.size(), (number + 1) * slice);
  for (std::size_t begin = number * slice; begin < end; begin += chunk) {
    some.count = std::min(chunk, end - begin);
    for (std::size_t k = 0; k < some.count; ++k) {
      const std::uint32_t i = rows[begin + k];
      some.scores[k] = rows_[i].score + a * dz(begin + k);
      some.labels[k] = rows_[i].label;
      if (!weights_.empty()) some.weights[k] = weights_[i];
    }
    body(some, begin);
  }
}

template <class Change>
RowScores::Line RowScores::along(Numbers rows, const Change& dz, double a, bool and_before) const {
  std::vector<Line> found(slices(rows));
  for_each_slice(rows, [&](std::size_t s) {
    for_each_chunk(rows, s, dz, a, [&](Chunk& some, std::size_t begin) {
      found[s].loss += gradients(some);
      for (std::size_t k = 0; k < some.count; ++k) found[s].slope += some.first[k] * dz(begin + k);
      if (!and_before) return;
      for (std::size_t k = 0; k < some.count; ++k) some.scores[k] = rows_[rows[begin + k]].score;
      found[s].before += gradients(some);
    });
  });
  Line all;
  for (const Line& part : found) {
    all.loss += part.loss;
    all.slope += part.slope;
    all.before += part.before;
  }
  return all;
}

template <class Change>
void RowScores::move(Numbers rows, const Change& dz, double a) {
  for_each_slice(rows, [&](std::size_t s) {
    for_each_chunk(rows, s, dz, a, [&](Chunk& some, std::size_t begin) {
      gradients(some);
      second_derivatives(some);
      for (std::size_t k = 0; k < some.count; ++k) {
        Row& row = rows_[rows[begin + k]];
        row.score = some.scores[k];
        row.first = some.first[k];
        row.second = some.second[k];
      }
    });
  });
}

}  // namespace sparselearn::solver
