#include "engine/group_scales.hpp"

#include <bit>
#include <string_view>

#include "sparselearn/base/lane_sum.hpp"
#include "sparselearn/engine/kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sparselearn {
namespace {

template <bool ones, bool octaves>
GroupScales::Found scaled_by_one(const RowView& x, const GroupScales& s, double* scaled) {
  GroupScales::Found found;
  LaneSum sum;
  double terms[LaneSum::lanes];
  for (std::size_t& k = found.count; k < x.size && x.index[k] < s.end; ++k) {
    const std::uint32_t j = x.index[k];
    const double scale = s.scale[octaves ? static_cast<std::size_t>(std::bit_width(j)) : s.group[j]];
    const double value = ones ? 1 : static_cast<double>(x.value[k]);
    scaled[k] = scale * value;
    terms[k % LaneSum::lanes] = (scale - s.others) * (value * value);
    if (k % LaneSum::lanes == LaneSum::lanes - 1) sum.add(terms, LaneSum::lanes);
  }
  sum.add(terms, found.count % LaneSum::lanes);
  found.sum = sum.total();
  return found;
}

#if defined(__x86_64__)

// Scales of eight groups, of which only the low five bits count.
__attribute__((target("avx512f"), always_inline)) inline __m512d look_up(__m512i group,
                                                                         const __m512d* table) {
  const __m512d low = _mm512_permutex2var_pd(table[0], group, table[1]);
  const __m512d high = _mm512_permutex2var_pd(table[2], group, table[3]);
  return _mm512_mask_blend_pd(_mm512_test_epi64_mask(group, _mm512_set1_epi64(16)), low, high);
}

// Lanes beyond the end are masked off, and adding nothing to a sum is the same as ending there. (Of the
// intrinsics only those with a mask do not make g++ 12 warn of its own header.)
template <bool ones, bool octaves>
__attribute__((target("avx512f,avx512vl,avx512cd,avx2"))) GroupScales::Found scaled_by_eight(
    const RowView& x, const GroupScales& s, double* scaled) {
  const double* const scale = s.scale.data();
  const __m512d table[4] = {_mm512_loadu_pd(scale), _mm512_loadu_pd(scale + 8), _mm512_loadu_pd(scale + 16),
                            _mm512_loadu_pd(scale + 24)};
  const __m256i end = _mm256_set1_epi32(static_cast<int>(s.end));
  const __m512d others = _mm512_set1_pd(s.others);
  __m512d sum = _mm512_setzero_pd();
  GroupScales::Found found;
  for (std::size_t k = 0; k < x.size; k += 8) {
    auto mask = static_cast<__mmask8>(x.size - k >= 8 ? 0xff : (1U << (x.size - k)) - 1);
    const __m256i index = _mm256_maskz_loadu_epi32(mask, x.index + k);
    mask = _mm256_mask_cmplt_epu32_mask(mask, index, end);
    const __m256i group = octaves ? _mm256_sub_epi32(_mm256_set1_epi32(32), _mm256_lzcnt_epi32(index))
                                  : _mm256_mmask_i32gather_epi32(index, mask, index, s.group, 1);
    // Of a gathered group the bits above its byte are others': look_up() does not see them.
    const __m512d own = look_up(_mm512_maskz_cvtepu32_epi64(mask, group), table);
    __m512d term = _mm512_sub_pd(own, others);
    if constexpr (ones) {
      _mm512_mask_storeu_pd(scaled + k, mask, own);
    } else {
      const __m512d value = _mm512_maskz_cvtps_pd(mask, _mm256_maskz_loadu_ps(mask, x.value + k));
      _mm512_mask_storeu_pd(scaled + k, mask, _mm512_mul_pd(own, value));
      term = _mm512_mul_pd(term, _mm512_mul_pd(value, value));
    }
    sum = _mm512_mask_add_pd(sum, mask, sum, term);
    found.count += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(mask)));
    if (mask != 0xff) break;
  }
  double lane[LaneSum::lanes];
  _mm512_storeu_pd(lane, sum);
  LaneSum lanes;
  lanes.add(lane, LaneSum::lanes);
  found.sum = lanes.total();
  return found;
}

GroupScales::Found scale_row_avx512(const RowView& x, const GroupScales& s, double* scaled) {
  if (s.group != nullptr)
    return x.value ? scaled_by_eight<false, false>(x, s, scaled) : scaled_by_eight<true, false>(x, s, scaled);
  return x.value ? scaled_by_eight<false, true>(x, s, scaled) : scaled_by_eight<true, true>(x, s, scaled);
}

#endif

using Form = GroupScales::Found (*)(const RowView&, const GroupScales&, double*);

Form choose() {
#if defined(__x86_64__)
  if (std::string_view(kernels().name) == "avx512" && __builtin_cpu_supports("avx512cd"))
    return scale_row_avx512;
#endif
  return scale_row_scalar;
}

}  // namespace

GroupScales::Found scale_row_scalar(const RowView& x, const GroupScales& s, double* scaled) {
  if (s.group != nullptr)
    return x.value ? scaled_by_one<false, false>(x, s, scaled) : scaled_by_one<true, false>(x, s, scaled);
  return x.value ? scaled_by_one<false, true>(x, s, scaled) : scaled_by_one<true, true>(x, s, scaled);
}

GroupScales::Found scale_row(const RowView& x, const GroupScales& s, double* scaled) {
  static const Form form = choose();
  return form(x, s, scaled);
}

}  // namespace sparselearn
