#include "sparselearn/base/huge_vector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

/// A piece of memory filled with a pattern of its own, so that overlaps show.
struct Piece {
  unsigned char* memory;
  std::size_t size;
  unsigned char mark;
  bool whole() const {
    return std::all_of(memory, memory + size, [this](unsigned char byte) { return byte == mark; });
  }
};

Piece make_piece(Random& random) {
  static constexpr std::size_t sizes[] = {1,       64,        4'000,     16'384,    100'000,
                                          900'000, 2'000'000, 4'194'303, 4'194'304, 5'000'000};
  const std::size_t size = sizes[random.below(10)] - random.below(2);
  auto* const memory = static_cast<unsigned char*>(allocate_huge(size));
  const auto mark = static_cast<unsigned char>(random.below(256));
  std::memset(memory, mark, size);
  return {memory, size, mark};
}

/// Allocates and frees in random order; returns how many pieces were damaged or misaligned.
int churn(std::uint64_t seed) {
  Random random(seed);
  std::vector<Piece> pieces;
  int bad = 0;
  for (int i = 0; i < 600; ++i) {
    if (pieces.size() > 30 || (!pieces.empty() && random.below(3) == 0)) {
      std::swap(pieces[random.below(pieces.size())], pieces.back());
      bad += !pieces.back().whole();
      free_huge(pieces.back().memory, pieces.back().size);
      pieces.pop_back();
    } else {
      pieces.push_back(make_piece(random));
      bad += reinterpret_cast<std::uintptr_t>(pieces.back().memory) % 64 != 0;
    }
  }
  for (const Piece& piece : pieces) {
    bad += !piece.whole();
    free_huge(piece.memory, piece.size);
  }
  return bad;
}

}  // namespace

TEST_CASE(
    "pieces of memory of all sizes keep apart, are aligned, and come and go in any order on two threads") {
  int bad[2] = {};
  std::thread other([&] { bad[1] = churn(2); });
  bad[0] = churn(1);
  other.join();
  CHECK(bad[0] == 0);
  CHECK(bad[1] == 0);
}

TEST_CASE("middling pieces that were given back are handed out again") {
#if defined(__SANITIZE_ADDRESS__)
  MESSAGE("not with the address sanitizer, under which every piece is the heap's");
  return;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  MESSAGE("not with the address sanitizer, under which every piece is the heap's");
  return;
#endif
#endif
  constexpr std::size_t size = 1'000'000;  // more than other tests leave behind, so that it is cut anew
  void* pieces[5];
  for (void*& piece : pieces) piece = allocate_huge(size);
  for (int k = 1; k < 5; ++k)
    REQUIRE(static_cast<char*>(pieces[k]) == static_cast<char*>(pieces[k - 1]) + size);
  free_huge(pieces[1], size);
  free_huge(pieces[3], size);
  free_huge(pieces[2], size);  // joins its neighbours
  void* const three = allocate_huge(3 * size);
  CHECK(three == pieces[1]);
  free_huge(three, 3 * size);
  void* const half = allocate_huge(size / 2);
  CHECK(half == pieces[1]);
  free_huge(half, size / 2);
  free_huge(pieces[0], size);
  free_huge(pieces[4], size);
}

TEST_CASE("a huge vector behaves as a vector") {
  HugeVector<double> numbers(3, 1.5);
  for (int i = 0; i < 1'000'000; ++i) numbers.push_back(i);
  CHECK(numbers.size() == 1'000'003);
  CHECK(numbers[2] == 1.5);
  CHECK(numbers[1'000'002] == 999'999);
  const HugeVector<double> copy = numbers;
  CHECK(copy == numbers);
  numbers = {};
  CHECK(numbers.empty());
}
