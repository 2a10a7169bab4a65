#include "sparselearn/train/cross_validation.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/train/to_model.hpp"
#include "sparselearn/train/validation.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr double unknown = TraceRow::unknown;

PointSummary point(double l1, double l2, double mean, double error) {
  PointSummary summary;
  summary.point = {l1, l2};
  summary.metric = {mean, error};
  return summary;
}

CrossValidation run_of(const Loss& loss, const std::string& solver, double tolerance) {
  CrossValidation run{loss, true, find_metric("accuracy"), {}, {}, {}, {}, {}, {}};
  run.solver = [solver](const Problem&) { return solver::make(solver, {}); };
  run.model = [](const Problem& problem, std::span<const double> weights) {
    Model model = to_model(problem, weights);
    model.labels = {-1, 1};
    return model;
  };
  run.train.tolerance = tolerance;
  run.train.epochs = 2000;
  run.keep_going = [] { return true; };
  return run;
}

}  // namespace

TEST_CASE("fold_mean: mean and its standard error") {
  const double values[] = {1, 2, 4, 5};
  const FoldMean found = fold_mean(values);
  CHECK(found.mean == 3);
  CHECK(found.error == doctest::Approx(std::sqrt((4.0 + 1 + 1 + 4) / 3 / 4)));
  const double broken[] = {1, unknown};
  CHECK(std::isnan(fold_mean(broken).mean));
}

TEST_CASE(
    "choose_point: the best mean, the strongest penalty within an error of it, the stronger of equals") {
  const PointSummary points[] = {point(0.1, 1, 0.80, 0.01), point(0.01, 2, 0.895, 0.01),
                                 point(0.01, 1, 0.90, 0.01), point(0, 1, 0.90, 0.2),
                                 point(9, 9, unknown, unknown)};
  const auto larger = choose_point(points, true);
  REQUIRE(larger);
  CHECK(larger->best == 2);
  CHECK(larger->one_standard_error == 1);
  const auto smaller = choose_point(points, false);
  REQUIRE(smaller);
  CHECK(smaller->best == 0);
  CHECK(smaller->one_standard_error == 0);
  CHECK_FALSE(choose_point(std::span(points).last(1), true));
}

TEST_CASE("cross_validate: each fold's figures are those of a fit of the other rows, judged on its own") {
  RandomRows shape;
  shape.rows = 211;
  shape.weighted = true;
  const Dataset data = random_rows(shape);
  const auto loss = loss::make("logistic");
  const std::vector<std::uint16_t> fold = deal_rows(data, 3, true, 7);
  const Folds folds(data, fold, 3);
  const PenaltyChain chains[] = {{{0, 1e-2}}, {{1e-2, 1e-3}, {1e-3, std::nullopt}}};
  const CrossValidation run = run_of(*loss, "lbfgs", 1e-13);
  const auto scores = cross_validate(run, folds, chains);
  REQUIRE(scores.size() == 3);
  const PenaltyPoint points[] = {{0, 1e-2}, {1e-2, 1e-3}, {1e-3, std::nullopt}};
  for (std::size_t p = 0; p < 3; ++p)
    for (std::size_t k = 0; k < 3; ++k) {
      CAPTURE(p);
      CAPTURE(k);
      // The same by rows cut out one by one.
      const auto cut = [&](bool held) {
        Dataset rows;
        for (std::uint64_t i = 0; i < data.rows(); ++i) {
          if ((fold[i] == k) != held) continue;
          RowBlock one;
          copy_row(data.blocks()[data.place(i).block], data.place(i).row, one);
          rows.append(std::move(one));
        }
        rows.set_features(data.features());
        return rows;
      };
      const Dataset training = cut(false), held = cut(true);
      const double l2 = points[p].l2.value_or(1 / training.total_weight());
      const Problem problem(training, *loss, {points[p].l1, l2}, true);
      const auto solver = solver::make("lbfgs", {});
      const TrainResult fitted = train(problem, *solver, run.train);
      TraceRow row;
      Validation(held, problem, run.model(problem, fitted.weights), run.metric)(fitted.weights, row);
      CHECK(scores[p][k].fitted);
      CHECK(scores[p][k].metric == doctest::Approx(row.valid_metric).epsilon(1e-12));
      CHECK(scores[p][k].loss == doctest::Approx(row.valid_loss).epsilon(1e-5));
    }
}

TEST_CASE("cross_validate: judging weights replace those of training; nothing is fitted once it shall stop") {
  RandomRows shape;
  shape.rows = 100;
  const Dataset data = random_rows(shape);
  const auto loss = loss::make("logistic");
  const std::vector<std::uint16_t> fold = deal_rows(data, 2, true, 1);
  const PenaltyChain chains[] = {{{0, 1e-2}}};
  CrossValidation run = run_of(*loss, "lbfgs", 1e-6);
  // All weight on the rows that the model of the other fold gets right, then on the others.
  std::vector<float> right(100);
  const Folds folds(data, fold, 2);
  for (std::size_t k = 0; k < 2; ++k) {
    const Dataset training = folds.training(k);
    const Problem problem(training, *loss, {0, 1e-2}, true);
    const auto solver = solver::make("lbfgs", {});
    const Model model = run.model(problem, train(problem, *solver, run.train).weights);
    for (std::uint64_t i = 0; i < 100; ++i) {
      double z = 0;
      if (fold[i] != k) continue;
      model.score(data.row(data.place(i)), &z);
      right[i] = model.label_of(&z) == data.label(data.place(i)) ? 1.0F : 0.0F;
    }
  }
  run.judging_weights = right;
  const auto judged = [&] { return cross_validate(run, folds, chains)[0]; };
  for (const FoldScore& score : judged()) CHECK(score.metric == 1);
  for (float& weight : right) weight = 1 - weight;
  for (const FoldScore& score : judged()) CHECK(score.metric == 0);
  run.keep_going = [] { return false; };
  for (const FoldScore& score : judged()) CHECK_FALSE(score.fitted);
}
