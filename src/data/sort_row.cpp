#include "data/sort_row.hpp"

#include <algorithm>
#include <array>

#include "base/widest.hpp"
#include "data/row_entries.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sparselearn {
namespace {

// The place of an entry is how many indices are smaller, all compared without a branch that could be
// mispredicted: size^2 comparisons, of which a vector takes many at once.
constexpr std::size_t most_by_rank = 512;

#if defined(__x86_64__)

// rank[i], i < 16 vectors: how many of indices[0 .. size) are below indices[begin + i].
template <std::size_t vectors>
__attribute__((target("avx512f"))) void count_smaller(const std::uint32_t* indices, std::size_t size,
                                                      std::size_t begin, std::uint32_t* rank) {
  __m512i x[vectors], below[vectors];
  for (std::size_t v = 0; v < vectors; ++v) {
    x[v] = _mm512_loadu_si512(indices + begin + 16 * v);
    below[v] = _mm512_setzero_si512();
  }
  const __m512i one = _mm512_set1_epi32(1);
  for (std::size_t k = 0; k < size; ++k) {
    const __m512i index = _mm512_set1_epi32(static_cast<int>(indices[k]));
    for (std::size_t v = 0; v < vectors; ++v)
      below[v] = _mm512_mask_add_epi32(below[v], _mm512_cmplt_epu32_mask(index, x[v]), below[v], one);
  }
  for (std::size_t v = 0; v < vectors; ++v) _mm512_storeu_si512(rank + 16 * v, below[v]);
}

void sort_by_rank_avx512(std::uint32_t* index, float* value, std::size_t size) {
  constexpr std::size_t lanes = 16, at_once = 4 * lanes;
  std::array<std::uint32_t, most_by_rank + lanes> indices;
  std::array<float, most_by_rank> values;
  std::array<std::uint32_t, at_once> rank;
  std::copy_n(index, size, indices.data());
  std::fill_n(indices.data() + size, lanes, 0U);
  if (value) std::copy_n(value, size, values.data());
  for (std::size_t begin = 0; begin < size; begin += at_once) {
    const std::size_t count = std::min(at_once, size - begin);
    switch ((count + lanes - 1) / lanes) {
      case 1:
        count_smaller<1>(indices.data(), size, begin, rank.data());
        break;
      case 2:
        count_smaller<2>(indices.data(), size, begin, rank.data());
        break;
      case 3:
        count_smaller<3>(indices.data(), size, begin, rank.data());
        break;
      default:
        count_smaller<4>(indices.data(), size, begin, rank.data());
    }
    for (std::size_t i = 0; i < count; ++i) index[rank[i]] = indices[begin + i];
    if (!value) continue;
    for (std::size_t i = 0; i < count; ++i) value[rank[i]] = values[begin + i];
  }
}

bool has_avx512() {
  static const bool has = __builtin_cpu_supports("avx512f");
  return has;
}

#endif

// True where done.
bool sort_by_rank(std::uint32_t* index, float* value, std::size_t size) {
#if defined(__x86_64__)
  if (size <= most_by_rank && has_avx512()) {
    sort_by_rank_avx512(index, value, size);
    return true;
  }
#endif
  if (size > most_by_rank_portable) return false;
  sort_by_rank_portable(index, value, size);
  return true;
}

void sort_long_row(std::uint32_t* index, float* value, std::size_t size) {
  if (!value) {
    std::sort(index, index + size);
    return;
  }
  RowEntries entries;
  for (std::size_t k = 0; k < size; ++k) entries.add(index[k], value[k]);
  std::size_t k = 0;
  entries.sum([&](std::uint32_t j, double sum) {
    index[k] = j;
    value[k++] = static_cast<float>(sum);
    return true;
  });
}

}  // namespace

void sort_by_rank_portable(std::uint32_t* index, float* value, std::size_t size) {
  std::array<std::uint32_t, most_by_rank_portable> indices;
  std::array<float, most_by_rank_portable> values;
  std::copy_n(index, size, indices.data());
  if (value) std::copy_n(value, size, values.data());
  run_widest([&] {
    for (std::size_t i = 0; i < size; ++i) {
      std::uint32_t rank = 0;
      for (std::size_t k = 0; k < size; ++k) rank += indices[k] < indices[i] ? 1U : 0U;
      index[rank] = indices[i];
      if (value) value[rank] = values[i];
    }
  });
}

void sort_row(std::uint32_t* index, float* value, std::size_t size) {
  if (std::is_sorted(index, index + size)) return;
  if (!sort_by_rank(index, value, size)) sort_long_row(index, value, size);
}

}  // namespace sparselearn
