#include "sparselearn/engine/kernels.hpp"

#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/output_kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sparselearn {
namespace {

constexpr std::size_t lanes = 8;

double add_lanes(const double* a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

template <bool ones>
double dot_scalar(const RowView& x, const double* w) {
  double lane[lanes] = {};
  std::size_t k = 0;
  const auto term = [&](std::size_t at) {
    const double weight = w[x.index[at]];
    if constexpr (ones)
      return weight;
    else
      return static_cast<double>(x.value[at]) * weight;
  };
  for (; k + lanes <= x.size; k += lanes)
    for (std::size_t l = 0; l < lanes; ++l) lane[l] += term(k + l);
  for (std::size_t l = 0; k + l < x.size; ++l) lane[l] += term(k + l);
  return add_lanes(lane);
}

double dot_scalar(const RowView& x, const double* w) {
  return x.value ? dot_scalar<false>(x, w) : dot_scalar<true>(x, w);
}

#if defined(__x86_64__)

// Adds the row's full groups of lanes to the low and the high four; returns where they end. Loads by hand
// instead of gathers, which many processors run in slow microcode.
__attribute__((target("avx2"), always_inline)) inline std::size_t add_full_lanes(const RowView& x,
                                                                                 const double* w,
                                                                                 __m256d& low,
                                                                                 __m256d& high) {
  std::size_t k = 0;
  for (; k + lanes <= x.size; k += lanes) {
    const std::uint32_t* i = x.index + k;
    __m256d a = _mm256_set_pd(w[i[3]], w[i[2]], w[i[1]], w[i[0]]);
    __m256d b = _mm256_set_pd(w[i[7]], w[i[6]], w[i[5]], w[i[4]]);
    if (x.value) {
      a = _mm256_mul_pd(_mm256_cvtps_pd(_mm_loadu_ps(x.value + k)), a);
      b = _mm256_mul_pd(_mm256_cvtps_pd(_mm_loadu_ps(x.value + k + 4)), b);
    }
    low = _mm256_add_pd(low, a);
    high = _mm256_add_pd(high, b);
  }
  return k;
}

// Every lane's additions are those of dot_scalar: lanes beyond the row's end are masked off, and adding
// nothing or +0 to a sum that started at +0 is the same. The last group is gathered, without a branch a lane.
__attribute__((target("avx512f,avx512vl,avx2"))) double dot_avx512(const RowView& x, const double* w) {
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  const std::size_t k = add_full_lanes(x, w, low, high);
  __m512d sum = _mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1);
  if (k < x.size) {
    const auto mask = static_cast<__mmask8>((1u << (x.size - k)) - 1);
    const __m256i index = _mm256_maskz_loadu_epi32(mask, x.index + k);
    // Indices are below 2^32: widened without sign before the gather.
    __m512d term = _mm512_mask_i64gather_pd(_mm512_setzero_pd(), mask, _mm512_cvtepu32_epi64(index), w, 8);
    if (x.value) {
      const __m512d value = _mm512_cvtps_pd(_mm256_maskz_loadu_ps(mask, x.value + k));
      term = _mm512_mul_pd(value, term);
    }
    sum = _mm512_mask_add_pd(sum, mask, sum, term);
  }
  const __m256d fours = _mm256_add_pd(_mm512_castpd512_pd256(sum), _mm512_extractf64x4_pd(sum, 1));
  const __m128d twos = _mm_add_pd(_mm256_castpd256_pd128(fours), _mm256_extractf128_pd(fours, 1));
  return _mm_cvtsd_f64(twos) + _mm_cvtsd_f64(_mm_unpackhi_pd(twos, twos));
}

__attribute__((target("avx2"))) double dot_avx2(const RowView& x, const double* w) {
  __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
  const std::size_t k = add_full_lanes(x, w, low, high);
  alignas(32) double lane[lanes];
  _mm256_store_pd(lane, low);
  _mm256_store_pd(lane + 4, high);
  for (std::size_t l = 0; k + l < x.size; ++l) {
    const double weight = w[x.index[k + l]];
    lane[l] += x.value ? static_cast<double>(x.value[k + l]) * weight : weight;
  }
  return add_lanes(lane);
}

#endif

std::vector<Kernels> detect() {
  std::vector<Kernels> found;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
    found.push_back({"avx512", dot_avx512, output_kernels::dot_avx2, output_kernels::axpy_avx2});
  if (__builtin_cpu_supports("avx2"))
    found.push_back({"avx2", dot_avx2, output_kernels::dot_avx2, output_kernels::axpy_avx2});
#endif
  found.push_back({"scalar", dot_scalar, output_kernels::dot_plain, output_kernels::axpy_plain});
  return found;
}

const Kernels& choose() {
  const auto all = available_kernels();
  if (const char* wanted = std::getenv("SPARSELEARN_KERNELS"))
    for (const Kernels& k : all)
      if (std::string_view(k.name) == wanted) return k;
  return all.front();
}

}  // namespace

std::span<const Kernels> available_kernels() {
  static const std::vector<Kernels> all = detect();
  return all;
}

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace sparselearn
