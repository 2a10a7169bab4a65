// Dense vector operations for the batch solvers. Sums run over fixed slices added in order: same bits on any
// number of threads.
#pragma once
#include <span>

namespace sparselearn::vector {

double dot(std::span<const double> a, std::span<const double> b);
double norm(std::span<const double> a);
/// max_j |a_j|; NaN if any a_j is NaN.
double norm_inf(std::span<const double> a);
/// y += a x.
void axpy(double a, std::span<const double> x, std::span<double> y);
/// out = x + a y.
void combine(std::span<const double> x, double a, std::span<const double> y, std::span<double> out);
void scale(double a, std::span<double> x);
/// Number of nonzero entries.
std::size_t nonzeros(std::span<const double> a);

}  // namespace sparselearn::vector
