#pragma once
#include "solver/dense.hpp"

namespace sparselearn::tests {

/// What the variance-reduced textbooks keep: a gradient scalar a row and output, and the mean gradient they
/// stand for.
struct Table {
  Table(const Dense& dense_problem, const Vector& w) : dense(dense_problem) { refill(w); }

  void refill(const Vector& w) {
    stored.clear();
    mean.assign(w.size(), 0.0);
    for (std::uint64_t i = 0; i < dense.rows; ++i) {
      stored.push_back(dense.derivative(i, w));
      dense.add(mean, i, stored[i], dense.r[i] / static_cast<double>(dense.rows));
    }
  }

  /// Derivatives of row i at w less the stored ones.
  Vector change(std::uint64_t i, const Vector& w) const {
    Vector difference = dense.derivative(i, w);
    for (std::size_t c = 0; c < difference.size(); ++c) difference[c] -= stored[i][c];
    return difference;
  }

  const Dense& dense;
  std::vector<Vector> stored;
  Vector mean;
};

}  // namespace sparselearn::tests
