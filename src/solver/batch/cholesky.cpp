#include "solver/batch/cholesky.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/widest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::batch {
namespace {

constexpr std::size_t block = 32;
// A pivot this small beside its diagonal entry is rounding.
constexpr double least_pivot = 1e-15;

using Four = double __attribute__((vector_size(32)));
constexpr std::size_t tile = 8;  // columns that are worked on at a time: two Fours

inline void load(const double* from, Four& to) { std::memcpy(&to, from, sizeof to); }
inline void store(const Four& from, double* to) { std::memcpy(to, &from, sizeof from); }

// X of X L_d' = B for the columns of X' and B' from `first` on, in place: `panel` holds B', `width` rows of
// `stride`, and l the diagonal block's factor, rows of `side`.
void solve_panel(const double* l, std::size_t side, std::size_t width, double* panel, std::size_t stride,
                 std::size_t first) {
  for (std::size_t j = 0; j < width; ++j) {
    double* const at = panel + j * stride + first;
    Four x0, x1;
    load(at, x0);
    load(at + 4, x1);
    for (std::size_t k = 0; k < j; ++k) {
      const double factor = l[j * side + k];
      Four y0, y1;
      load(panel + k * stride + first, y0);
      load(panel + k * stride + first + 4, y1);
      x0 -= factor * y0;
      x1 -= factor * y1;
    }
    store(x0 / l[j * side + j], at);
    store(x1 / l[j * side + j], at + 4);
  }
}

// The part of a panel in `Rows` rows of the matrix below it, up to the diagonal: row -= (its part of the
// panel)' (the panel of every column). `row` counts from the panel's end; `l` is the first row
// at the panel's first column.
template <std::size_t Rows>
void subtract_products(double* l, std::size_t side, std::size_t width, const double* panel,
                       std::size_t stride, std::size_t row) {
  for (std::size_t j = 0; j < row + Rows; j += tile) {
    Four sums[Rows][2] = {};
    for (std::size_t k = 0; k < width; ++k) {
      Four y0, y1;
      load(panel + k * stride + j, y0);
      load(panel + k * stride + j + 4, y1);
      for (std::size_t r = 0; r < Rows; ++r) {
        const double factor = l[r * side + k];
        sums[r][0] += factor * y0;
        sums[r][1] += factor * y1;
      }
    }
    for (std::size_t r = 0; r < Rows; ++r) {
      double products[tile];
      store(sums[r][0], products);
      store(sums[r][1], products + 4);
      double* const to = l + r * side + width + j;
      const std::size_t count = row + r + 1 > j ? std::min(tile, row + r + 1 - j) : 0;
      for (std::size_t c = 0; c < count; ++c) to[c] -= products[c];
    }
  }
}

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
    solve_below(begin, end);
    subtract_from_right(begin, end);
  }
  return true;
}

// Groups of rows for a thread each: one group where that is quicker than calling on threads.
template <class Body>
void Cholesky::for_groups(std::size_t rows, std::size_t work, const Body& body) const {
  constexpr std::size_t group = 64, worth_threads = std::size_t{1} << 23;
  const std::size_t size = work < worth_threads ? std::max(rows, group) : group;
  parallel_for((rows + size - 1) / size,
               [&](std::size_t g) { run_widest([&] { body(g * size, std::min(rows, (g + 1) * size)); }); });
}

// The rows below a diagonal block, transposed so that a column's entries lie side by side.
void Cholesky::solve_below(std::size_t begin, std::size_t end) {
  const std::size_t below = side_ - end, width = end - begin;
  stride_ = (below + tile - 1) / tile * tile;
  panel_.assign(width * stride_, 0.0);
  for_groups(below, below * width * width, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      for (std::size_t k = 0; k < width; ++k) panel_[k * stride_ + i] = l_[(end + i) * side_ + begin + k];
    for (std::size_t i = first; i < last; i += tile)
      solve_panel(&l_[begin * side_ + begin], side_, width, panel_.data(), stride_, i);
    for (std::size_t i = first; i < last; ++i)
      for (std::size_t k = 0; k < width; ++k) l_[(end + i) * side_ + begin + k] = panel_[k * stride_ + i];
  });
}

void Cholesky::subtract_from_right(std::size_t begin, std::size_t end) {
  const std::size_t below = side_ - end, width = end - begin;
  for_groups(below, below * below * width, [&](std::size_t first, std::size_t last) {
    std::size_t i = first;
    for (; i + 4 <= last; i += 4)
      subtract_products<4>(&l_[(end + i) * side_ + begin], side_, width, panel_.data(), stride_, i);
    for (; i < last; ++i)
      subtract_products<1>(&l_[(end + i) * side_ + begin], side_, width, panel_.data(), stride_, i);
  });
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
