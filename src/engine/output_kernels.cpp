#include "engine/output_kernels.hpp"

#include <cstring>

namespace sparselearn::output_kernels {
namespace {

// Four outputs, in whatever registers the form it is compiled into may use.
using Four = double __attribute__((vector_size(32)));

// Each of the loops below is compiled into every form.
#define SPARSELEARN_IN_EACH_FORM [[gnu::always_inline]] inline

SPARSELEARN_IN_EACH_FORM void load(const double* from, Four& four) { std::memcpy(&four, from, sizeof(Four)); }
SPARSELEARN_IN_EACH_FORM void store(const Four& four, double* to) { std::memcpy(to, &four, sizeof(Four)); }

template <std::size_t fours>
SPARSELEARN_IN_EACH_FORM void dot_block(const RowView& x, const double* w, std::size_t outputs, double* z) {
  Four sum[fours] = {}, weights;
  for (std::size_t k = 0; k < x.size; ++k) {
    const double value = static_cast<double>(x.value_at(k));
    const double* row = w + x.index[k] * outputs;
    for (std::size_t f = 0; f < fours; ++f) {
      load(row + 4 * f, weights);
      sum[f] += value * weights;
    }
  }
  for (std::size_t f = 0; f < fours; ++f) store(sum[f], z + 4 * f);
}

template <std::size_t fours>
SPARSELEARN_IN_EACH_FORM void axpy_block(const double* a, const RowView& x, std::size_t outputs, double* w) {
  Four factor[fours], weights;
  for (std::size_t f = 0; f < fours; ++f) load(a + 4 * f, factor[f]);
  for (std::size_t k = 0; k < x.size; ++k) {
    const double value = static_cast<double>(x.value_at(k));
    double* row = w + x.index[k] * outputs;
    for (std::size_t f = 0; f < fours; ++f) {
      load(row + 4 * f, weights);
      weights += factor[f] * value;
      store(weights, row + 4 * f);
    }
  }
}

SPARSELEARN_IN_EACH_FORM void dot_all(const RowView& x, const double* w, std::size_t outputs, double* z) {
  std::size_t c = 0;
  for (; c + 16 <= outputs; c += 16) dot_block<4>(x, w + c, outputs, z + c);
  for (; c + 4 <= outputs; c += 4) dot_block<1>(x, w + c, outputs, z + c);
  for (; c < outputs; ++c) {
    double sum = 0;
    for (std::size_t k = 0; k < x.size; ++k)
      sum += static_cast<double>(x.value_at(k)) * w[x.index[k] * outputs + c];
    z[c] = sum;
  }
}

SPARSELEARN_IN_EACH_FORM void axpy_all(const double* a, const RowView& x, std::size_t outputs, double* w) {
  std::size_t c = 0;
  for (; c + 16 <= outputs; c += 16) axpy_block<4>(a + c, x, outputs, w + c);
  for (; c + 4 <= outputs; c += 4) axpy_block<1>(a + c, x, outputs, w + c);
  for (; c < outputs; ++c)
    for (std::size_t k = 0; k < x.size; ++k)
      w[x.index[k] * outputs + c] += a[c] * static_cast<double>(x.value_at(k));
}

}  // namespace

void dot_plain(const RowView& x, const double* w, std::size_t outputs, double* z) {
  dot_all(x, w, outputs, z);
}

void axpy_plain(const double* a, const RowView& x, std::size_t outputs, double* w) {
  axpy_all(a, x, outputs, w);
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) void dot_avx2(const RowView& x, const double* w, std::size_t outputs,
                                              double* z) {
  dot_all(x, w, outputs, z);
}

__attribute__((target("avx2"))) void axpy_avx2(const double* a, const RowView& x, std::size_t outputs,
                                               double* w) {
  axpy_all(a, x, outputs, w);
}

#endif

}  // namespace sparselearn::output_kernels
