// block-cd against the dense loop of its formulas, and its blocks against their definition.
#include <cmath>
#include <string>

#include "solver/coordinate/feature_block.hpp"
#include "solver/dense_coordinate.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

/// Blocks of features that rarely meet; in each the proximal Newton problem, by sweeps over its coordinates.
class DenseBlockCd : public DenseCoordinate {
 public:
  DenseBlockCd(const Problem& problem, const SolverOptions& options, Vector w0)
      : DenseCoordinate(problem, options, std::move(w0)) {
    set_units(blocks(options.block_size));
  }

 private:
  // The features in most rows first, each to the first of the open blocks with the fewest of its rows.
  std::vector<Unit> blocks(std::size_t size) const {
    Unit order = coordinates;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return entries(a) > entries(b); });
    std::vector<Unit> open(std::min<std::size_t>(16, (order.size() + size - 1) / size)), done;
    for (const std::uint32_t j : order) {
      std::size_t best = 0, fewest = book.dense.rows + 1;
      for (std::size_t c = 0; c < open.size(); ++c)
        if (const std::size_t here = shared(open[c], j); here < fewest) {
          best = c;
          fewest = here;
        }
      open[best].push_back(j);
      if (open[best].size() == size) done.push_back(std::exchange(open[best], {}));
    }
    for (const Unit& rest : open)
      if (!rest.empty()) done.push_back(rest);
    return done;
  }
  std::size_t shared(const Unit& block, std::uint32_t j) const {
    std::size_t rows = 0;
    for (const Vector& x : book.dense.x)
      rows +=
          x[j] != 0 && std::any_of(block.begin(), block.end(), [&](std::uint32_t k) { return x[k] != 0; });
    return rows;
  }

  Vector direction(const Unit& kept, const Vector& g, const Matrix& h) const override {
    Vector d(w.size(), 0.0);
    for (int sweep = 0; sweep < 50; ++sweep) {
      double largest = 0, largest_change = 0;
      for (const std::uint32_t j : kept) {
        const double curvature = std::max(h[j][j], 1e-12), slope = g[j] + inner(h[j], d);
        const double v = w[j] + d[j] - slope / curvature;
        const double to = std::copysign(std::max(0.0, std::abs(v) - book.dense.l1(j) / curvature), v) - w[j];
        largest_change = std::max(largest_change, std::abs(to - d[j]));
        d[j] = to;
        largest = std::max(largest, std::abs(to));
      }
      if (largest_change <= 1e-3 * largest) break;
    }
    return d;
  }
};

RandomRows weighted_rows() {
  RandomRows shape;
  shape.weighted = true;
  return shape;
}

}  // namespace

TEST_CASE("block-cd: iterates are the dense loop's, for blocks of one, of a few, of all") {
  int halvings = 0, rests = 0, combinations = 0;
  for (const std::size_t size : {1U, 5U, 64U})
    for (const Penalty& penalty : {Penalty{0, 0.05}, Penalty{0.01, 0}, Penalty{0.01, 0.05}})
      for (const std::string loss : {"logistic", "squared", "squared-hinge"})
        for (const bool intercept : {false, true})
          for (const std::size_t displacements : {0U, 1U}) {
            CAPTURE(size);
            CAPTURE(penalty.l1);
            CAPTURE(penalty.l2);
            CAPTURE(loss);
            CAPTURE(intercept);
            CAPTURE(displacements);
            const Case made(loss, penalty, intercept, weighted_rows());
            SolverOptions options;
            options.block_size = size;
            options.displacements = displacements;
            Vector w0 = uneven_start(made.dimension());
            for (double& w : w0) w *= 4;
            DenseBlockCd textbook(made.problem(), options, w0);
            const auto solver = solver::make("block-cd", options);
            solver->start(made.problem(), w0);
            for (int e = 0; e < 6; ++e) {
              CAPTURE(e);
              solver->epoch();
              textbook.epoch();
              if (penalty.l1 > 0)
                check_same_weights(solver->weights(), textbook.w);
              else
                check_near(weights_of(*solver), textbook.w);
            }
            halvings += textbook.halvings;
            rests += textbook.rests;
            combinations += textbook.combinations;
          }
  CHECK(halvings > 0);
  CHECK(rests > 0);
  CHECK(combinations > 0);
}

TEST_CASE("block-cd: the blocks hold every coordinate once, exclusive features together") {
  Dataset data;
  RowBlock rows;  // ten choices of one of three: features 3c, 3c + 1, 3c + 2 never meet
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    for (std::uint32_t c = 0; c < 10; ++c)
      rows.indices.push_back(3 * c + static_cast<std::uint32_t>(random.below(3)));
    rows.offsets.push_back(rows.indices.size());
    rows.labels.push_back(1);
  }
  data.append(std::move(rows));
  data.set_features(30);
  const Columns columns(data);
  std::vector<std::uint32_t> all(30), seen;
  std::iota(all.begin(), all.end(), 0U);
  for (const auto& block : solver::low_overlap_blocks(columns, all, 3, data.rows())) {
    CHECK(block.size() <= 3);
    for (const std::uint32_t j : block) {
      seen.push_back(j);
      CHECK(j / 3 == block[0] / 3);
    }
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == all);
}
