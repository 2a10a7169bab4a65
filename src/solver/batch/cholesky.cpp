#include "solver/batch/cholesky.hpp"

#include <algorithm>
#include <cmath>

#include "base/widest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::batch {
namespace {

constexpr std::size_t block = 64;
// A pivot this small beside its diagonal entry is rounding.
constexpr double least_pivot = 1e-15;

// a'b of short arrays in fixed lanes, so that the compiler may use vector registers.
double lanes_dot(const double* a, const double* b, std::size_t size) {
  double lane[8] = {};
  std::size_t k = 0;
  for (; k + 8 <= size; k += 8)
    for (std::size_t l = 0; l < 8; ++l) lane[l] += a[k + l] * b[k + l];
  for (; k < size; ++k) lane[0] += a[k] * b[k];
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

}  // namespace

void Cholesky::factor(std::span<const double> a, std::size_t side) {
  side_ = side;
  ridge_ = 0;
  for (int attempt = 0; attempt < 30; ++attempt) {
    if (try_factor(a)) return;
    ridge_ = ridge_ == 0 ? 1e-14 : 10 * ridge_;
  }
  throw DivergedError("a curvature matrix is not finite");
}

// Left to right by blocks of columns: the diagonal block, the rows below it, then their part in everything to
// the right.
bool Cholesky::try_factor(std::span<const double> a) {
  l_.assign(a.begin(), a.end());
  for (std::size_t i = 0; i < side_; ++i) {
    double& entry = l_[i * side_ + i];
    entry = entry == 0 ? 1 : entry + ridge_ * entry;
  }
  for (std::size_t begin = 0; begin < side_; begin += block) {
    const std::size_t end = std::min(side_, begin + block);
    if (!factor_diagonal_block(a, begin, end)) return false;
    const std::size_t below = side_ - end, groups = (below + block - 1) / block;
    const auto rows_of = [&](std::size_t g) {
      return std::pair(end + g * block, std::min(side_, end + (g + 1) * block));
    };
    parallel_for(groups, [&](std::size_t g) {
      const auto [first, last] = rows_of(g);
      run_widest([&, first = first, last = last] {
        for (std::size_t i = first; i < last; ++i)
          for (std::size_t j = begin; j < end; ++j) {
            double* row = &l_[i * side_];
            const double* of_j = &l_[j * side_];
            row[j] = (row[j] - lanes_dot(row + begin, of_j + begin, j - begin)) / of_j[j];
          }
      });
    });
    parallel_for(groups, [&](std::size_t g) {
      const auto [first, last] = rows_of(g);
      run_widest([&, first = first, last = last] {
        for (std::size_t i = first; i < last; ++i)
          for (std::size_t j = end; j <= i; ++j)
            l_[i * side_ + j] -= lanes_dot(&l_[i * side_ + begin], &l_[j * side_ + begin], end - begin);
      });
    });
  }
  return true;
}

bool Cholesky::factor_diagonal_block(std::span<const double> a, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    double* row = &l_[i * side_];
    for (std::size_t j = begin; j < i; ++j) {
      const double* of_j = &l_[j * side_];
      row[j] = (row[j] - lanes_dot(row + begin, of_j + begin, j - begin)) / of_j[j];
    }
    const double pivot = row[i] - lanes_dot(row + begin, row + begin, i - begin);
    if (!(pivot > least_pivot * a[i * side_ + i]) && a[i * side_ + i] != 0) return false;
    if (!std::isfinite(pivot)) return false;
    row[i] = std::sqrt(pivot);
  }
  return true;
}

void Cholesky::solve(std::span<double> x) const {
  for (std::size_t i = 0; i < side_; ++i)
    x[i] = (x[i] - lanes_dot(&l_[i * side_], x.data(), i)) / l_[i * side_ + i];
  for (std::size_t i = side_; i-- > 0;) {
    x[i] /= l_[i * side_ + i];
    for (std::size_t j = 0; j < i; ++j) x[j] -= l_[i * side_ + j] * x[i];
  }
}

}  // namespace sparselearn::batch
