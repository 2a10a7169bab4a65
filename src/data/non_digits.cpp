#include "data/non_digits.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <vector>
#ifdef __x86_64__
#include <immintrin.h>
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

/// Eight bytes at a time on any processor.
struct Portable {
  static constexpr std::size_t step = 8;

  /// Bit b is set where byte b is not a digit.
  static unsigned non_digits_at(const char* text) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text, sizeof bytes);
    bytes ^= 0x3030303030303030U;
    const std::uint64_t low = bytes & 0x7F7F7F7F7F7F7F7FU;
    const std::uint64_t other = ((low + 0x7676767676767676U) | bytes) & 0x8080808080808080U;
    return static_cast<unsigned>(((other >> 7) * 0x0102040810204080U) >> 56);  // gathers the eight flags
  }

  /// Always writes eight positions, of which those count that `bits` names: cheaper than a branch.
  static std::uint32_t* append(unsigned bits, std::size_t base, std::uint32_t* out) {
    for (std::size_t k = 0; k < 8; ++k) out[k] = static_cast<std::uint32_t>(base) + table.numbers[bits][k];
    return out + table.count[bits];
  }
};

/// Appends the positions in text[begin .. size); returns how many.
template <class Method>
std::size_t find(const char* text, std::size_t begin, std::size_t size, std::uint32_t* positions) {
  constexpr std::size_t step = Method::step;
  std::uint32_t* out = positions;
  for (std::size_t at = begin; at < size; at += step) {
    unsigned bits = Method::non_digits_at(text + at);
    if (size - at < step) bits &= (1U << (size - at)) - 1;
    for (std::size_t part = 0; part < step; part += 8)
      out = Method::append(bits >> part & 0xFFU, at + part, out);
  }
  return static_cast<std::size_t>(out - positions);
}

template <class Method>
std::size_t find_all(const char* text, std::size_t size, std::uint32_t* positions) {
  return find<Method>(text, 0, size, positions);
}

#ifdef __x86_64__

/// Sixteen bytes at a time on any x86-64 processor.
struct Sse2 {
  static constexpr std::size_t step = 16;

  static unsigned non_digits_at(const char* text) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
    const __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    return ~static_cast<unsigned>(_mm_movemask_epi8(is_digit)) & 0xFFFFU;
  }

  static std::uint32_t* append(unsigned bits, std::size_t base, std::uint32_t* out) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i bases = _mm_set1_epi32(static_cast<int>(base));
    const auto* numbers = reinterpret_cast<const __m128i*>(table.numbers[bits].data());
    const __m128i wide = _mm_unpacklo_epi8(_mm_loadl_epi64(numbers), zero);
    auto* const place = reinterpret_cast<__m128i*>(out);
    _mm_storeu_si128(place, _mm_add_epi32(_mm_unpacklo_epi16(wide, zero), bases));
    _mm_storeu_si128(place + 1, _mm_add_epi32(_mm_unpackhi_epi16(wide, zero), bases));
    return out + table.count[bits];
  }
};

/// 64 bytes at a time, and the positions packed by the processor itself.
__attribute__((target("avx512f,avx512bw,popcnt"))) std::size_t find_by_avx512(const char* text,
                                                                              std::size_t size,
                                                                              std::uint32_t* positions) {
  const __m512i sixteen = _mm512_set1_epi32(16);
  __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  std::uint32_t* out = positions;
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const __m512i digits = _mm512_sub_epi8(_mm512_loadu_si512(text + at), _mm512_set1_epi8('0'));
    std::uint64_t bits = _mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9));
    for (int part = 0; part < 4; ++part, bits >>= 16) {
      const auto some = static_cast<__mmask16>(bits);
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi32(some, numbers));
      out += std::popcount(some);
      numbers = _mm512_add_epi32(numbers, sixteen);
    }
  }
  const auto found = static_cast<std::size_t>(out - positions);
  return found + find<Sse2>(text, at, size, out);
}

#endif

std::vector<NonDigitFinder> available() {
  std::vector<NonDigitFinder> finders{find_all<Portable>};
#ifdef __x86_64__
  finders.push_back(find_all<Sse2>);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
    finders.push_back(find_by_avx512);
#endif
  return finders;
}

}  // namespace

std::span<const NonDigitFinder> non_digit_finders() {
  static const std::vector<NonDigitFinder> finders = available();
  return finders;
}

std::size_t find_non_digits(const char* text, std::size_t size, std::uint32_t* positions) {
  static const NonDigitFinder fastest = non_digit_finders().back();
  return fastest(text, size, positions);
}

}  // namespace sparselearn
