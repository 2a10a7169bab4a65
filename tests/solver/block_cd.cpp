// block-cd against the dense loop of its formulas, and its blocks against their definition.
#include <cmath>
#include <string>

#include "solver/coordinate/feature_block.hpp"
#include "solver/dense_coordinate.hpp"
#include "sparselearn/data/generate.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

/// In each block the proximal Newton problem, by sweeps over its coordinates.
class DenseBlockCd : public DenseCoordinate {
 public:
  DenseBlockCd(const Problem& problem, const SolverOptions& options, Vector w0)
      : DenseCoordinate(problem, options, std::move(w0), options.block_size) {}

 private:
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

/// Some epochs from w0; returns the textbook as it ends.
DenseBlockCd run_beside_textbook(const Case& made, const SolverOptions& options, const Vector& w0) {
  DenseBlockCd textbook(made.problem(), options, w0);
  const auto solver = solver::make("block-cd", options);
  solver->start(made.problem(), w0);
  for (int e = 0; e < 6; ++e) {
    CAPTURE(e);
    solver->epoch();
    textbook.epoch();
    if (made.problem().penalty().l1 > 0)
      check_same_weights(solver->weights(), textbook.w);
    else
      check_near(weights_of(*solver), textbook.w);
  }
  return textbook;
}

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
            const DenseBlockCd textbook = run_beside_textbook(made, options, w0);
            halvings += textbook.halvings;
            rests += textbook.rests;
            combinations += textbook.combinations;
          }
  CHECK(halvings > 0);
  CHECK(rests > 0);
  CHECK(combinations > 0);
}

TEST_CASE("block-cd: blocks follow the order of visits, whichever it is") {
  for (const std::string order : {"once", "sequential"}) {
    CAPTURE(order);
    const Case made("logistic", {0, 0.05}, true, weighted_rows());
    SolverOptions options;
    options.block_size = 5;
    options.order = order;
    const Vector w0 = uneven_start(made.dimension());
    run_beside_textbook(made, options, w0);
  }
}

TEST_CASE("block-cd: a block has the rows of its columns once each, whatever was gathered before it") {
  const Dataset data = generated(DataShape{.rows = 6000, .features = 40, .nonzeros_per_row = 12, .zipf = 0});
  const Columns columns(data);
  solver::FeatureBlock block(columns, data.rows());
  std::uint64_t most = 0;
  for (const std::vector<std::uint32_t>& chosen : {std::vector<std::uint32_t>{7},
                                                   {31, 2, 17},
                                                   {39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 0, 1, 2, 3},
                                                   {5}}) {
    block.gather(chosen);
    CHECK(block.coordinates() == chosen);
    std::vector<double> d, wanted(data.rows());
    std::uint64_t entries = 0;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      d.push_back(0.5 + static_cast<double>(k));
      const ColumnView column = columns[chosen[k]];
      entries += column.size;
      for (std::size_t e = 0; e < column.size; ++e)
        wanted[column.row[e]] += static_cast<double>(column.value_at(e)) * d[k];
    }
    CHECK(block.entries() == entries);
    most = std::max(most, entries);
    const std::vector<double> z = block.scores(d);
    std::vector<bool> seen(data.rows());
    REQUIRE(z.size() == block.rows().size());
    for (std::size_t r = 0; r < z.size(); ++r) {
      const std::uint32_t row = block.rows()[r];
      CHECK(!seen[row]);
      seen[row] = true;
      CHECK(z[r] == doctest::Approx(wanted[row]).epsilon(1e-12));
      wanted[row] = 0;
    }
    for (const double left : wanted) CHECK(left == 0);
  }
  CHECK(most > entries_a_slice);  // shared among threads
}
