#include "sparselearn/engine/kernels.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "engine/small_problem.hpp"

using namespace sparselearn;

TEST_CASE("dot: every form gives the bits of the lane definition, at every length") {
  Random random(3);
  const std::vector<double> w = random_vector(1000, 4);
  for (std::size_t size = 0; size < 70; ++size) {
    std::vector<std::uint32_t> index(size);
    std::vector<float> value(size);
    for (std::size_t k = 0; k < size; ++k) {
      index[k] = static_cast<std::uint32_t>(random.below(w.size()));
      value[k] = static_cast<float>(random.uniform() - 0.5);
    }
    for (const float* values :
         {static_cast<const float*>(value.data()), static_cast<const float*>(nullptr)}) {
      double lane[8] = {};
      for (std::size_t k = 0; k < size; ++k)
        lane[k % 8] += values ? static_cast<double>(values[k]) * w[index[k]] : w[index[k]];
      const double expected =
          ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
      for (const Kernels& form : available_kernels()) {
        CAPTURE(form.name);
        CAPTURE(size);
        const double found = form.dot(RowView{index.data(), values, size}, w.data());
        CHECK(std::bit_cast<std::uint64_t>(found) == std::bit_cast<std::uint64_t>(expected));
      }
    }
  }
}

TEST_CASE("dot and axpy with several outputs are those of each output alone") {
  const SmallData made = random_rows({}, 8);
  const std::size_t outputs = 3;
  const std::vector<double> w = random_vector(17 * outputs, 9);
  for (std::uint64_t i = 0; i < made.data.rows(); ++i) {
    const RowView row = made.data.row(made.data.place(i));
    double z[outputs];
    dot(row, w.data(), outputs, z);
    std::vector<double> moved = w;
    const double a[outputs] = {1.5, -2, 0.25};
    axpy(a, row, outputs, moved.data());
    for (std::size_t c = 0; c < outputs; ++c) {
      double expected = 0;
      for (std::size_t j = 0; j < 17; ++j) {
        expected += made.dense[i][j] * w[j * outputs + c];
        CHECK(moved[j * outputs + c] ==
              doctest::Approx(w[j * outputs + c] + a[c] * made.dense[i][j]).epsilon(1e-14));
      }
      CHECK(z[c] == doctest::Approx(expected).epsilon(1e-13));
    }
  }
}

TEST_CASE("several outputs: every form gives the bits of the plain double loop, at every number of outputs") {
  const SmallData made = random_rows({}, 10);
  const std::size_t features = 17;
  for (std::size_t outputs = 1; outputs < 40; ++outputs) {
    CAPTURE(outputs);
    const std::vector<double> w = random_vector(features * outputs, 11), a = random_vector(outputs, 12);
    for (std::uint64_t i = 0; i < made.data.rows(); ++i) {
      const RowView row = made.data.row(made.data.place(i));
      std::vector<double> z(outputs), moved = w;
      for (std::size_t k = 0; k < row.size; ++k)
        for (std::size_t c = 0; c < outputs; ++c) {
          const double value = static_cast<double>(row.value_at(k));
          z[c] += value * w[row.index[k] * outputs + c];
          moved[row.index[k] * outputs + c] += a[c] * value;
        }
      for (const Kernels& form : available_kernels()) {
        CAPTURE(form.name);
        std::vector<double> found(outputs, -1), changed = w;
        form.dot_outputs(row, w.data(), outputs, found.data());
        form.axpy_outputs(a.data(), row, outputs, changed.data());
        CHECK(found == z);
        CHECK(changed == moved);
      }
    }
  }
}
