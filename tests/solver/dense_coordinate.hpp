// Primal coordinate descent as a textbook has it: dense gradients and Hessians before every step, F itself in
// the line search, the subspace step from the displacements of w alone. Shares nothing with the solvers but
// the shuffle of their random numbers.
#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "solver/textbook.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn::tests {

class DenseCoordinate {
 public:
  using Unit = std::vector<std::uint32_t>;  // coordinates that step together

  /// Units of `together` coordinates that follow one another in the order of visits.
  DenseCoordinate(const Problem& problem, const SolverOptions& options, Vector w0, std::size_t together)
      : book(problem), options_(options), w(std::move(w0)), together_(together), random_(options.seed) {
    const Dense& dense = book.dense;
    for (std::uint32_t j = 0; j < dense.columns; ++j)
      if (entries(j) > 0 || w[j] != 0) all_.push_back(j);
    const std::uint64_t size = dense.rows + all_.size();
    const std::uint64_t occurring = problem.data().nonzeros();
    memory_ =
        std::min<std::uint64_t>(options.displacements, std::max<std::uint64_t>(2, 4 * occurring / size));
    due_ = memory_ * size / 4;
    if (options.order == "once") random_.shuffle(std::span(all_));
    return_all();
  }
  virtual ~DenseCoordinate() = default;

  void epoch() {
    largest_ = sum_ = 0;
    const bool full = !left_out_;
    if (full) full_sum_ = -1;
    if (options_.order == "reshuffle") random_.shuffle(std::span(active_));
    Unit remaining;
    for (std::size_t begin = 0; begin < active_.size(); begin += together_) {
      const std::size_t end = std::min(active_.size(), begin + together_);
      for (const std::uint32_t j : visit(Unit(active_.begin() + static_cast<std::ptrdiff_t>(begin),
                                              active_.begin() + static_cast<std::ptrdiff_t>(end))))
        remaining.push_back(j);
    }
    active_ = std::move(remaining);
    room_ = largest_ / static_cast<double>(book.dense.rows);
    if (full) full_sum_ = sum_;
    if (sum_ <= 0.1 * full_sum_) return_all();
    if (read_ < due_) return;
    read_ = 0;
    subspace_step();
  }

  int halvings = 0, combinations = 0, rests = 0;  // what a test must have seen to have tested it

 protected:
  /// d of the coordinates of a unit, from gradient and Hessian of F without l1 (all coordinates).
  virtual Vector direction(const Unit& kept, const Vector& g, const Matrix& h) const = 0;

 public:
  Textbook book;

 protected:
  const SolverOptions options_;

 public:
  Vector w;

 private:
  void return_all() {
    active_ = all_;
    room_ = std::numeric_limits<double>::infinity();
    left_out_ = false;
  }

  bool keeps(std::uint32_t j, double g) {
    const double l1 = book.dense.l1(j);
    double violation = w[j] == 0 ? std::max(0.0, std::abs(g) - l1) : std::abs(g + std::copysign(l1, w[j]));
    if (w[j] == 0 && std::abs(g) < l1 - room_) {
      left_out_ = true;
      ++rests;
      return false;
    }
    largest_ = std::max(largest_, violation);
    sum_ += violation;
    return true;
  }

  std::uint64_t entries(std::uint32_t j) const {
    std::uint64_t rows = 0;
    for (const Vector& x : book.dense.x) rows += x[j] != 0;
    return rows;
  }

  // Those of the unit that are not left out.
  Unit visit(const Unit& unit) {
    const Vector g = book.gradient(w);
    Unit kept;
    for (const std::uint32_t j : unit) {
      read_ += entries(j);
      if (keeps(j, g[j])) kept.push_back(j);
    }
    if (kept.empty()) return kept;
    const Vector d = direction(kept, g, book.hessian(w));
    double promise = inner(g, d);
    for (std::size_t j = 0; j < d.size(); ++j)
      promise += book.dense.l1(j) * (std::abs(w[j] + d[j]) - std::abs(w[j]));
    if (!(promise < 0)) return kept;
    double lambda = 1;
    const double before = book.value(w);
    const bool visible = -promise > 1e-12 * before;  // else full steps, as their slopes show
    while (visible && book.value(plus(w, lambda, d)) - before > 0.01 * lambda * promise) {
      lambda /= 2;
      ++halvings;
      REQUIRE(lambda > 1e-15);
    }
    w = plus(w, lambda, d);
    return kept;
  }

  // Newton on F over w + span(displacements), then halved up to four times while F does not fall.
  void subspace_step() {
    if (memory_ == 0) return;
    const bool first = anchor_.empty();
    if (!first) displacements_.insert(displacements_.begin(), plus(w, -1, anchor_));
    if (displacements_.size() > memory_) displacements_.pop_back();
    anchor_ = w;
    if (first) return;
    for (const Vector& d : displacements_)
      for (std::size_t j = 0; j < w.size(); ++j)
        if (book.dense.l1(j) > 0 && w[j] == 0 && d[j] != 0) return displacements_.clear();
    Vector g = book.gradient(w), slope;
    for (std::size_t j = 0; j < w.size(); ++j)
      if (w[j] != 0) g[j] += std::copysign(book.dense.l1(j), w[j]);
    const Matrix h = book.hessian(w);
    Matrix small;
    for (const Vector& a : displacements_) {
      slope.push_back(-inner(a, g));
      small.emplace_back();
      for (const Vector& b : displacements_) small.back().push_back(inner(a, times(h, b)));
    }
    for (std::size_t k = 0; k < slope.size(); ++k)
      if (small[k][k] == 0) small[k][k] = 1;  // nothing moved
    const Vector c = solve(small, slope);
    double factors = 0;
    for (const double x : c) factors += std::abs(x);
    if (!(factors <= 100)) return displacements_.clear();
    Vector d(w.size(), 0.0);
    for (std::size_t k = 0; k < c.size(); ++k) d = plus(d, c[k], displacements_[k]);
    for (int k = 0; k < 5; ++k, d = plus(d, -0.5, d))
      if (book.value(plus(w, 1, d)) < (1 - 1e-13) * book.value(w)) {
        w = plus(w, 1, d);
        displacements_[0] = plus(displacements_[0], 1, d);
        anchor_ = w;
        ++combinations;
        return;
      }
  }

  const std::size_t together_;
  Random random_;
  Unit all_, active_;
  double room_ = 0, largest_ = 0, sum_ = 0, full_sum_ = 0;
  bool left_out_ = false;
  std::uint64_t read_ = 0, memory_ = 0, due_ = 0;
  Vector anchor_;
  std::vector<Vector> displacements_;
};

/// One coordinate at a time.
class DenseCd : public DenseCoordinate {
 public:
  DenseCd(const Problem& problem, const SolverOptions& options, Vector w0)
      : DenseCoordinate(problem, options, std::move(w0), 1) {}

 private:
  Vector direction(const Unit& kept, const Vector& g, const Matrix& h) const override {
    Vector d(w.size(), 0.0);
    const std::uint32_t j = kept[0];
    const double curvature = std::max(h[j][j], 1e-12), to = w[j] - g[j] / curvature;
    d[j] = std::copysign(std::max(0.0, std::abs(to) - book.dense.l1(j) / curvature), to) - w[j];
    return d;
  }
};

}  // namespace sparselearn::tests
