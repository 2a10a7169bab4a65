#include "sparselearn/engine/dual_bound.hpp"

#include <doctest/doctest.h>

#include "engine/small_problem.hpp"

using namespace sparselearn;

namespace {

// F* by many steps of proximal gradient descent with the step 1/L.
std::vector<double> minimiser(const Problem& problem) {
  Objective objective(problem);
  std::vector<double> w(problem.dimension()), gradient(problem.dimension());
  const double step = 1 / (problem.smoothness().max + problem.penalty().l2);
  for (int k = 0; k < 20000; ++k) {
    objective.value_and_gradient(w, gradient);
    for (std::size_t j = 0; j < w.size(); ++j) {
      const double l1 = j < problem.penalized() ? problem.penalty().l1 : 0;
      w[j] = soft_threshold(w[j] - step * gradient[j], step * l1);
    }
  }
  return w;
}

}  // namespace

TEST_CASE("the dual bound never exceeds F* and meets it at the optimum") {
  const SmallData made = random_rows({}, 13);
  for (const char* name : {"logistic", "squared", "squared-hinge", "smoothed-hinge", "huber"})
    for (const Penalty penalty : {Penalty{0, 0.1}, Penalty{0.05, 0.1}, Penalty{0.05, 0}})
      for (const bool intercept : {false, true}) {
        CAPTURE(name);
        CAPTURE(penalty.l1);
        CAPTURE(penalty.l2);
        CAPTURE(intercept);
        const auto loss = loss::make(name);
        const Problem problem(made.data, *loss, penalty, intercept);
        REQUIRE(DualBound::exists(problem));
        Objective objective(problem);
        std::vector<double> gradient(problem.dimension());
        const std::vector<double> best = minimiser(problem);
        const double f_star = objective.value(best).total;
        DualBound bound(problem);
        for (std::uint64_t seed = 1; seed < 6; ++seed) {
          const std::vector<double> w = random_vector(problem.dimension(), seed);
          objective.value_and_gradient(w, gradient);
          bound.offer_primal(objective, w, gradient);
          bound.sweep(w);
          CHECK(bound.best() <= f_star + 1e-12);
        }
        objective.value_and_gradient(best, gradient);
        bound.offer_primal(objective, best, gradient);
        bound.sweep(best);
        CHECK(bound.best() <= f_star + 1e-12);
        CHECK(bound.best() >= f_star - 1e-7);
      }
}

TEST_CASE("sweeps alone bring the bound up for hinge, whose derivatives are no use") {
  const SmallData made = random_rows({}, 14);
  const auto loss = loss::make("hinge");
  const Problem problem(made.data, *loss, Penalty{0, 0.1});
  Objective objective(problem);
  std::vector<double> w(problem.dimension()), gradient(problem.dimension());
  DualBound bound(problem);
  double last = -1e300;
  for (int k = 0; k < 30; ++k) {
    objective.value_and_gradient(w, gradient);
    bound.offer_primal(objective, w, gradient);
    bound.sweep(w);
    CHECK(bound.best() >= last);
    last = bound.best();
  }
  CHECK(bound.best() <= objective.value(w).total);
  CHECK(bound.best() > 0.05);
}

TEST_CASE("there is no bound without a penalty") {
  const SmallData made = random_rows({}, 15);
  const auto loss = loss::make("logistic");
  CHECK_FALSE(DualBound::exists(Problem(made.data, *loss, Penalty{0, 0})));
}
