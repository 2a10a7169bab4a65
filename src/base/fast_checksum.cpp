// Four lanes take turns with the words of the text; multiplications of four lanes run at the same time. Each
// step, lane <- rotate((lane xor word) * odd), is a bijection of the lane and of the word, and so are the
// steps that join the lanes: a change of a single word always reaches the end.
#include <bit>
#include <cstddef>
#include <cstring>

#include "sparselearn/base/checksum.hpp"

namespace sparselearn {
namespace {

static_assert(std::endian::native == std::endian::little, "eight bytes at a time are loaded as they lie");

// 2^64 over the golden ratio, made odd, which spreads the bits of what it multiplies.
constexpr std::uint64_t spread = 0x9E3779B97F4A7C15ULL;
constexpr std::size_t word_size = sizeof(std::uint64_t);
constexpr std::size_t lanes = 4;

// The rotation brings the high bits, which a multiplication leaves among themselves, down to where the next
// one spreads them.
std::uint64_t step(std::uint64_t lane, std::uint64_t word) { return std::rotl((lane ^ word) * spread, 29); }

std::uint64_t load(const char* bytes, std::size_t size = word_size) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, size);
  return word;
}

}  // namespace

std::uint64_t fast_checksum(std::string_view bytes) {
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t a = 1, b = 2, c = 3, d = 4;
  for (; left >= lanes * word_size; left -= lanes * word_size, p += lanes * word_size) {
    a = step(a, load(p));
    b = step(b, load(p + word_size));
    c = step(c, load(p + 2 * word_size));
    d = step(d, load(p + 3 * word_size));
  }
  for (; left >= word_size; left -= word_size, p += word_size) a = step(a, load(p));
  if (left > 0) b = step(b, load(p, left));
  std::uint64_t all = bytes.size();
  for (const std::uint64_t lane : {a, b, c, d}) all = step(all, lane);
  all ^= all >> 32;
  return all * spread;
}

}  // namespace sparselearn
