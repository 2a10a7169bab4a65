// What a merge of some cells finds, against its definition written out densely: the excess is
//   sum_j [R_j(v_j + sum_p Delta_pj) - R_j(v_j)] - (1/sigma_j) sum_p [R_j(u_pj) - R_j(v_j)],  u_p = v + sigma
//   Delta_p
// R_j(u) = u^2 / (2 l2), (1 + rho_j) times that with a proximal term, u^2 / (2 kappa) for the intercept.
#include "solver/coordinate/dual_replicas.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "solver/coordinate/dual_start.hpp"
#include "sparselearn/data/generate.hpp"
#include "sparselearn/loss/loss.hpp"

using namespace sparselearn;
using solver::DualDamping;
using solver::DualReplicas;
using solver::ProximalTerm;

namespace {

using Vector = std::vector<double>;

constexpr std::size_t parts = 3;
constexpr double l2 = 1e-3, kappa = 8e-3;

Dataset long_rows(bool by_frequency) {
  DataShape shape;
  shape.rows = 2000;
  shape.features = 1500;
  shape.nonzeros_per_row = 40;
  shape.zipf = 1;
  shape.ones = true;
  Dataset data = generated(shape);
  data.set_frequent_first(by_frequency);
  return data;
}

void check_merge(bool by_frequency) {
  const Dataset data = long_rows(by_frequency);
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, l2}, true);
  Vector v(problem.dimension());
  for (std::size_t j = 0; j < v.size(); ++j) v[j] = std::sin(static_cast<double>(j));
  HugeVector<double> q;
  const ProximalTerm proximal(problem, 4, solver::row_curvatures(problem, q), v);
  REQUIRE(proximal.cells() > 10);
  REQUIRE(proximal.cells() < problem.penalized());
  Vector stiff(v.size(), 1.0);
  proximal.for_each_cell(0, proximal.cells(), [&](std::size_t j, double s) { stiff[j] = s; });

  DualReplicas replicas(parts, v, problem.penalized(), 0, l2, l2, by_frequency);
  replicas.set_intercept_l2(kappa);
  DualDamping expected = replicas.damping();
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    Vector merged = v;
    Vector joint(DualDamping::groups, 0.0), apart(DualDamping::groups, 0.0);
    double excess = 0;
    for (std::size_t j = 0; j < v.size(); ++j) {
      const std::size_t group = expected.group(j);
      const double sigma = expected.of(group), curvature = stiff[j] / (j < problem.penalized() ? l2 : kappa);
      const auto rise = [&](double to) { return curvature / 2 * (to * to - v[j] * v[j]); };
      double sum = 0;
      for (std::size_t p = 0; p < parts; ++p) {
        // Parts that work with each other in some cells and against each other in others.
        const double delta = std::cos(static_cast<double>(j * (j % 2 == 0 ? 1 : p + 1) + p) + round) /
                             static_cast<double>(1 + p);
        replicas.of(p)[j] = v[j] + sigma * delta;
        sum += delta;
        excess -= rise(v[j] + sigma * delta) / sigma;
        apart[group] += stiff[j] * delta * delta;
      }
      excess += rise(v[j] + sum);
      joint[group] += stiff[j] * sum * sum;
      merged[j] += sum;
    }
    CHECK(replicas.merge_front(v, v.size(), proximal) == doctest::Approx(excess).epsilon(1e-9));
    for (std::size_t j = 0; j < v.size(); ++j) CHECK(v[j] == doctest::Approx(merged[j]).epsilon(1e-13));
    replicas.adapt_sigma();
    for (std::size_t group = 0; group < DualDamping::groups; ++group) {
      expected.adapt(group, joint[group], apart[group]);
      CHECK(replicas.damping().of(group) == doctest::Approx(expected.of(group)).epsilon(1e-12));
    }
    replicas.caught_up();
  }
}

}  // namespace

TEST_CASE(
    "replicas: a merge of some cells overrates by what the definition says, and its sigma is that of them") {
  for (const bool by_frequency : {false, true}) check_merge(by_frequency);
}
