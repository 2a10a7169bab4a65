// The damping of dual ascent in parts, cell by cell, against its definition.
#include "solver/coordinate/dual_damping.hpp"

#include <doctest/doctest.h>

#include <cstddef>

using namespace sparselearn;
using solver::DualDamping;

namespace {

constexpr std::size_t features = 1000, parts = 4;

}  // namespace

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
