// Metrics of lists of labels against a loop over the matrix of rows and labels.
#include "sparselearn/metric/label_counts.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

using Matrix = std::vector<std::vector<bool>>;  // rows of labels

double value(std::string_view name, const metric::LabelCounts& counts) {
  for (const metric::ListInfo& info : metric::of_lists())
    if (info.name == name) return info.compute(counts);
  FAIL("there is no such metric");
  return 0;
}

std::vector<std::uint32_t> list(const std::vector<bool>& row) {
  std::vector<std::uint32_t> labels;
  for (std::uint32_t k = 0; k < row.size(); ++k)
    if (row[k]) labels.push_back(k);
  return labels;
}

metric::LabelCounts counts(const Matrix& actual, const Matrix& guessed, std::size_t labels) {
  metric::LabelCounts counts(labels);
  for (std::size_t r = 0; r < actual.size(); ++r) counts.add(list(actual[r]), list(guessed[r]));
  return counts;
}

Matrix random_matrix(Random& random, std::size_t rows, std::size_t labels) {
  Matrix matrix(rows, std::vector<bool>(labels));
  for (auto& row : matrix)
    for (std::size_t k = 0; k < labels; ++k) row[k] = random.below(4) < (k < 2 ? 1 : 2);
  for (auto& row : matrix) row[labels - 1] = false;  // a label of nobody
  return matrix;
}

double f1(const Matrix& actual, const Matrix& guessed, std::size_t first, std::size_t last) {
  double hit = 0, missed = 0, wrong = 0;
  for (std::size_t r = 0; r < actual.size(); ++r)
    for (std::size_t k = first; k < last; ++k) {
      hit += actual[r][k] && guessed[r][k];
      missed += actual[r][k] && !guessed[r][k];
      wrong += !actual[r][k] && guessed[r][k];
    }
  return hit + missed + wrong > 0 ? 2 * hit / (2 * hit + missed + wrong) : 0;
}

}  // namespace

TEST_CASE("metrics of lists by counting cells") {
  Random random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const std::size_t rows = 1 + random.below(20), labels = 2 + random.below(6);
    const Matrix actual = random_matrix(random, rows, labels), guessed = random_matrix(random, rows, labels);
    double differ = 0, exact = 0, macro = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      exact += actual[r] == guessed[r];
      for (std::size_t k = 0; k < labels; ++k) differ += actual[r][k] != guessed[r][k];
    }
    for (std::size_t k = 0; k < labels; ++k) macro += f1(actual, guessed, k, k + 1);
    const metric::LabelCounts found = counts(actual, guessed, labels);
    CHECK(value("hamming-loss", found) ==
          doctest::Approx(differ / static_cast<double>(rows * labels)).epsilon(1e-14));
    CHECK(value("subset-accuracy", found) == exact / static_cast<double>(rows));
    CHECK(value("micro-f1", found) == doctest::Approx(f1(actual, guessed, 0, labels)).epsilon(1e-14));
    CHECK(value("macro-f1", found) == doctest::Approx(macro / static_cast<double>(labels)).epsilon(1e-14));
  }
}

// hamming_loss, accuracy_score and f1_score of scikit-learn 1.2.1 gave these.
TEST_CASE("metrics of lists are scikit-learn's") {
  const Matrix actual{{1, 0, 1, 0}, {0, 0, 0, 0}, {0, 1, 1, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}};
  const Matrix guessed{{1, 0, 1, 0}, {0, 0, 0, 0}, {0, 1, 0, 0}, {0, 1, 1, 0}, {0, 1, 0, 0}};
  const metric::LabelCounts found = counts(actual, guessed, 4);
  CHECK(value("hamming-loss", found) == doctest::Approx(0.2).epsilon(1e-15));
  CHECK(value("subset-accuracy", found) == doctest::Approx(0.6).epsilon(1e-15));
  CHECK(value("micro-f1", found) == doctest::Approx(2.0 / 3).epsilon(1e-15));
  CHECK(value("macro-f1", found) == doctest::Approx(0.4916666666666667).epsilon(1e-15));
}

TEST_CASE("metrics of lists: weight k counts as k copies, and nothing is undefined, not a crash") {
  metric::LabelCounts weighted(2), copies(2);
  const std::vector<std::uint32_t> both{0, 1}, second{1}, none;
  weighted.add(both, second, 3);
  weighted.add(second, both, 1);
  weighted.add(none, none, 0);
  for (int k = 0; k < 3; ++k) copies.add(both, second);
  copies.add(second, both);
  for (const metric::ListInfo& info : metric::of_lists()) {
    CAPTURE(info.name);
    CHECK(info.compute(weighted) == info.compute(copies));
    CHECK_FALSE(info.summary.empty());
    const double of_nothing = info.compute(metric::LabelCounts(2));
    CHECK((std::isnan(of_nothing) || of_nothing == 0));
  }
}
