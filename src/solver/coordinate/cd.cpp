// Primal coordinate descent by one-dimensional proximal Newton steps: CDN (Yuan, Chang, Hsieh & Lin 2010;
// Yuan, Ho & Lin 2012), after Chang, Hsieh & Lin 2008 for l1 = 0. One coordinate at a time, in an order
// shuffled every pass (--order), with g_j and h_j the first and second derivative of F without l1 in w_j:
//   d = argmin_d  g_j d + (h_j/2) d^2 + l1 |w_j + d|,     that is w_j + d = S(w_j - g_j/h_j, l1/h_j)
//   w_j += lambda d,   lambda by the line search of primal_coordinate.hpp
// For the squared loss the step is the exact minimum. An intercept is one more coordinate, without penalty.
// Coordinates that stay at 0 under l1 are left out for a while (shrinking, primal_coordinate.hpp). Between
// passes a subspace step (subspace.hpp) moves along the last --displacements passes; 0 leaves plain CDN.
//
// Exact on sparse data: a step touches the rows that have the feature. It walks a transposed copy of the
// data, as large as the data. Use it for l1 penalties that leave few features, and for few features; refused
// for losses with kinks, where coordinate steps stop short of the minimum.
#include <algorithm>
#include <memory>
#include <utility>

#include "solver/coordinate/primal_coordinate.hpp"

namespace sparselearn::solver {
namespace {

constexpr double flat = 1e-12;  // the least curvature: off 0, where the loss is flat

class CoordinateDescent final : public PrimalCoordinate {
 public:
  explicit CoordinateDescent(const SolverOptions& options) : PrimalCoordinate("cd", options, 1) {}

 private:
  void prepare() override;
  void visit(Places places) override;

  // First and second derivative of F without l1 in w_j.
  struct Derivatives {
    double g, h;
  };
  Derivatives derivatives(std::uint32_t j) const;
  double highest_curvature(std::uint32_t j) const;

  std::vector<double> highest_;  // of every place: h_j can not exceed this
};

void CoordinateDescent::prepare() {
  highest_.clear();
  for (const std::uint32_t j : coordinates()) highest_.push_back(highest_curvature(j));
}

void CoordinateDescent::visit(Places places) {
  const std::uint32_t place = places[0], j = coordinates()[place];
  const ColumnView column = columns()[j];
  const auto [g, h] = derivatives(j);
  read(column.size);
  if (!keeps(place, g)) return;
  const double w = weights_[j], l1 = penalty(j).l1, curvature = std::max(h, flat);
  const double d = soft_threshold(w - g / curvature, l1 / curvature) - w;
  const double decrease = g * d + l1 * (std::abs(w + d) - std::abs(w));
  const Step step{std::span(&j, 1), std::span(&d, 1), decrease, decrease + 0.5 * highest_[place] * d * d,
                  column.size};
  take(step, {column.row, column.size},
       [&](std::size_t k) { return d * static_cast<double>(column.value_at(k)); });
}

CoordinateDescent::Derivatives CoordinateDescent::derivatives(std::uint32_t j) const {
  const ColumnView column = columns()[j];
  double first = 0, second = 0;
  for (std::size_t k = 0; k < column.size; ++k) {
    const RowScores::Row& row = rows_[column.row[k]];
    const double x = static_cast<double>(column.value_at(k));
    first += row.first * x;
    second += row.second * x * x;
  }
  const double total = problem().total_weight(), l2 = penalty(j).l2;
  return {first / total + l2 * weights_[j], second / total + l2};
}

double CoordinateDescent::highest_curvature(std::uint32_t j) const {
  const ColumnView column = columns()[j];
  double squares = 0;
  for (std::size_t k = 0; k < column.size; ++k) {
    const double x = static_cast<double>(column.value_at(k));
    squares += rows_.weight(column.row[k]) * x * x;
  }
  const double of_loss =
      squares > 0 ? problem().loss().curvature_bound() * squares / problem().total_weight() : 0.0;
  return of_loss + penalty(j).l2;
}

}  // namespace

std::unique_ptr<Solver> make_cd(const SolverOptions& options) {
  return std::make_unique<CoordinateDescent>(options);
}

}  // namespace sparselearn::solver
