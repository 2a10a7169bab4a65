// Platt's sigmoid against a slow search, isotonic regression against its max-min formula.
#include "sparselearn/train/calibration.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

/// Scores that tell the labels, more or less; `steps` different ones, so that some are equal.
HeldOutScores random_scores(std::size_t rows, std::uint64_t seed, std::uint64_t steps,
                            bool weighted = false) {
  Random random(seed);
  HeldOutScores scores;
  for (std::size_t i = 0; i < rows; ++i) {
    const double z = static_cast<double>(random.below(steps)) / static_cast<double>(steps) * 6 - 2;
    scores.scores.push_back(z);
    scores.labels.push_back(random.uniform() < 1 / (1 + std::exp(-0.8 * z + 0.5)) ? 1 : -1);
    scores.weights.push_back(weighted ? static_cast<double>(random.below(4)) : 1);
  }
  return scores;
}

double platt_objective(const HeldOutScores& rows, double a, double b) {
  double positive = 0, negative = 0, sum = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i)
    (rows.labels[i] > 0 ? positive : negative) += rows.weights[i];
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const double t = rows.labels[i] > 0 ? (positive + 1) / (positive + 2) : 1 / (negative + 2);
    const double p = 1 / (1 + std::exp(a * rows.scores[i] + b));
    sum -= rows.weights[i] * (t * std::log(p) + (1 - t) * std::log(1 - p));
  }
  return sum;
}

/// Where a convex function is least, by thirds.
double least(const std::function<double(double)>& f) {
  double low = -20, high = 20;
  for (int round = 0; round < 80; ++round) {
    const double left = low + (high - low) / 3, right = high - (high - low) / 3;
    (f(left) < f(right) ? high : low) = f(left) < f(right) ? right : left;
  }
  return (low + high) / 2;
}

struct Mean {
  double positive = 0, weight = 0;
};

/// max over a <= i of min over b >= i of the mean of a .. b (Barlow et al. 1972), by score.
std::map<double, double> max_min(const HeldOutScores& rows) {
  std::map<double, Mean> groups;
  for (std::size_t i = 0; i < rows.scores.size(); ++i) {
    if (rows.weights[i] == 0) continue;
    groups[rows.scores[i]].positive += rows.labels[i] > 0 ? rows.weights[i] : 0;
    groups[rows.scores[i]].weight += rows.weights[i];
  }
  const std::vector<std::pair<double, Mean>> list(groups.begin(), groups.end());
  std::map<double, double> fitted;
  for (std::size_t i = 0; i < list.size(); ++i) {
    double largest = 0;
    for (std::size_t a = 0; a <= i; ++a) {
      double smallest = 1;
      Mean sum;
      for (std::size_t b = a; b < list.size(); ++b) {
        sum.positive += list[b].second.positive;
        sum.weight += list[b].second.weight;
        if (b >= i) smallest = std::min(smallest, sum.positive / sum.weight);
      }
      largest = std::max(largest, smallest);
    }
    fitted[list[i].first] = largest;
  }
  return fitted;
}

}  // namespace

TEST_CASE("calibration: Platt's sigmoid is where a slow search finds it") {
  for (const bool weighted : {false, true}) {
    const HeldOutScores rows = random_scores(60, 7, 1000, weighted);
    const auto best_b = [&](double a) {
      return least([&](double b) { return platt_objective(rows, a, b); });
    };
    const double a = least([&](double each) { return platt_objective(rows, each, best_b(each)); });
    const Calibration found = fit_platt(rows);
    CHECK(found.kind == Calibration::Kind::platt);
    CHECK(found.a == doctest::Approx(a).epsilon(1e-5));
    CHECK(found.b == doctest::Approx(best_b(a)).epsilon(1e-5));
    CHECK(found.probability(0.7) ==
          doctest::Approx(1 / (1 + std::exp(found.a * 0.7 + found.b))).epsilon(1e-14));
  }
}

TEST_CASE("calibration: Platt's sigmoid converges where scores are far apart, and far from 0") {
  HeldOutScores rows = random_scores(200, 3, 1000);
  const Calibration usual = fit_platt(rows);
  for (double& z : rows.scores) z = 1e6 * z + 1e7;
  const Calibration far = fit_platt(rows);
  for (const double z : {-2.0, 0.5, 3.0})
    CHECK(far.probability(1e6 * z + 1e7) == doctest::Approx(usual.probability(z)).epsilon(1e-6));
}

TEST_CASE("calibration: labels that the scores separate do not lead to infinity") {
  const HeldOutScores rows{{-2, -1, 1, 2}, {-1, -1, 1, 1}, {1, 1, 1, 1}};
  const Calibration found = fit_platt(rows);
  CHECK(std::isfinite(found.a));
  CHECK(found.probability(2) > 0.7);
  CHECK(found.probability(2) < 0.9);  // the targets are 3/4 and 1/4
}

TEST_CASE("calibration: isotonic regression is the max-min of means") {
  for (const std::uint64_t steps : {5U, 40U, 100000U})
    for (const bool weighted : {false, true}) {
      const HeldOutScores rows = random_scores(80, steps, steps, weighted);
      const Calibration found = fit_isotonic(rows);
      const auto fitted = max_min(rows);
      CHECK(fitted.size() > 4);
      for (const auto& [z, p] : fitted) CHECK(found.probability(z) == doctest::Approx(p).epsilon(1e-12));
      for (std::size_t k = 1; k < found.scores.size(); ++k) {
        CHECK(found.scores[k] > found.scores[k - 1]);
        CHECK(found.probabilities[k] >= found.probabilities[k - 1]);
      }
    }
}

TEST_CASE("calibration: a row of weight k is k rows") {
  const HeldOutScores weighted = random_scores(50, 11, 1000, true);
  HeldOutScores copies;
  for (std::size_t i = 0; i < weighted.scores.size(); ++i)
    for (double k = 0; k < weighted.weights[i]; ++k) {
      copies.scores.push_back(weighted.scores[i]);
      copies.labels.push_back(weighted.labels[i]);
      copies.weights.push_back(1);
    }
  CHECK(fit_isotonic(weighted) == fit_isotonic(copies));
  CHECK(fit_platt(weighted).a == doctest::Approx(fit_platt(copies).a).epsilon(1e-9));
  CHECK(fit_platt(weighted).b == doctest::Approx(fit_platt(copies).b).epsilon(1e-9));
}

TEST_CASE("calibration: between two scores it is a line, beyond them constant") {
  Calibration steps;
  steps.kind = Calibration::Kind::isotonic;
  steps.scores = {-1, 1, 3};
  steps.probabilities = {0.25, 0.5, 1};
  CHECK(steps.probability(-1e308) == 0.25);
  CHECK(steps.probability(0) == 0.375);
  CHECK(steps.probability(1) == 0.5);
  CHECK(steps.probability(2) == 0.75);
  CHECK(steps.probability(1e308) == 1);
}

TEST_CASE("calibration: rows of one label are refused") {
  const HeldOutScores one{{1, 2, 3}, {1, 1, -1}, {1, 1, 0}};
  CHECK_THROWS_AS(fit_platt(one), DataError);
  CHECK_THROWS_AS(fit_isotonic(one), DataError);
}
