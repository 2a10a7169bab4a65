#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "sparselearn/base/random.hpp"
#include "sparselearn/metric/metric.hpp"

using namespace sparselearn;

namespace {

// Predictions with the memory they point to.
struct Sample {
  std::vector<double> scores, labels, weights, probabilities;
  std::size_t outputs = 1;
  Predictions view() const { return {scores, labels, weights, probabilities, outputs}; }
};

double compute(const char* name, const Sample& sample) {
  const metric::Info* info = metric::find(name);
  REQUIRE(info != nullptr);
  return info->compute(sample.view());
}

double weight(const Sample& s, std::size_t row) { return s.weights.empty() ? 1 : s.weights[row]; }

// Scores on a coarse grid, so that ties are common; whole weights, so that a row can be repeated instead.
Sample binary_sample(std::size_t rows, bool weighted, Random& random) {
  Sample s;
  for (std::size_t row = 0; row < rows; ++row) {
    const double label = random.below(3) == 0 ? 1 : -1;
    s.labels.push_back(label);
    s.scores.push_back((static_cast<double>(random.below(9)) - 4) / 2 + 0.5 * label);
    s.probabilities.push_back(1 / (1 + std::exp(-s.scores.back())));
    if (weighted) s.weights.push_back(static_cast<double>(random.below(4)));
  }
  return s;
}

Sample class_sample(std::size_t rows, std::size_t classes, bool weighted, Random& random) {
  Sample s;
  s.outputs = classes;
  for (std::size_t row = 0; row < rows; ++row) {
    s.labels.push_back(static_cast<double>(random.below(classes)));
    double total = 0;
    std::vector<double> p(classes);
    for (double& v : p) total += v = 0.1 + static_cast<double>(random.below(4));
    for (const double v : p) {
      s.probabilities.push_back(v / total);
      s.scores.push_back(std::log(v));
    }
    if (weighted) s.weights.push_back(static_cast<double>(random.below(4)));
  }
  return s;
}

Sample regression_sample(std::size_t rows, bool weighted, Random& random) {
  Sample s;
  for (std::size_t row = 0; row < rows; ++row) {
    s.labels.push_back(10 * random.uniform() - 3);
    s.scores.push_back(s.labels.back() + 2 * random.uniform() - 1);
    if (weighted) s.weights.push_back(static_cast<double>(random.below(4)));
  }
  return s;
}

// The sample with each row written down as often as its weight says.
Sample repeated(const Sample& s) {
  Sample out;
  out.outputs = s.outputs;
  for (std::size_t row = 0; row < s.labels.size(); ++row)
    for (int copy = 0; copy < static_cast<int>(weight(s, row)); ++copy) {
      out.labels.push_back(s.labels[row]);
      for (std::size_t k = 0; k < s.outputs; ++k) {
        out.scores.push_back(s.scores[row * s.outputs + k]);
        if (!s.probabilities.empty()) out.probabilities.push_back(s.probabilities[row * s.outputs + k]);
      }
    }
  return out;
}

Sample sample_for(const metric::Info& info, std::size_t rows, bool weighted, Random& random) {
  const auto has = [&](metric::Task task) { return (info.tasks >> static_cast<unsigned>(task)) & 1u; };
  if (has(metric::Task::binary)) return binary_sample(rows, weighted, random);
  if (has(metric::Task::classes)) return class_sample(rows, 4, weighted, random);
  return regression_sample(rows, weighted, random);
}

// All pairs, in O(rows^2).
double auc_by_pairs(const Sample& s) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < s.labels.size(); ++i)
    for (std::size_t j = 0; j < s.labels.size(); ++j) {
      if (!(s.labels[i] > 0 && s.labels[j] < 0)) continue;
      const double pair = weight(s, i) * weight(s, j);
      pairs += pair;
      if (s.scores[i] > s.scores[j]) wins += pair;
      if (s.scores[i] == s.scores[j]) wins += pair / 2;
    }
  return wins / pairs;
}

}  // namespace

TEST_CASE("metrics.def: every line is complete and found by its name") {
  std::set<std::string_view> names;
  for (const metric::Info& info : metric::all()) {
    CAPTURE(info.name);
    CHECK(names.insert(info.name).second);
    CHECK_FALSE(info.summary.empty());
    CHECK(info.tasks != 0);
    CHECK(metric::find(info.name) == &info);
  }
  CHECK(names.size() == 10);
  CHECK(metric::find("nothing") == nullptr);
}

TEST_CASE("every metric: weight k counts as k copies of the row") {
  Random random(1);
  for (const metric::Info& info : metric::all())
    for (int k = 0; k < 20; ++k) {
      const Sample s = sample_for(info, 60, true, random);
      CAPTURE(info.name);
      CHECK(info.compute(s.view()) == doctest::Approx(info.compute(repeated(s).view())).epsilon(1e-13));
    }
}

TEST_CASE("every metric: undefined, not a crash, without rows or without weight") {
  Random random(2);
  for (const metric::Info& info : metric::all()) {
    CAPTURE(info.name);
    CHECK(std::isnan(info.compute(sample_for(info, 0, false, random).view())));
    Sample s = sample_for(info, 5, true, random);
    s.weights.assign(5, 0.0);
    CHECK(std::isnan(info.compute(s.view())));
  }
}

TEST_CASE("every metric: better predictions are better in the stated direction") {
  Random random(3);
  for (const metric::Info& info : metric::all()) {
    const Sample noisy = sample_for(info, 200, false, random);
    Sample exact = noisy;
    for (std::size_t row = 0; row < exact.labels.size(); ++row) {
      if (exact.outputs == 1) {
        exact.scores[row] = exact.labels[row];
        if (!exact.probabilities.empty()) exact.probabilities[row] = exact.labels[row] > 0 ? 0.99 : 0.01;
      }
      for (std::size_t k = 0; k < exact.outputs && exact.outputs > 1; ++k) {
        const bool own = static_cast<double>(k) == exact.labels[row];
        exact.scores[row * exact.outputs + k] = own ? 1 : 0;
        exact.probabilities[row * exact.outputs + k] = own ? 0.97 : 0.01;
      }
    }
    CAPTURE(info.name);
    const double best = info.compute(exact.view()), worse = info.compute(noisy.view());
    CHECK((info.larger_is_better ? best > worse : best < worse));
    if (info.larger_is_better) CHECK(best == doctest::Approx(1));
  }
}

TEST_CASE("auc equals the count over all pairs, ties and weights included") {
  Random random(4);
  for (const bool weighted : {false, true})
    for (int k = 0; k < 50; ++k) {
      const Sample s = binary_sample(2 + random.below(80), weighted, random);
      const double expected = auc_by_pairs(s);
      if (std::isnan(expected))
        CHECK(std::isnan(compute("auc", s)));
      else
        CHECK(compute("auc", s) == doctest::Approx(expected).epsilon(1e-13));
    }
  Sample same = binary_sample(50, false, random);
  same.scores.assign(50, 0.25);
  CHECK(compute("auc", same) == 0.5);
  same.labels.assign(50, 1.0);
  CHECK(std::isnan(compute("auc", same)));
}

TEST_CASE("auc of a score that is not a number is not a number") {
  Random random(5);
  Sample s = binary_sample(100, false, random);
  s.scores[17] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(compute("auc", s)));
}

TEST_CASE("accuracy, precision, recall and f1 by counting") {
  Random random(6);
  for (int k = 0; k < 50; ++k) {
    const Sample s = binary_sample(100, k % 2 == 1, random);
    double tp = 0, fp = 0, fn = 0, tn = 0;
    for (std::size_t row = 0; row < 100; ++row) {
      const double w = weight(s, row);
      if (s.labels[row] == 1 && s.scores[row] > 0) tp += w;
      if (s.labels[row] == -1 && s.scores[row] > 0) fp += w;
      if (s.labels[row] == 1 && s.scores[row] <= 0) fn += w;
      if (s.labels[row] == -1 && s.scores[row] <= 0) tn += w;
    }
    const double precision = tp / (tp + fp), recall = tp / (tp + fn);
    CHECK(compute("accuracy", s) == doctest::Approx((tp + tn) / (tp + fp + fn + tn)).epsilon(1e-14));
    CHECK(compute("precision", s) == doctest::Approx(precision).epsilon(1e-14));
    CHECK(compute("recall", s) == doctest::Approx(recall).epsilon(1e-14));
    CHECK(compute("f1", s) == doctest::Approx(2 / (1 / precision + 1 / recall)).epsilon(1e-14));
  }
}

TEST_CASE("precision, recall and f1 without positives") {
  Sample none{.scores = {-1, -2}, .labels = {-1, -1}, .weights = {}, .probabilities = {}};
  for (const char* name : {"precision", "recall", "f1"}) CHECK(std::isnan(compute(name, none)));
  none.labels[0] = 1;
  CHECK(std::isnan(compute("precision", none)));
  CHECK(compute("recall", none) == 0);
  CHECK(compute("f1", none) == 0);
  none.scores[1] = 3;
  CHECK(compute("precision", none) == 0);
}

TEST_CASE("a score of 0 is the smaller label; equal class scores are the first class") {
  CHECK(compute("accuracy",
                Sample{.scores = {0, 0}, .labels = {-1, 1}, .weights = {}, .probabilities = {}}) == 0.5);
  const Sample tie{.scores = {1, 1, 0}, .labels = {0}, .weights = {}, .probabilities = {}, .outputs = 3};
  CHECK(compute("accuracy", tie) == 1);
}

TEST_CASE("multiclass accuracy, log-loss and macro-f1 by counting") {
  Random random(7);
  for (int k = 0; k < 40; ++k) {
    const std::size_t classes = 2 + random.below(5), rows = 80;
    const Sample s = class_sample(rows, classes, k % 2 == 1, random);
    double right = 0, total = 0, cost = 0;
    std::vector<std::vector<double>> table(classes, std::vector<double>(classes));  // [label][prediction]
    for (std::size_t row = 0; row < rows; ++row) {
      std::size_t guess = 0;
      for (std::size_t c = 0; c < classes; ++c)
        if (s.scores[row * classes + c] > s.scores[row * classes + guess]) guess = c;
      const auto label = static_cast<std::size_t>(s.labels[row]);
      table[label][guess] += weight(s, row);
      total += weight(s, row);
      right += label == guess ? weight(s, row) : 0;
      cost -= weight(s, row) * std::log(s.probabilities[row * classes + label]);
    }
    double f1_sum = 0;
    int occurring = 0;
    for (std::size_t c = 0; c < classes; ++c) {
      double labelled = 0, predicted = 0;
      for (std::size_t other = 0; other < classes; ++other) {
        labelled += table[c][other];
        predicted += table[other][c];
      }
      if (labelled + predicted == 0) continue;
      ++occurring;
      if (table[c][c] > 0) f1_sum += 2 / (labelled / table[c][c] + predicted / table[c][c]);
    }
    CHECK(compute("accuracy", s) == doctest::Approx(right / total).epsilon(1e-14));
    CHECK(compute("log-loss", s) == doctest::Approx(cost / total).epsilon(1e-13));
    CHECK(compute("macro-f1", s) == doctest::Approx(f1_sum / occurring).epsilon(1e-14));
  }
}

TEST_CASE("binary log-loss by summation, and certain wrong predictions stay finite") {
  Random random(8);
  const Sample s = binary_sample(300, true, random);
  double cost = 0, total = 0;
  for (std::size_t row = 0; row < 300; ++row) {
    const double p = s.probabilities[row];
    cost -= s.weights[row] * std::log(s.labels[row] == 1 ? p : 1 - p);
    total += s.weights[row];
  }
  CHECK(compute("log-loss", s) == doctest::Approx(cost / total).epsilon(1e-13));
  const Sample certain{.scores = {800, -800}, .labels = {-1, -1}, .weights = {}, .probabilities = {1, 0}};
  CHECK(compute("log-loss", certain) == doctest::Approx(26 * std::log(2.0)).epsilon(1e-14));
}

TEST_CASE("rmse, mae and r2 by summation") {
  Random random(9);
  for (const bool weighted : {false, true}) {
    const Sample s = regression_sample(500, weighted, random);
    long double squares = 0, absolute = 0, total = 0, sum = 0, spread = 0;
    for (std::size_t row = 0; row < 500; ++row) {
      const long double w = weight(s, row), error = static_cast<long double>(s.scores[row]) - s.labels[row];
      squares += w * error * error;
      absolute += w * std::abs(error);
      sum += w * s.labels[row];
      total += w;
    }
    for (std::size_t row = 0; row < 500; ++row)
      spread += weight(s, row) * (s.labels[row] - sum / total) * (s.labels[row] - sum / total);
    CHECK(compute("rmse", s) ==
          doctest::Approx(static_cast<double>(std::sqrt(squares / total))).epsilon(1e-13));
    CHECK(compute("mae", s) == doctest::Approx(static_cast<double>(absolute / total)).epsilon(1e-13));
    CHECK(compute("r2", s) == doctest::Approx(static_cast<double>(1 - squares / spread)).epsilon(1e-13));
  }
  const Sample flat{.scores = {1, 2}, .labels = {3, 3}, .weights = {}, .probabilities = {}};
  CHECK(std::isnan(compute("r2", flat)));
}
