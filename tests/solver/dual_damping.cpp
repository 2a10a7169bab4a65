// The damping of dual ascent in parts, cell by cell, against its definition.
#include "solver/coordinate/dual_damping.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace sparselearn;
using solver::DualDamping;

namespace {

constexpr std::size_t features = 1000, parts = 4;

// Every group has a sigma of its own: 1.25, 1.5, 1.75 ...
DualDamping with_all_different(bool by_frequency) {
  DualDamping damping(parts, features, by_frequency);
  for (std::size_t g = 0; g < DualDamping::groups; ++g)
    damping.adapt(g, 1.25 + 0.25 * static_cast<double>(g), 1);
  return damping;
}

// From the definition: the octaves of the first 256 cells, all others, the intercept.
double sigma_of(std::size_t cell, bool by_frequency) {
  std::size_t group = 9;
  if (by_frequency && cell < 256)
    for (group = 0; cell >> group != 0;) ++group;
  if (cell >= features) group = 10;
  return 1.25 + 0.25 * static_cast<double>(group);
}

}  // namespace

TEST_CASE("damping: each cell has the sigma of its group, in steps and in curvature") {
  const std::vector<std::uint32_t> index{0, 1, 2, 3, 4, 100, 255, 256, 257, 999};
  const std::vector<float> value{1, -2, 0.5F, 4, 1, 2, -1, 3, 1, 0.25F};
  for (const bool by_frequency : {true, false})
    for (const bool ones : {true, false}) {
      const DualDamping damping = with_all_different(by_frequency);
      const RowView x{index.data(), ones ? nullptr : value.data(), index.size()};
      std::vector<double> view(features + 1, 1.0), expected = view;
      damping.axpy(0.5, x, view.data());
      double norm = 0, more = 0;
      for (std::size_t k = 0; k < x.size; ++k) {
        const auto xj = static_cast<double>(x.value_at(k));
        const double sigma = sigma_of(index[k], by_frequency);
        expected[index[k]] += sigma * 0.5 * xj;
        norm += xj * xj;
        more += sigma * xj * xj;
      }
      CHECK(view == expected);  // all numbers are short binary fractions
      CHECK(damping.of(DualDamping::others) * norm + damping.additional_norm(x) == more);
      CHECK(damping.of(damping.group(features)) == sigma_of(features, by_frequency));
    }
}

TEST_CASE("damping: groups follow each other and cover all cells") {
  for (const bool by_frequency : {true, false})
    for (const std::size_t some : {1U, 2U, 100U, 1000U}) {
      const DualDamping damping(parts, some, by_frequency);
      for (std::size_t cell = 0; cell < some; ++cell) {
        const std::size_t end = damping.end_of_group(cell);
        REQUIRE(end > cell);
        REQUIRE(end <= some);
        CHECK(damping.group(end - 1) == damping.group(cell));
        CHECK(damping.group(end) != damping.group(cell));
      }
      CHECK(damping.group(some) == DualDamping::intercept);
    }
}

TEST_CASE("damping: between 1 and the number of parts, and never down by more than a tenth at a time") {
  DualDamping damping(parts, features, true);
  damping.adapt(0, 30, 10);
  CHECK(damping.of(0) == 3);
  CHECK(damping.of(1) == 1);
  damping.adapt(0, 10, 10);
  CHECK(damping.of(0) == doctest::Approx(2.7));
  damping.adapt(0, 100, 10);
  CHECK(damping.of(0) == parts);
  damping.set(2);
  CHECK(damping.of(0) == 2);
  CHECK(damping.of(DualDamping::intercept) == 2);
}
