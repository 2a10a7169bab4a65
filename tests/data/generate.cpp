#include "sparselearn/data/generate.hpp"

#include <doctest/doctest.h>
#include <tbb/global_control.h>

#include <fstream>
#include <sstream>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/reader.hpp"

using namespace sparselearn;

namespace {

std::string made(const DataShape& shape, std::size_t threads) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  const std::string path = "generate_made.svm";
  generate(shape, path);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::remove(path.c_str());
  return text.str();
}

}  // namespace

TEST_CASE("generated data: the shape asked for, the same bytes on any number of threads") {
  DataShape shape;
  shape.rows = 5000;
  shape.features = 400;
  shape.nonzeros_per_row = 12;
  const std::string text = made(shape, 1);
  CHECK(text == made(shape, 3));
  std::ofstream("generate_test.svm", std::ios::binary) << text;
  ReadReport report;
  const Dataset data = read_dataset({"generate_test.svm"}, {}, report);
  std::remove("generate_test.svm");
  CHECK(data.rows() == 5000);
  CHECK(data.features() <= 400);
  CHECK(report.index_base == 1);
  CHECK(static_cast<double>(data.nonzeros()) / 5000 == doctest::Approx(12).epsilon(0.03));
  CHECK(data.distinct_labels() == std::vector<double>{-1, 1});
  // Zipf with exponent 1: feature 1 is several times as frequent as feature 10.
  std::vector<double> count(400);
  for (const RowBlock& block : data.blocks())
    for (const std::uint32_t j : block.indices) count[j] += 1;
  CHECK(count[0] > 3 * count[9]);
  CHECK(count[9] > 3 * count[99]);
  shape.seed = 2;
  CHECK(made(shape, 1) != text);
}

TEST_CASE("generated labels: classes and regression") {
  DataShape shape;
  shape.labels = DataShape::Labels::classes;
  shape.classes = 4;
  std::ofstream("generate_test.svm", std::ios::binary) << made(shape, 1);
  ReadReport report;
  CHECK(read_dataset({"generate_test.svm"}, {}, report).distinct_labels() == std::vector<double>{1, 2, 3, 4});
  shape.labels = DataShape::Labels::regression;
  std::ofstream("generate_test.svm", std::ios::binary) << made(shape, 1);
  CHECK(read_dataset({"generate_test.svm"}, {}, report).distinct_labels().size() > 900);
  std::remove("generate_test.svm");
  shape.features = 0;
  CHECK_THROWS_AS(generate(shape, "generate_test.svm"), UsageError);
}
