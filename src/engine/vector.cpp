#include "sparselearn/engine/vector.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn::vector {
namespace {

// combine_slices(slice results) in order; of_slice(begin, end) for each.
template <class Result, class OfSlice, class Combine>
Result reduce(std::size_t size, Result start, const OfSlice& of_slice, const Combine& combine) {
  if (size <= entries_a_slice) return size == 0 ? start : combine(start, of_slice(std::size_t{0}, size));
  std::vector<Result> found(slices_of(size));
  for_each_slice(size,
                 [&](std::size_t s, std::size_t begin, std::size_t end) { found[s] = of_slice(begin, end); });
  for (const Result& part : found) start = combine(start, part);
  return start;
}

double add(double a, double b) { return a + b; }

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) {
  return reduce(
      a.size(), 0.0,
      [&](std::size_t begin, std::size_t end) {
        double lane[4] = {};  // fixed lanes, so that the loop may use vector registers
        std::size_t j = begin;
        for (; j + 4 <= end; j += 4)
          for (std::size_t l = 0; l < 4; ++l) lane[l] += a[j + l] * b[j + l];
        for (; j < end; ++j) lane[0] += a[j] * b[j];
        return (lane[0] + lane[2]) + (lane[1] + lane[3]);
      },
      add);
}

double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }

double norm_inf(std::span<const double> a) {
  const auto larger = [](double x, double y) { return std::isnan(x) || x > y ? x : y; };
  return reduce(
      a.size(), 0.0,
      [&](std::size_t begin, std::size_t end) {
        double found = 0;
        for (std::size_t j = begin; j < end; ++j) found = larger(found, std::abs(a[j]));
        return found;
      },
      larger);
}

void axpy(double a, std::span<const double> x, std::span<double> y) {
  for_each_slice(x.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) y[j] += a * x[j];
  });
}

void combine(std::span<const double> x, double a, std::span<const double> y, std::span<double> out) {
  for_each_slice(x.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) out[j] = x[j] + a * y[j];
  });
}

void scale(double a, std::span<double> x) {
  for_each_slice(x.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) x[j] *= a;
  });
}

std::size_t nonzeros(std::span<const double> a) {
  return a.size() - static_cast<std::size_t>(std::count(a.begin(), a.end(), 0.0));
}

}  // namespace sparselearn::vector
