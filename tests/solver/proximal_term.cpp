// The proximal term of dual ascent: what it does to v and back, how G follows the balance, and what it is
// for. Its exponents are tested with cell_scales.cpp, its iterates with sdca_oracle.cpp.
#include "solver/coordinate/proximal_term.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "solver/coordinate/dual_start.hpp"
#include "sparselearn/data/generate.hpp"
#include "sparselearn/engine/dual_bound.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using solver::ProximalTerm;

namespace {

using Vector = std::vector<double>;

double mean_curvature(const Problem& problem) {
  HugeVector<double> q;
  return solver::row_curvatures(problem, q);
}

// Long rows, mostly of frequent features.
Dataset long_rows() {
  DataShape shape;
  shape.rows = 4000;
  shape.features = 3000;
  shape.nonzeros_per_row = 40;
  shape.zipf = 1.0;
  return generated(shape);
}

// 1 + rho of this sweep.
Vector stiffness(const ProximalTerm& proximal) {
  Vector stiff(proximal.cells());
  proximal.for_each_cell(0, stiff.size(),
                         [&](std::size_t j, double one_plus_rho) { stiff[j] = one_plus_rho; });
  return stiff;
}

// The highest 1 + rho of this sweep.
double highest(const ProximalTerm& proximal) {
  const Vector stiff = stiffness(proximal);
  return *std::max_element(stiff.begin(), stiff.end());
}

// One sweep that moves u by `change` where rho > 0 and gains `gain`.
void sweep(ProximalTerm& proximal, Vector& v, double change, double gain) {
  const Vector stiff = stiffness(proximal);
  proximal.begin_sweep(v);
  for (std::size_t j = 0; j < stiff.size(); ++j)
    if (stiff[j] > 1) v[j] += change;
  proximal.end_sweep(v, gain, 1);
}

double gap_after(const Problem& problem, int passes) {
  SolverOptions options;
  options.parts = 1;
  const auto sdca = solver::make("sdca", options);
  sdca->start(problem, Vector(problem.dimension()));
  while (sdca->passes() < passes) sdca->epoch();
  DualBound bound(problem);
  bound.offer(sdca->duals()->alpha, sdca->duals()->v);
  Objective objective(problem);
  return objective.value(sdca->weights()).total - bound.best();
}

}  // namespace

TEST_CASE("proximal term: u = (v + rho c) / (1 + rho) in the sweep, v after it, c is the last u") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, 1e-5});
  Vector v(problem.dimension());
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = std::sin(static_cast<double>(j));
  ProximalTerm proximal(problem, 4, mean_curvature(problem), v);
  REQUIRE(proximal.cells() > 100);
  Vector dual = v, centre = v;
  for (int k = 0; k < 5; ++k) {
    Vector stiff = stiffness(proximal);
    stiff.resize(v.size(), 1);
    proximal.begin_sweep(v);
    for (std::size_t j = 0; j < v.size(); ++j) {
      const double rho = stiff[j] - 1, u = (dual[j] + rho * centre[j]) / (1 + rho);
      CHECK(v[j] == doctest::Approx(u).epsilon(1e-13));
      const double delta = 1e-3 * std::cos(static_cast<double>(j + 7));  // of v, as steps on rows make it
      v[j] += delta / stiff[j];
      dual[j] += delta;
      if (j < proximal.cells()) centre[j] = u + delta / (1 + rho);
    }
    proximal.end_sweep(v, 1e-3, 1);
    for (std::size_t j = 0; j < v.size(); ++j) {
      CHECK(v[j] == doctest::Approx(dual[j]).epsilon(1e-13));
      if (j < proximal.cells()) CHECK(proximal.weights()[j] == doctest::Approx(centre[j]).epsilon(1e-13));
    }
  }
}

namespace {

// |v - u|^2 / (2 l2) of a sweep that moves u by 1 from v = u where rho > 0, feature j divided by 2^(g_j/2).
// In `highest` 1 + rho_j has no limit but its own, 2^g_j.
double left_of_one(const ProximalTerm& now, const ProximalTerm& highest, double l2) {
  const Vector stiff = stiffness(now), own = stiffness(highest);
  double sum = 0;
  for (std::size_t j = 0; j < stiff.size(); ++j) sum += (stiff[j] - 1) * (stiff[j] - 1) / std::sqrt(own[j]);
  return sum / (2 * l2);
}

}  // namespace

TEST_CASE("proximal term: G follows what the sweeps gain and leave") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  // mean |x_i|^2 / (l2 S) / 4 is 9 .. 15, rows having lost the features they drew twice: G is at most 5.
  const double l2 = 1e-4;
  const Problem problem(data, *loss, {0, l2});
  Vector v(problem.dimension());
  ProximalTerm proximal(problem, 4, mean_curvature(problem), v);
  // The same features where G may rise to what is all of theirs.
  ProximalTerm own(problem, 4, 1e6, v);
  for (int k = 0; k < 10; ++k) sweep(own, v, 0, 1);
  const auto start = [&](double share, int sweeps) {
    v.assign(v.size(), 0.0);
    proximal = ProximalTerm(problem, 4, mean_curvature(problem), v);
    for (int k = 0; k < sweeps; ++k) sweep(proximal, v, 0, 1);
    sweep(proximal, v, std::sqrt(share / left_of_one(proximal, own, l2)), 1);
  };
  // Nothing is left: two up at a time, as far as it goes.
  for (const double stiffest : {4.0, 16.0, 32.0, 32.0}) {
    CHECK(highest(proximal) == stiffest);
    sweep(proximal, v, 0, 1);
  }
  struct Case {
    double left;
    int sweeps_before;
    double stiffest;  // after it
  };
  for (const Case& c : {Case{0.021, 0, 8},
                        {0.39, 0, 8},
                        {0.41, 0, 4},
                        {0.99, 4, 32},
                        {1.01, 4, 16},
                        {3.9, 4, 16},
                        {4.1, 4, 8}}) {
    CAPTURE(c.left);
    start(c.left, c.sweeps_before);
    CHECK(highest(proximal) == c.stiffest);
  }
  // What was too much is left alone for eight moves of the centre; what is below is not.
  const auto leave_nothing = [&] {
    std::copy(proximal.weights().begin(), proximal.weights().end(), v.begin());
  };
  for (int move = 1; move <= 8; ++move) {
    leave_nothing();
    sweep(proximal, v, 0, 1);
    CHECK(highest(proximal) == (move < 8 ? 16 : 32));
  }
  // Down to 0, which leaves nothing; then up again.
  for (const double stiffest : {8.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0}) {
    sweep(proximal, v, 1, 1e-9);
    CHECK(highest(proximal) == stiffest);
  }
}

TEST_CASE("proximal term: what an intercept leaves at G = 0 does not keep G from rising") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, 1e-4}, true);
  Vector v(problem.dimension());
  ProximalTerm proximal(problem, 4, mean_curvature(problem), v);
  for (int k = 0; k < 4; ++k) sweep(proximal, v, 1, 1e-9);
  for (int k = 0; k < 9; ++k) {
    CHECK(highest(proximal) == 1);
    v.back() = 1;
    sweep(proximal, v, 0, 1e-9);
  }
  std::copy(proximal.weights().begin(), proximal.weights().end(), v.begin());
  v.back() = 0;
  sweep(proximal, v, 0, 1);
  CHECK(highest(proximal) == 4);
}

TEST_CASE("proximal term: a saved state goes on with the same G, centre and gains") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  const double l2 = 1e-4;
  const Problem problem(data, *loss, {0, l2});
  Vector v(problem.dimension()), v_of_other;
  ProximalTerm proximal, other, own(problem, 4, 1e6, v);
  for (int k = 0; k < 10; ++k) sweep(own, v, 0, 1);
  const auto start = [&] {
    v.assign(v.size(), 0.0);
    proximal = other = ProximalTerm(problem, 4, mean_curvature(problem), v);
    for (int k = 0; k < 4; ++k) sweep(proximal, v, 0, 1);
  };
  const auto save = [&] {
    Archive saved;
    proximal.state(saved);
    Archive loaded(std::move(saved).bytes());
    other.state(loaded);
    REQUIRE(loaded.exhausted());
    v_of_other = v;
  };
  // A sweep of both in which u moves so far that `share` of a gain of 1 is left.
  const auto both = [&](double share, double gain) {
    const double change = std::sqrt(share / left_of_one(proximal, own, l2));
    sweep(proximal, v, change, gain);
    sweep(other, v_of_other, change, gain);
    CHECK(stiffness(proximal) == stiffness(other));
    CHECK(v == v_of_other);
  };
  SUBCASE("what was too much is not tried for as long") {
    start();
    sweep(proximal, v, 1e-2, 1e-3);
    save();
    for (int k = 0; k < 10; ++k) {
      std::copy(proximal.weights().begin(), proximal.weights().end(), v.begin());
      v_of_other = v;
      both(0, 1);
      CHECK((highest(proximal) == 32) == (k >= 7));
    }
  }
  SUBCASE("what is left is compared with the last gain too") {
    start();
    save();
    both(0.7, 0.01);
    CHECK(highest(proximal) == 32);
  }
  SUBCASE("the gain since the centre moved counts") {
    start();
    sweep(proximal, v, 0, 1e-3);
    proximal.begin_sweep(v);
    proximal.end_sweep(v, 1, 0.1);
    save();
    both(0.7, 0.01);
    CHECK(highest(proximal) == 32);
  }
}

TEST_CASE("proximal term: none where rows are short for their loss") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, 1e-4});
  const Vector v(problem.dimension());
  CHECK(ProximalTerm(problem, 4, 11.9, v).cells() == 0);
  CHECK(ProximalTerm(problem, 4, 12.1, v).cells() > 0);
}

TEST_CASE("sdca: the gap of long rows closes in few passes") {
  const Dataset data = long_rows();
  const auto logistic = loss::make("logistic"), squared_hinge = loss::make("squared-hinge");
  CHECK(gap_after(Problem(data, *logistic, {0, 1e-4}), 12) < 3e-6);       // without the term 2.3e-4
  CHECK(gap_after(Problem(data, *squared_hinge, {0, 1e-4}), 12) < 1e-2);  // without it 8.3e-2
}

TEST_CASE("sdca: an intercept is not held back further than its own curvature allows") {
  // Features in units that make them large, so that mean q_i asks for a high G.
  RowBlock block;
  for (std::uint32_t i = 0; i < 500; ++i) {
    for (std::uint32_t j = 0; j < 5; ++j) {
      block.indices.push_back(j);
      block.values.push_back(static_cast<float>(100 * std::sin(i * 5 + j)));
    }
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(3 + std::cos(i));
  }
  Dataset data;
  data.append(std::move(block));
  const auto squared = loss::make("squared");
  CHECK(gap_after(Problem(data, *squared, {0, 10}, true), 100) < 1e-6);
}

TEST_CASE("sdca: a start forgets the term of an earlier run") {
  const Dataset data = long_rows();
  const auto loss = loss::make("logistic");
  const Problem with(data, *loss, {0, 1e-4}), without(data, *loss, {1e-6, 1e-4});  // l1 allows of none
  SolverOptions options;
  options.parts = 1;
  const auto again = solver::make("sdca", options), fresh = solver::make("sdca", options);
  again->start(with, Vector(with.dimension()));
  for (int sweep = 0; sweep < 5; ++sweep) again->epoch();
  for (Solver* sdca : {again.get(), fresh.get()}) {
    sdca->start(without, Vector(without.dimension()));
    for (int sweep = 0; sweep < 5; ++sweep) sdca->epoch();
  }
  const auto w = again->weights(), expected = fresh->weights();
  CHECK(Vector(w.begin(), w.end()) == Vector(expected.begin(), expected.end()));
}
