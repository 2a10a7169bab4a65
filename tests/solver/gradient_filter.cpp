// Clipping and noise: the filter by its formulas, and solvers with it against dense loops.
#include "solver/stochastic/gradient_filter.hpp"

#include <vector>

#include "solver/dense_stochastic.hpp"
#include "solver/textbook.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// sgd with --clip-norm, then --clip-value, then the filter's own noise on the features of the batch's rows.
struct DenseFiltered : DenseRule {
  DenseFiltered(const Dense& on, const Vector& w0, const SolverOptions& with)
      : DenseRule(on, w0), options(with), met(w0.size()) {
    SolverOptions noise_alone;
    noise_alone.gradient_noise = with.gradient_noise;
    noise_alone.seed = with.seed;
    noise = GradientFilter(noise_alone);
  }
  void see(std::span<const std::uint64_t> rows) override {
    for (std::size_t j = 0; j < w.size(); ++j) {
      met[j] = false;
      for (const std::uint64_t i : rows) met[j] = met[j] || dense.x[i][j / dense.outputs] != 0;
    }
  }
  void move(const Vector& data_gradient, double a) override {
    Vector g = data_gradient;
    const double norm = std::sqrt(inner(g, g));
    noise.begin(updates++, 0);
    for (std::size_t j = 0; j < w.size(); ++j) {
      if (options.clip_norm > 0 && norm > options.clip_norm) g[j] *= options.clip_norm / norm;
      if (options.clip_value > 0) g[j] = std::max(-options.clip_value, std::min(options.clip_value, g[j]));
      if (met[j]) g[j] = noise(g[j], j);
    }
    dense.proximal_step(w, g, a);
  }

  const SolverOptions options;
  GradientFilter noise;
  std::vector<bool> met;
  std::uint64_t updates = 0;
};

}  // namespace

TEST_CASE("clipping and noise: sgd's iterates are the dense loop's") {
  for (const double norm : {0.0, 0.3})
    for (const double value : {0.0, 0.1})
      for (const double noise : {0.0, 0.01})
        for (const std::uint64_t batch : {1U, 4U})
          for (const std::string loss : {"logistic", "softmax"}) {
            CAPTURE(norm);
            CAPTURE(value);
            CAPTURE(noise);
            CAPTURE(batch);
            CAPTURE(loss);
            Setting setting = with_step(0.3);
            setting.loss = loss;
            setting.options.batch_size = batch;
            setting.options.clip_norm = norm;
            setting.options.clip_value = value;
            setting.options.gradient_noise = noise;
            compare("sgd", setting, [](const Dense& dense, const Vector& w0, const SolverOptions& options) {
              return std::make_unique<DenseFiltered>(dense, w0, options);
            });
          }
}

TEST_CASE("clipping: adam's dense and lazy updates see clipped gradients") {
  const Case c("logistic", {0, 0.05}, true);
  for (const std::string update : {"dense", "lazy"}) {
    CAPTURE(update);
    SolverOptions options;
    options.step = 0.05;
    options.update = update;
    const auto plain = solver::make("adam", options);
    options.clip_norm = 1e9;
    const auto loose = solver::make("adam", options);
    options.clip_norm = 0.1;
    const auto tight = solver::make("adam", options);
    for (Solver* solver : {plain.get(), loose.get(), tight.get()}) {
      solver->start(c.problem(), Vector(c.dimension(), 0.0));
      solver->epoch();
    }
    CHECK(weights_of(*plain) == weights_of(*loose));
    CHECK(weights_of(*plain) != weights_of(*tight));
  }
}

TEST_CASE(
    "gradient noise: mean 0, variance eta / (1 + t)^0.55, no correlation along updates and coordinates") {
  constexpr double eta = 0.3;
  constexpr int count = 20000;
  SolverOptions options;
  options.gradient_noise = eta;
  for (const std::uint64_t t : {0U, 1U, 1000U}) {
    CAPTURE(t);
    GradientFilter filter(options), after(options);
    filter.begin(t, 0);
    after.begin(t + 1, 0);
    const double variance = eta / std::pow(1 + static_cast<double>(t), 0.55);
    double mean = 0, square = 0, fourth = 0, next_coordinate = 0, next_update = 0;
    for (std::uint64_t j = 0; j < count; ++j) {
      const double z = filter(2.0, j) - 2;
      mean += z / count;
      square += z * z / count;
      fourth += z * z * z * z / count;
      next_coordinate += z * (filter(2.0, j + 1) - 2) / count;
      next_update += z * (after(2.0, j) - 2) / count;
    }
    const double error = 4 / std::sqrt(count);  // four standard errors of a mean of unit variance
    CHECK(std::abs(mean) < error * std::sqrt(variance));
    CHECK(std::abs(square - variance) < error * std::sqrt(2.0) * variance);
    CHECK(std::abs(fourth - 3 * variance * variance) < error * std::sqrt(96.0) * variance * variance);
    CHECK(std::abs(next_coordinate) < error * variance);
    CHECK(std::abs(next_update) < error * variance);
  }
}

TEST_CASE("gradient noise: a function of seed, update and coordinate") {
  SolverOptions options;
  options.gradient_noise = 1;
  GradientFilter one(options), same(options);
  options.seed = 2;
  GradientFilter other(options);
  for (GradientFilter* filter : {&one, &same, &other}) filter->begin(7, 0);
  CHECK(one(0, 3) == same(0, 3));
  CHECK(one(0, 3) != one(0, 4));
  CHECK(one(0, 3) != other(0, 3));
}

TEST_CASE("clipping and noise: negative options are refused") {
  const Case c("logistic", {0, 0.05});
  for (const int k : {0, 1, 2}) {
    SolverOptions options;
    (k == 0 ? options.clip_norm : k == 1 ? options.clip_value : options.gradient_noise) = -1;
    CHECK_THROWS_AS(solver::make("sgd", options)->start(c.problem(), Vector(c.dimension(), 0.0)), UsageError);
  }
}
