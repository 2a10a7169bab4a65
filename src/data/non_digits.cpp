#include "data/non_digits.hpp"

#include <array>
#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sparselearn {
namespace {

/// For each set of bits in a byte, their numbers in ascending order and how many they are.
struct BitNumbers {
  std::array<std::array<std::uint8_t, 8>, 256> numbers{};
  std::array<std::uint8_t, 256> count{};
  constexpr BitNumbers() {
    for (unsigned bits = 0; bits < 256; ++bits)
      for (unsigned bit = 0; bit < 8; ++bit)
        if (bits >> bit & 1U) numbers[bits][count[bits]++] = static_cast<std::uint8_t>(bit);
  }
};
constexpr BitNumbers table;

#ifdef __SSE2__

constexpr std::size_t step = 16;

/// Bit b is set where byte b is not a digit.
unsigned non_digits_at(const char* text) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  return ~static_cast<unsigned>(_mm_movemask_epi8(is_digit)) & 0xFFFFU;
}

/// Always writes eight positions, of which those that `bits` names count: cheaper than a branch.
std::uint32_t* append(unsigned bits, std::size_t base, std::uint32_t* out) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i bases = _mm_set1_epi32(static_cast<int>(base));
  const auto* numbers = reinterpret_cast<const __m128i*>(table.numbers[bits].data());
  const __m128i wide = _mm_unpacklo_epi8(_mm_loadl_epi64(numbers), zero);
  auto* const place = reinterpret_cast<__m128i*>(out);
  _mm_storeu_si128(place, _mm_add_epi32(_mm_unpacklo_epi16(wide, zero), bases));
  _mm_storeu_si128(place + 1, _mm_add_epi32(_mm_unpackhi_epi16(wide, zero), bases));
  return out + table.count[bits];
}

#else

constexpr std::size_t step = 8;

unsigned non_digits_at(const char* text) {
  std::uint64_t bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  bytes ^= 0x3030303030303030U;
  const std::uint64_t low = bytes & 0x7F7F7F7F7F7F7F7FU;
  const std::uint64_t other = ((low + 0x7676767676767676U) | bytes) & 0x8080808080808080U;
  return static_cast<unsigned>(((other >> 7) * 0x0102040810204080U) >> 56);  // gathers the eight flags
}

std::uint32_t* append(unsigned bits, std::size_t base, std::uint32_t* out) {
  for (std::size_t k = 0; k < 8; ++k) out[k] = static_cast<std::uint32_t>(base) + table.numbers[bits][k];
  return out + table.count[bits];
}

#endif

}  // namespace

std::size_t find_non_digits(const char* text, std::size_t size, std::uint32_t* positions) {
  std::uint32_t* out = positions;
  for (std::size_t at = 0; at < size; at += step) {
    unsigned bits = non_digits_at(text + at);
    if (size - at < step) bits &= (1U << (size - at)) - 1;
    for (std::size_t part = 0; part < step; part += 8) out = append(bits >> part & 0xFFU, at + part, out);
  }
  return static_cast<std::size_t>(out - positions);
}

}  // namespace sparselearn
