// What the theory promises of sdca: D <= F, D monotone, the gap closes, whatever the loss, the parts and the
// data.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "solver/coordinate/resting.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/dual_bound.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/solver/solver.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Vector = std::vector<double>;

std::unique_ptr<Solver> started(const Problem& problem, std::uint64_t parts, Vector w0 = {},
                                const char* order = "reshuffle") {
  SolverOptions options;
  options.parts = parts;
  options.order = order;
  options.seed = 9;
  auto sdca = solver::make("sdca", options);
  w0.resize(problem.dimension());
  sdca->start(problem, w0);
  return sdca;
}

struct Sides {
  double primal, dual;
};

Sides sides(const Problem& problem, Solver& sdca) {
  Objective objective(problem);
  DualBound bound(problem);
  const Duals duals = *sdca.duals();
  bound.offer(duals.alpha, duals.v);
  return {objective.value(sdca.weights()).total, bound.best()};
}

double value_at_zero(const Problem& problem) {
  Objective objective(problem);
  return objective.value(Vector(problem.dimension(), 0.0)).total;
}

Dataset rows_for(const Loss& loss, std::uint64_t seed, bool weighted) {
  RandomRows shape;
  shape.seed = seed;
  shape.weighted = weighted;
  if (loss.labels() != LabelKind::binary) shape.labels = RandomLabels::real;
  Dataset data = random_rows(shape);
  if (loss.labels() == LabelKind::positive_count)
    data.map_labels([](double y) { return std::floor(std::abs(3 * y)); });
  return data;
}

// That have all features in common.
Dataset dense_rows() {
  RandomRows shape;
  shape.seed = 4;
  shape.weighted = true;
  shape.rows = 400;
  shape.features = 8;
  shape.density = 1;
  return random_rows(shape);
}

Vector run(const Problem& problem, std::uint64_t parts, int epochs, const char* order = "reshuffle") {
  const auto sdca = started(problem, parts, {}, order);
  for (int e = 0; e < epochs; ++e) sdca->epoch();
  const auto w = sdca->weights();
  return {w.begin(), w.end()};
}

}  // namespace

TEST_CASE("sdca: the dual never passes the primal, never falls, and the gap closes, for every loss") {
  for (const loss::Info& info : loss::all()) {
    const auto loss = info.make({});
    if (loss->outputs() > 1) continue;
    const Dataset data = rows_for(*loss, 11, true);
    for (const double l1 : {0.0, 0.003})
      for (const std::uint64_t parts : {1U, 3U}) {
        const std::string name(info.name);
        CAPTURE(name);
        CAPTURE(l1);
        CAPTURE(parts);
        const Problem problem(data, *loss, {l1, 0.01});
        const double scale = std::max(1.0, value_at_zero(problem));
        const auto sdca = started(problem, parts);
        double last = -std::numeric_limits<double>::infinity();
        Sides now{};
        for (int e = 0; e < 400; ++e) {
          sdca->epoch();
          now = sides(problem, *sdca);
          REQUIRE(now.dual <= now.primal + 1e-14 * scale);
          REQUIRE(now.dual >= last - 1e-14 * scale);
          last = now.dual;
        }
        CHECK(now.primal - now.dual <= (loss->smooth() ? 1e-8 : 1e-6) * scale);  // kinks converge like 1/k
      }
  }
}

TEST_CASE(
    "resting: what is to come is the rest of a geometric series, a tenth of the last gain at the least") {
  for (const double ratio : {0.02, 0.5, 0.9}) {
    solver::Resting resting(10);
    CHECK(resting.gain_to_come() == 0);
    double gain = 3;
    for (int sweep = 0; sweep < 6; ++sweep, gain *= ratio) {
      resting.end_sweep(gain, 10);
      const double rest = sweep == 0 ? 0 : ratio / (1 - ratio);
      CHECK(resting.gain_to_come() == doctest::Approx(std::max(0.1, rest) * gain).epsilon(1e-9));
    }
  }
  solver::Resting rising(10);
  rising.end_sweep(1, 10);
  rising.end_sweep(2, 10);
  CHECK(rising.gain_to_come() == doctest::Approx(19 * 2));  // no more than of a ratio of 0.95
}

TEST_CASE("resting: sweeps of few rows or none do not say that little is to come") {
  solver::Resting resting(100);
  resting.end_sweep(8, 100);
  CHECK(resting.gain_to_come() == doctest::Approx(0.8));
  resting.end_sweep(0, 0);
  CHECK(resting.gain_to_come() == doctest::Approx(0.8));
  resting.end_sweep(8, 24);
  CHECK(resting.gain_to_come() == doctest::Approx(19 * 8));  // the ratio of gains counts at once
  resting.end_sweep(8, 1);
  CHECK(resting.gain_to_come() == doctest::Approx(19 * 16));  // 25 visits and 16 gained since the first sweep
}

TEST_CASE("sdca: weights are the same written to a vector of the caller's") {
  const auto loss = loss::make("logistic");
  const Dataset data = rows_for(*loss, 3, false);
  const Problem problem(data, *loss, {1e-3, 1e-2}, true);
  Vector w0(problem.dimension(), 0.25), w{1, 2};
  const auto sdca = started(problem, 1, w0);
  for (int e = 0; e < 3; ++e) {
    REQUIRE(sdca->write_weights(w));
    const auto own = sdca->weights();
    CHECK(w == Vector(own.begin(), own.end()));
    if (e == 0) CHECK(w == w0);
    sdca->epoch();
  }
}

TEST_CASE("sdca: v stays the sum over rows that its alpha say") {
  struct Case {
    const char *loss, *order;
    std::uint64_t parts;
  };
  // With hinge and many parts merges take much back, and with random order from rows visited several times.
  for (const Case& c : {Case{"logistic", "reshuffle", 1}, Case{"logistic", "reshuffle", 2},
                        Case{"hinge", "reshuffle", 8}, Case{"hinge", "random", 8}}) {
    CAPTURE(c.loss);
    CAPTURE(c.order);
    CAPTURE(c.parts);
    const auto loss = loss::make(c.loss);
    const Dataset data = dense_rows();
    const Problem problem(data, *loss, {0, 0.01}, true);
    const auto sdca = started(problem, c.parts, {}, c.order);
    for (int e = 0; e < 300; ++e) sdca->epoch();
    const Duals duals = *sdca->duals();
    Vector v(problem.dimension());
    for (std::uint64_t i = 0; i < data.rows(); ++i) {
      const RowPlace place = data.place(i);
      const RowView row = data.row(place);
      const double share = data.weight(place) * duals.alpha[i] / data.total_weight();
      for (std::size_t k = 0; k < row.size; ++k)
        v[row.index[k]] += share * static_cast<double>(row.value_at(k));
      v.back() += share;
    }
    for (std::size_t j = 0; j < v.size(); ++j) CHECK(std::abs(duals.v[j] - v[j]) <= 1e-14);
  }
}

TEST_CASE("sdca: a start forgets the run before") {
  const auto loss = loss::make("hinge");
  const Dataset many = dense_rows();
  RowBlock block;
  std::uint64_t full = 0;  // the first row that counts and is
  while (many.weight(many.place(full)) == 0 || many.row(many.place(full)).size < 6) ++full;
  const RowPlace place = many.place(full);
  copy_row(many.blocks()[place.block], place.row, block);
  Dataset one;  // with room for one part alone
  one.append(std::move(block));
  one.set_features(many.features());
  const Problem before(many, *loss, {0, 1e-3}, false), after(one, *loss, {0, 0.5}, false);
  for (const Problem* problem : {&before, &after})
    for (int epochs_before = 1; epochs_before < 10; ++epochs_before) {
      CAPTURE(epochs_before);
      const auto fresh = started(*problem, 8), used = started(before, 8);
      for (int e = 0; e < epochs_before; ++e) used->epoch();
      used->start(*problem, Vector(problem->dimension()));
      used->epoch();
      fresh->epoch();
      const auto a = used->weights(), b = fresh->weights();
      CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
    }
}

TEST_CASE("sdca: an intercept brings sum_i s_i alpha_i to zero and the gradient in b too") {
  for (const char* name : {"logistic", "squared-hinge", "huber"}) {
    const auto loss = loss::make(name);
    const Dataset data = rows_for(*loss, 21, true);
    for (const std::uint64_t parts : {1U, 3U}) {
      const Problem problem(data, *loss, {0.002, 0.01}, true);
      const auto sdca = started(problem, parts);
      for (int e = 0; e < 2000 && !sdca->stalled(); ++e) sdca->epoch();
      Objective objective(problem);
      Vector gradient(problem.dimension());
      objective.value_and_gradient(sdca->weights(), gradient);
      CHECK(std::abs(gradient.back()) < 1e-9);
      const Sides now = sides(problem, *sdca);
      CHECK(now.primal - now.dual < 1e-9);
      CHECK(now.primal - now.dual > -1e-14);
    }
  }
}

TEST_CASE("sdca: a row of weight 2 is two copies of it, in the optimum") {
  const auto loss = loss::make("logistic");
  Dataset weighted = rows_for(*loss, 5, false), copied;
  std::vector<float> weights(weighted.rows(), 1.0F);
  for (std::size_t i = 0; i < weights.size(); i += 3) weights[i] = 2;
  RowBlock block;
  for (std::uint64_t i = 0; i < weighted.rows(); ++i)
    for (int copy = 0; copy < static_cast<int>(weights[i]); ++copy) {
      const RowPlace place = weighted.place(i);
      const RowView row = weighted.row(place);
      block.indices.insert(block.indices.end(), row.index, row.index + row.size);
      block.values.insert(block.values.end(), row.value, row.value + row.size);
      block.offsets.push_back(block.indices.size());
      block.labels.push_back(weighted.label(place));
    }
  copied.append(std::move(block));
  copied.set_features(weighted.features());
  weighted.set_weights(weights);
  const Vector a = run(Problem(weighted, *loss, {0.001, 0.01}), 1, 400);
  const Vector b = run(Problem(copied, *loss, {0.001, 0.01}), 1, 400);
  for (std::size_t j = 0; j < a.size(); ++j) CHECK(a[j] == doctest::Approx(b[j]).epsilon(1e-9));
}

TEST_CASE("sdca: same bits twice, and on any number of threads") {
  const auto loss = loss::make("logistic");
  RandomRows shape;
  shape.rows = 3000;
  shape.features = 200;
  shape.density = 0.05;
  const Dataset data = random_rows(shape);
  const Problem problem(data, *loss, {1e-4, 1e-3}, true);
  for (const std::uint64_t parts : {1U, 2U, 5U}) {
    const Vector first = run(problem, parts, 10);
    CHECK(run(problem, parts, 10) == first);
    for (const std::size_t threads : {1U, 2U, 7U}) {
      const ThreadLimit limit(threads);
      CHECK(run(problem, parts, 10) == first);
    }
    // No row is in two parts at once.
    const Vector drawn = run(problem, parts, 10, "random");
    for (int again = 0; again < 5; ++again) CHECK(run(problem, parts, 10, "random") == drawn);
  }
}

TEST_CASE("sdca: a saved run goes on bit for bit") {
  const auto loss = loss::make("squared-hinge");
  const Dataset data = rows_for(*loss, 8, true);
  const Problem problem(data, *loss, {1e-3, 1e-3}, true);
  for (const std::uint64_t parts : {1U, 3U}) {
    const auto whole = started(problem, parts);
    for (int e = 0; e < 7; ++e) whole->epoch();
    Archive saved;
    whole->state(saved);
    const auto resumed = started(problem, parts);
    Archive loaded(saved.bytes());
    resumed->state(loaded);
    CHECK(loaded.exhausted());
    for (int e = 0; e < 13; ++e) {
      whole->epoch();
      resumed->epoch();
    }
    const auto a = whole->weights(), b = resumed->weights();
    CHECK(Vector(a.begin(), a.end()) == Vector(b.begin(), b.end()));
    CHECK(whole->updates() == resumed->updates());
    CHECK(whole->epochs() == resumed->epochs());
  }
}

TEST_CASE("sdca: started at the optimum it stays there; started elsewhere it gets there") {
  const auto loss = loss::make("logistic");
  const Dataset data = rows_for(*loss, 8, false);
  for (const bool intercept : {false, true}) {
    const Problem problem(data, *loss, {1e-3, 1e-2}, intercept);
    const Vector best = run(problem, 1, 400);
    const auto warm = started(problem, 1, best);
    Sides there = sides(problem, *warm);
    CHECK(there.primal - there.dual < 1e-9);
    warm->epoch();
    there = sides(problem, *warm);
    CHECK(there.primal - there.dual < 1e-9);
    Vector far = best;
    for (double& w : far) w *= -30;
    const auto cold = started(problem, 1, far);
    CHECK(std::isfinite(sides(problem, *cold).dual));
    for (int e = 0; e < 400; ++e) cold->epoch();
    const Sides now = sides(problem, *cold);
    CHECK(now.primal - now.dual < 1e-9);
  }
}

TEST_CASE("sdca: degenerate data and penalties leave finite weights") {
  const auto check = [](const Dataset& data, const char* name, double l1, double l2, bool intercept) {
    const auto loss = loss::make(name);
    CAPTURE(l2);
    CAPTURE(intercept);
    const Problem problem(data, *loss, {l1, l2}, intercept);
    for (const std::uint64_t parts : {1U, 2U}) {
      const auto sdca = started(problem, parts);
      for (int e = 0; e < 60; ++e) sdca->epoch();
      for (const double w : sdca->weights()) CHECK(std::isfinite(w));
      const Duals duals = *sdca->duals();
      for (const double a : duals.alpha) CHECK(std::isfinite(a));
    }
  };
  RandomRows one_row, empty, usual;
  one_row.rows = 1;
  one_row.empty_every = 0;
  empty.empty_every = 1;
  Dataset one_class = random_rows(usual);
  one_class.map_labels([](double) { return 1.0; });
  for (const char* name : {"logistic", "hinge", "squared-hinge", "exponential"})
    for (const double l2 : {1e-12, 1e-3, 1e12})
      for (const bool intercept : {false, true}) {
        check(random_rows(one_row), name, 0, l2, intercept);
        check(random_rows(empty), name, 0, l2, intercept);
        check(random_rows(usual), name, 1e-3, l2, intercept);
        check(one_class, name, 0, l2, intercept);
      }
}

TEST_CASE("sdca: stalls at rounding level and refuses what it cannot do") {
  const auto loss = loss::make("squared");
  const Dataset data = rows_for(*loss, 2, false);
  const Problem problem(data, *loss, {0, 0.1});
  const auto sdca = started(problem, 1);
  for (int e = 0; e < 2000 && !sdca->stalled(); ++e) sdca->epoch();
  CHECK(sdca->stalled());
  const Sides now = sides(problem, *sdca);
  CHECK(now.primal - now.dual <= 1e-14);

  const Problem no_l2(data, *loss, {0.1, 0});
  CHECK_THROWS_AS(started(no_l2, 1), UsageError);
  CHECK_THROWS_WITH(started(no_l2, 1), doctest::Contains("saga"));
}
