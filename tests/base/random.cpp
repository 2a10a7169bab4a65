#include "sparselearn/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

using namespace sparselearn;

TEST_CASE("random: xoshiro256++ and splitmix64 give the numbers that their authors' programs give") {
  Random random(1234567);
  const std::array<std::uint64_t, 4> seeded{6457827717110365317U, 3203168211198807973U, 9817491932198370423U,
                                            4593380528125082431U};
  CHECK(std::equal(seeded.begin(), seeded.end(), random.state().begin()));
  for (std::uint64_t k = 0; k < 4; ++k) random.state()[k] = k + 1;
  const std::array<std::uint64_t, 6> first{
      41943041U, 58720359U, 3588806011781223U, 3591011842654386U, 9228616714210784205U, 9973669472204895162U};
  for (const std::uint64_t expected : first) CHECK(random.next() == expected);
}

// Three quarters of 2^64: the high half of a product alone would give every third number twice as often as
// the others.
TEST_CASE("random: numbers below a bound are equally frequent, also where the bound is large") {
  constexpr int draws = 30000;
  for (const std::uint64_t bound : {std::uint64_t{3} << 62, std::uint64_t{3}}) {
    CAPTURE(bound);
    Random random(7);
    std::array<int, 3> counts{};
    for (int k = 0; k < draws; ++k) {
      const std::uint64_t drawn = random.below(bound);
      REQUIRE(drawn < bound);
      ++counts[drawn % 3];
    }
    for (const int count : counts) CHECK(std::abs(count - draws / 3) < 5 * std::sqrt(draws * 2.0 / 9));
  }
}
