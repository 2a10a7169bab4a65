#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/generate.hpp"

using namespace sparselearn;

namespace {

Dataset made(const DataShape& shape) {
  Dataset data = generated(shape);
  data.set_features(shape.features);
  return data;
}

}  // namespace

TEST_CASE("shape_of: finds the shape that data was generated with") {
  for (const double zipf : {0.6, 1.0})
    for (const double spread : {0.2, 0.7}) {
      DataShape shape;
      shape.rows = 20'000;
      shape.features = 20'000;
      shape.nonzeros_per_row = 12;
      shape.length_spread = spread;
      shape.zipf = zipf;
      const DataShape found = shape_of(made(shape));
      CHECK(found.rows == shape.rows);
      CHECK(found.features == shape.features);
      CHECK(found.nonzeros_per_row == doctest::Approx(12).epsilon(1e-9));
      // Lengths are whole numbers from 1 and features are drawn once a row: both flatten a little.
      CHECK(found.length_spread == doctest::Approx(spread).epsilon(0.1));
      CHECK(found.zipf == doctest::Approx(zipf).epsilon(0.15));
      CHECK_FALSE(found.ones);
      CHECK(found.labels == DataShape::Labels::binary);
    }
}

TEST_CASE("shape_of: values and labels") {
  DataShape shape;
  shape.ones = true;
  shape.labels = DataShape::Labels::classes;
  shape.classes = 7;
  CHECK(shape_of(made(shape)).ones);
  CHECK(shape_of(made(shape)).labels == DataShape::Labels::classes);
  CHECK(shape_of(made(shape)).classes == 7);
  shape.ones = false;
  shape.normalized = true;
  shape.labels = DataShape::Labels::regression;
  CHECK(shape_of(made(shape)).normalized);
  CHECK(shape_of(made(shape)).labels == DataShape::Labels::regression);
  CHECK_THROWS_AS(shape_of(Dataset()), DataError);
}
