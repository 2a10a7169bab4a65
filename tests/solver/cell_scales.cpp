// What a step of dual ascent does to each cell, against sigma_j / (1 + rho_j) cell by cell.
#include "solver/coordinate/cell_scales.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "solver/coordinate/dual_start.hpp"
#include "sparselearn/loss/loss.hpp"

using namespace sparselearn;
using solver::CellScales;
using solver::DualDamping;
using solver::ProximalTerm;

namespace {

constexpr std::size_t features = 1000, parts = 4;
constexpr double l2 = 1.25e-4;  // mean |x_i|^2 / (l2 S) is 14 times the 4 of the logistic loss: G up to 5

// Row i has the features below 1000 / (i + 1): feature j has about 1000 / (j + 1) rows.
Dataset rows_of(bool by_frequency) {
  RowBlock block;
  for (std::uint32_t i = 0; i < features; ++i) {
    for (std::uint32_t j = 0; j < features / (i + 1); ++j) block.indices.push_back(j);
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(i % 2 == 0 ? -1 : 1);
  }
  Dataset data;
  data.append(std::move(block));
  data.set_frequent_first(by_frequency);
  return data;
}

// Every group has a sigma of its own: 1.25, 1.5, 1.75 ...
DualDamping all_different(bool by_frequency) {
  DualDamping damping(parts, features, by_frequency);
  for (std::size_t g = 0; g < DualDamping::groups; ++g)
    damping.adapt(g, 1.25 + 0.25 * static_cast<double>(g), 1);
  return damping;
}

// From the definition: the octaves of the first 256 cells, all others, the intercept.
double sigma_of(std::size_t cell, bool by_frequency) {
  std::size_t group = 9;
  if (by_frequency && cell < 256)
    for (group = 0; cell >> group != 0;) ++group;
  if (cell >= features) group = 10;
  return 1.25 + 0.25 * static_cast<double>(group);
}

// From the definition, for the logistic loss (1/gamma = 4): rho of single features, or of their octaves.
double stiffness_of(std::size_t cell, const Dataset& data, int limit) {
  std::size_t begin = cell, end = cell + 1;
  if (data.frequent_first()) {
    begin = cell == 0 ? 0 : 1;
    while (begin != 0 && 2 * begin <= cell) begin *= 2;
    end = begin == 0 ? 1 : std::min(2 * begin, features);
  }
  double c = 0;
  for (const std::uint32_t j : data.blocks()[0].indices)
    if (j >= begin && j < end) c += 1 / (l2 * static_cast<double>(data.rows() * (end - begin)));
  return std::pow(2, std::clamp(static_cast<int>(std::floor(std::log2(c / 4 / 5))), 0, limit));
}

double mean_curvature(const Problem& problem) {
  HugeVector<double> q;
  return solver::row_curvatures(problem, q);
}

// After sweeps that changed nothing but gained something, so that G may rise from 2 to `limit`, by 2 at a
// time.
ProximalTerm at_limit(const Problem& problem, int limit) {
  std::vector<double> v(features + 1, 0.0);
  ProximalTerm proximal(problem, 4, mean_curvature(problem), v);
  for (int reached = 2; reached < limit; reached += 2) {
    proximal.begin_sweep(v);
    proximal.end_sweep(v, 1, 1);
  }
  return proximal;
}

}  // namespace

TEST_CASE("cell scales: each cell has that of its group, in steps and in curvature") {
  const std::vector<std::uint32_t> index{0, 1, 2, 3, 4, 100, 255, 256, 257, 999};
  const std::vector<float> value{1, -2, 0.5F, 4, 1, 2, -1, 3, 1, 0.25F};
  const auto loss = loss::make("logistic");
  for (const bool by_frequency : {true, false}) {
    const Dataset data = rows_of(by_frequency);
    const Problem problem(data, *loss, {0, l2}, true);
    for (const int limit : {0, 2, 4, 5}) {
      CAPTURE(by_frequency);
      CAPTURE(limit);
      const ProximalTerm proximal = limit > 0 ? at_limit(problem, limit) : ProximalTerm();
      const DualDamping damping = all_different(by_frequency);
      const CellScales scales(damping, proximal);
      const auto scale_of = [&](std::size_t j) {
        return sigma_of(j, by_frequency) / (limit > 0 && j < features ? stiffness_of(j, data, limit) : 1);
      };
      for (const bool ones : {true, false}) {
        const RowView x{index.data(), ones ? nullptr : value.data(), index.size()};
        std::vector<double> view(features + 1, 1.0), expected = view;
        std::vector<double> scaled;
        const auto [count, additional_norm] = scales.look_up(x, scaled);
        scales.axpy(0.5, x, std::span(scaled).first(count), view.data());
        double norm = 0, scaled_norm = 0;
        for (std::size_t k = 0; k < x.size; ++k) {
          const auto xj = static_cast<double>(x.value_at(k));
          expected[index[k]] += scale_of(index[k]) * 0.5 * xj;
          norm += xj * xj;
          scaled_norm += scale_of(index[k]) * xj * xj;
        }
        CHECK(view == expected);  // all numbers are short binary fractions
        CHECK(scales.others() * norm + additional_norm == scaled_norm);
      }
      CHECK(scales.intercept() == sigma_of(features, by_frequency));
    }
  }
}

TEST_CASE("cell scales: an octave that the features end in is as long as it has features") {
  // Nine features, all of them in every row: c_j = 1 / l2, and the last octave is feature 8 alone.
  RowBlock block;
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (std::uint32_t j = 0; j < 9; ++j) block.indices.push_back(j);
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(i % 2 == 0 ? -1 : 1);
  }
  Dataset data;
  data.append(std::move(block));
  data.set_frequent_first(true);
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, {0, 1.0 / 50});  // gamma c_j / 5 = 2.5, g_j = 1
  std::vector<double> v(9, 0.0);
  const ProximalTerm proximal(problem, 4, mean_curvature(problem), v);
  REQUIRE(proximal.cells() == 9);
  for (std::size_t octave = 0; octave <= 4; ++octave) CHECK(proximal.stiffness(octave) == 2);
}
