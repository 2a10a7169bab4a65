// Kernels over one sparse row with several adjacent weights a feature. Every output is a sum of its own, so
// registers hold a few outputs each and the bits are those of the plain double loop, whatever their width.
#pragma once
#include <cstddef>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn::output_kernels {

void dot_plain(const RowView& x, const double* w, std::size_t outputs, double* z);
void axpy_plain(const double* a, const RowView& x, std::size_t outputs, double* w);
#if defined(__x86_64__)
void dot_avx2(const RowView& x, const double* w, std::size_t outputs, double* z);
void axpy_avx2(const double* a, const RowView& x, std::size_t outputs, double* w);
#endif

}  // namespace sparselearn::output_kernels
