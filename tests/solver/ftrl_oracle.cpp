// ftrl against a dense loop of McMahan et al. 2013, algorithm 1, with the penalty of every row seen
// (clarified: t l1 and t l2) or once in total.
#include <cmath>

#include "solver/dense.hpp"
#include "support/random_problem.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

class DenseFtrl {
 public:
  DenseFtrl(const Dense& dense, const Vector& w0, const SolverOptions& options)
      : dense_(dense), options_(options), z_(w0.size(), 0.0), n_(w0.size(), 0.0), w_(w0) {
    // z for which the formula gives w0.
    for (std::size_t j = 0; j < w0.size(); ++j)
      z_[j] = -w0[j] * (options.beta / *options.step + times() * dense.l2(j)) -
              std::copysign(times() * dense.l1(j), w0[j]);
  }

  void epoch(Visits& visits) {
    for (const std::uint64_t i : visits.next_epoch()) step(i, visits.inverse(i));
  }
  const Vector& solution() const { return w_; }

 private:
  double times() const { return options_.ftrl_penalty == "total" ? 1 : rows_; }

  void step(std::uint64_t i, double importance) {
    const double a = *options_.step;
    Vector g(w_.size(), 0.0);
    dense_.add(g, i, dense_.derivative(i, w_), dense_.r[i] * importance);
    rows_ += 1;
    for (std::size_t j = 0; j < w_.size(); ++j) {
      const double sigma = (std::sqrt(n_[j] + g[j] * g[j]) - std::sqrt(n_[j])) / a;
      z_[j] += g[j] - sigma * w_[j];
      n_[j] += g[j] * g[j];
      const double threshold = times() * dense_.l1(j);
      w_[j] = std::abs(z_[j]) <= threshold
                  ? 0
                  : -(z_[j] - std::copysign(threshold, z_[j])) /
                        ((options_.beta + std::sqrt(n_[j])) / a + times() * dense_.l2(j));
    }
  }

  const Dense& dense_;
  const SolverOptions options_;
  Vector z_, n_, w_;
  double rows_ = 0;
};

void compare(const SolverOptions& options, const Penalty& penalty, const std::string& loss_name,
             bool intercept, RandomRows shape = {}) {
  shape.weighted = true;
  const RandomProblem made(shape, loss_name, penalty, intercept);
  const Problem& problem = *made.problem;
  const Dense dense(problem);
  const Vector w0 = uneven_start(problem.dimension());
  Visits visits(problem, dense, options);
  DenseFtrl textbook(dense, w0, options);
  const auto solver = solver::make("ftrl", options);
  solver->start(problem, w0);
  check_same_weights(solver->weights(), w0);
  for (int e = 0; e < 5; ++e) {
    solver->epoch();
    textbook.epoch(visits);
    CAPTURE(e);
    check_same_weights(solver->weights(), textbook.solution());
  }
}

}  // namespace

TEST_CASE("ftrl: iterates are the dense loop's for both forms of the penalty") {
  for (const std::string form : {"average", "total"})
    for (const Penalty& penalty : {Penalty{0, 0}, Penalty{0, 0.05}, Penalty{0.005, 0}, Penalty{0.005, 0.05}})
      for (const std::string sampling : {"uniform", "norm"})
        for (const std::string loss : {"logistic", "hinge", "softmax"})
          for (const bool intercept : {false, true}) {
            CAPTURE(form);
            CAPTURE(penalty.l1);
            CAPTURE(penalty.l2);
            CAPTURE(sampling);
            CAPTURE(loss);
            SolverOptions options;
            options.step = 0.3;
            options.beta = 0.7;
            options.ftrl_penalty = form;
            options.sampling = sampling;
            compare(options, penalty, loss, intercept);
          }
}

TEST_CASE("ftrl: rows longer than what is taken at once, with values and without") {
  for (const bool ones : {false, true}) {
    CAPTURE(ones);
    RandomRows long_rows;
    long_rows.features = 250;
    long_rows.density = 0.8;
    long_rows.ones = ones;
    SolverOptions options;
    options.step = 0.3;
    compare(options, {0.001, 0.05}, "logistic", true, long_rows);
  }
}

TEST_CASE("ftrl: every order of rows") {
  for (const std::string order : {"reshuffle", "once", "sequential", "random"}) {
    CAPTURE(order);
    SolverOptions options;
    options.step = 0.3;
    options.order = order;
    options.seed = 9;
    options.sampling = "norm";
    compare(options, {0.005, 0.05}, "logistic", true);
  }
}
