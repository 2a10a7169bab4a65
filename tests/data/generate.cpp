#include "sparselearn/data/generate.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

#include "data/zipf.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/data/reader.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;

namespace {

std::string text_of(const DataShape& shape, std::size_t threads = 2) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  std::string text;
  generate_text(Generator(shape), {}, [&](std::string_view part) { text += part; });
  return text;
}

/// How many rows hold each feature, most frequent first.
std::vector<double> frequencies(const Dataset& data) {
  std::vector<double> count(data.features());
  for (const RowBlock& block : data.blocks())
    for (const std::uint32_t j : block.indices) count[j] += 1;
  std::sort(count.rbegin(), count.rend());
  return count;
}

std::vector<double> lengths(const Dataset& data) {
  std::vector<double> all;
  for (std::uint64_t r = 0; r < data.rows(); ++r)
    all.push_back(static_cast<double>(data.row(data.place(r)).size));
  return all;
}

double deviation_of_log(const std::vector<double>& values) {
  double sum = 0, sum_sq = 0;
  for (const double value : values) {
    sum += std::log(value);
    sum_sq += std::log(value) * std::log(value);
  }
  const double n = static_cast<double>(values.size());
  return std::sqrt(sum_sq / n - (sum / n) * (sum / n));
}

}  // namespace

TEST_CASE("Zipf's law: each number comes as often as it should") {
  for (const double s : {0.0, 0.5, 1.0, 1.3, 2.5}) {
    CAPTURE(s);
    constexpr int n = 50, draws = 200'000;
    Random random(9);
    const Zipf zipf(n, s);
    std::vector<double> count(n + 1), probability(n + 1);
    for (int i = 0; i < draws; ++i) count[zipf(random)] += 1;
    double total = 0;
    for (int k = 1; k <= n; ++k) total += probability[static_cast<std::size_t>(k)] = std::pow(k, -s);
    for (std::size_t k = 1; k <= n; ++k) {
      const double expected = draws * probability[k] / total;
      CHECK(std::abs(count[k] - expected) < 5 * std::sqrt(expected) + 1);
    }
  }
  Random random(9);
  CHECK(Zipf(1, 1.1)(random) == 1);
}

TEST_CASE("generated data have the shape asked for") {
  DataShape shape;
  shape.rows = 5000;
  shape.features = 3000;
  shape.nonzeros_per_row = 17.3;
  shape.length_spread = 0.4;
  const Dataset data = generated(shape);
  CHECK(data.rows() == 5000);
  CHECK(data.features() == 3000);
  CHECK(data.nonzeros() == 86'500);
  CHECK(deviation_of_log(lengths(data)) == doctest::Approx(0.4).epsilon(0.05));
  const auto count = frequencies(data);
  CHECK(count[9] / count[99] ==
        doctest::Approx(10).epsilon(0.3));  // zipf 1; the very first are held back by 1 a row
  CHECK(count[99] / count[999] == doctest::Approx(10).epsilon(0.3));
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r)
      for (std::uint64_t k = block.offsets[r] + 1; k < block.offsets[r + 1]; ++k)
        REQUIRE(block.indices[k] > block.indices[k - 1]);
}

TEST_CASE("generated text is the same on any number of threads, and reads back as what was made") {
  DataShape shape;
  shape.rows = 30'000;
  shape.tf_idf = shape.normalized = true;
  const std::string text = text_of(shape, 1);
  CHECK(text == text_of(shape, 3));
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/made.svm", packed = directory.path() + "/made.gz";
  generate(shape, path);
  generate(shape, packed, {1, true});
  ReadReport report;
  const Dataset plain = read_dataset({path}, {}, report);
  CHECK(report.bytes == text.size());
  CHECK(same_rows(plain, generated(shape)));
  CHECK(same_rows(read_dataset({packed}, {}, report), plain));
  CHECK(report.compressed_bytes < report.bytes);
  shape.seed = 2;
  CHECK(text_of(shape) != text);
}

TEST_CASE("generated values: ones, uniform, tf-idf, rows of length 1") {
  DataShape shape;
  shape.ones = true;
  CHECK(generated(shape).blocks()[0].values.empty());
  shape.ones = false;
  shape.digits = 2;
  const Dataset rounded = generated(shape);
  for (const float value : rounded.blocks()[0].values) {
    CHECK(value > 0);
    CHECK(value <= 1);
    CHECK(value == static_cast<float>(std::round(100 * static_cast<double>(value)) / 100));
  }
  shape.tf_idf = shape.normalized = true;
  shape.digits = 6;
  const Dataset data = generated(shape);
  for (std::uint64_t r = 0; r < data.rows(); ++r)
    CHECK(squared_norm(data.row(data.place(r))) == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("generated labels: balanced, of the planted model, with the noise asked for") {
  DataShape shape;
  shape.rows = 4000;
  shape.model_density = 1;
  const auto part_positive = [](const Dataset& data) {
    double positive = 0;
    for (std::uint64_t r = 0; r < data.rows(); ++r) positive += data.label(data.place(r)) == 1;
    return positive / static_cast<double>(data.rows());
  };
  shape.noise = 0;
  const Dataset clean = generated(shape);
  CHECK(clean.distinct_labels() == std::vector<double>{-1, 1});
  CHECK(part_positive(clean) == doctest::Approx(0.5).epsilon(0.15));
  shape.noise = 0.2;
  const Dataset noisy = generated(shape);
  double wrong = 0;
  for (std::uint64_t r = 0; r < clean.rows(); ++r)
    wrong += clean.label(clean.place(r)) != noisy.label(noisy.place(r));
  CHECK(wrong / 4000 == doctest::Approx(0.2).epsilon(0.1));
  shape.labels = DataShape::Labels::classes;
  shape.classes = 4;
  CHECK(generated(shape).distinct_labels() == std::vector<double>{1, 2, 3, 4});
  shape.labels = DataShape::Labels::regression;
  CHECK(generated(shape).distinct_labels(5000).size() > 3900);
}

// A perceptron finds the planted model: labels without noise are separable.
TEST_CASE("generated labels without noise are linearly separable, and so are other rows of the same model") {
  DataShape shape;
  shape.rows = 300;
  shape.features = 40;
  shape.nonzeros_per_row = 8;
  shape.noise = 0;
  shape.model_density = 1;
  const Dataset data = generated(shape);
  shape.seed = 2;
  const Dataset other = generated(shape);
  std::vector<double> w(41);
  const auto margin = [&](const Dataset& rows, RowPlace p) {
    double z = w[40];
    const RowView x = rows.row(p);
    for (std::size_t k = 0; k < x.size; ++k) z += w[x.index[k]] * static_cast<double>(x.value_at(k));
    return z * rows.label(p);
  };
  const auto mistakes = [&](const Dataset& rows) {
    int count = 0;
    for (std::uint64_t r = 0; r < rows.rows(); ++r) count += margin(rows, rows.place(r)) <= 0;
    return count;
  };
  for (int epoch = 0; epoch < 20'000 && mistakes(data) > 0; ++epoch)
    for (std::uint64_t r = 0; r < data.rows(); ++r) {
      const RowPlace p = data.place(r);
      if (margin(data, p) > 0) continue;
      const RowView x = data.row(p);
      for (std::size_t k = 0; k < x.size; ++k)
        w[x.index[k]] += data.label(p) * static_cast<double>(x.value_at(k));
      w[40] += data.label(p);
    }
  CHECK(mistakes(data) == 0);
  CHECK(mistakes(other) < 45);  // of 300; chance would be 150
}

TEST_CASE("named shapes have the published sizes") {
  struct Published {
    const char* name;
    std::uint64_t rows, features, nonzeros;
  };
  for (const Published& set :
       {Published{"rcv1", 20'242, 47'236, 1'498'952}, Published{"a9a", 32'561, 123, 451'592}}) {
    CAPTURE(set.name);
    const Dataset data = generated(shaped_like(set.name));
    CHECK(data.rows() == set.rows);
    CHECK(data.features() == set.features);
    CHECK(data.nonzeros() == set.nonzeros);
  }
  const DataShape kdda = shaped_like("kdda"), tenth = shaped_like("kdda", 0.1);
  CHECK(static_cast<double>(kdda.rows) * kdda.nonzeros_per_row == doctest::Approx(305'613'510));
  CHECK(tenth.rows == 840'775);
  CHECK(tenth.features == kdda.features);
  CHECK(generate_shapes().size() == 5);
  CHECK_THROWS_WITH_AS(shaped_like("rcv"), "unknown shape 'rcv'; did you mean 'rcv1'?", UsageError);
  CHECK_THROWS_AS(shaped_like("a9a", 0), UsageError);
}

TEST_CASE("dense rows and single features can be generated") {
  DataShape shape;
  shape.rows = 100;
  shape.features = 8;
  shape.nonzeros_per_row = 8;
  shape.zipf = 4;
  CHECK(generated(shape).nonzeros() <= 800);
  shape.length_spread = 0;
  CHECK(generated(shape).nonzeros() == 800);
  shape.features = 1;
  shape.nonzeros_per_row = 1;
  CHECK(generated(shape).nonzeros() == 100);
  shape.nonzeros_per_row = 0.5;
  CHECK(generated(shape).nonzeros() == 50);
}

TEST_CASE("shapes that can not be are refused") {
  const auto refused = [](auto change) {
    DataShape shape;
    change(shape);
    CHECK_THROWS_AS(Generator{shape}, UsageError);
  };
  refused([](DataShape& s) { s.rows = 0; });
  refused([](DataShape& s) { s.features = 0; });
  refused([](DataShape& s) { s.features = UINT32_MAX; });
  refused([](DataShape& s) { s.nonzeros_per_row = 0; });
  refused([](DataShape& s) { s.nonzeros_per_row = 1001; });
  refused([](DataShape& s) { s.length_spread = -1; });
  refused([](DataShape& s) { s.zipf = -0.1; });
  refused([](DataShape& s) { s.digits = 10; });
  refused([](DataShape& s) { s.classes = 1; });
  refused([](DataShape& s) { s.model_density = 1.5; });
  refused([](DataShape& s) { s.noise = std::nan(""); });
}
