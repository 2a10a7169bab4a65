// Coordinate descent on blocks of coordinates: a block's proximal Newton problem, with the exact Hessian H of
// the block, is solved by a few sweeps over its coordinates (newGLMNET, Yuan, Ho & Lin 2012, on a block at a
// time as in Bian, Li, Liu & Yang 2013):
//   d ~ argmin_d  g'd + d'Hd/2 + l1 |w + d|_1 over the block,   w += lambda d
// with lambda by the line search of primal_coordinate.hpp. The blocks are --block-size coordinates that
// follow one another in the order of visits: with --order reshuffle, others every pass (as in Bian et al.).
// Chance is worth much here: with the same blocks in every pass the subspace step gains little. Order,
// shrinking, intercept and the subspace step are those of cd.
//
// Exact on sparse data: a step touches the rows that have a feature of the block (feature_block.hpp), each
// once. It walks a transposed copy of the data. Use it where features have thousands of rows, as in
// a9a and w8a: there it is faster than cd, and threads help a little.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "solver/coordinate/feature_block.hpp"
#include "solver/coordinate/primal_coordinate.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn::solver {
namespace {

constexpr double flat = 1e-12;    // the least curvature
constexpr int most_sweeps = 50;   // over a block's problem
constexpr double settled = 1e-3;  // the last change that counts, relative to d

class BlockDescent final : public PrimalCoordinate {
 public:
  explicit BlockDescent(const SolverOptions& options)
      : PrimalCoordinate("block-cd", options, options.block_size) {}

 private:
  void prepare() override {
    if (options().block_size == 0) throw UsageError("--block-size must be positive");
    block_ = FeatureBlock(columns(), problem().rows());
  }
  void visit(Places places) override;

  FeatureBlock::Model model() const;
  std::vector<double> newton_step(const FeatureBlock::Model& model,
                                  const std::vector<std::uint32_t>& kept) const;
  Step promise(const std::vector<double>& gradient, const std::vector<double>& d,
               const std::vector<double>& dz) const;

  FeatureBlock block_;  // that is visited
};

void BlockDescent::visit(Places places) {
  std::vector<std::uint32_t> block;
  for (const std::uint32_t place : places) block.push_back(coordinates()[place]);
  block_.gather(std::move(block));
  read(block_.entries());
  const FeatureBlock::Model here = model();
  std::vector<std::uint32_t> kept;
  for (std::uint32_t k = 0; k < places.size(); ++k)
    if (keeps(places[k], here.gradient[k])) kept.push_back(k);
  if (kept.empty()) return;
  const std::vector<double> d = newton_step(here, kept), dz = block_.scores(d);
  take(promise(here.gradient, d, dz), block_.rows(), [&](std::size_t k) { return dz[k]; });
}

// Gradient and Hessian of F without l1 in the block; both triangles of it.
FeatureBlock::Model BlockDescent::model() const {
  FeatureBlock::Model found = block_.model(rows_);
  const std::size_t side = block_.coordinates().size();
  const double total = problem().total_weight();
  for (std::size_t k = 0; k < side; ++k) {
    const std::uint32_t j = block_.coordinates()[k];
    found.gradient[k] = found.gradient[k] / total + penalty(j).l2 * weights_[j];
    for (std::size_t l = 0; l <= k; ++l) {
      const double h = found.hessian[k * side + l] / total + (l == k ? penalty(j).l2 : 0.0);
      found.hessian[k * side + l] = found.hessian[l * side + k] = h;
    }
  }
  return found;
}

// By sweeps over the kept coordinates; `slope` is the gradient of the model at d.
std::vector<double> BlockDescent::newton_step(const FeatureBlock::Model& model,
                                              const std::vector<std::uint32_t>& kept) const {
  const std::size_t side = block_.coordinates().size();
  std::vector<double> d(side), slope = model.gradient;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double largest = 0, largest_change = 0;
    for (const std::uint32_t k : kept) {
      const std::uint32_t j = block_.coordinates()[k];
      const double* h = &model.hessian[k * side];
      const double curvature = std::max(h[k], flat), w = weights_[j];
      const double to = soft_threshold(w + d[k] - slope[k] / curvature, penalty(j).l1 / curvature) - w;
      const double change = to - d[k];
      d[k] = to;
      for (const std::uint32_t l : kept) slope[l] += h[l] * change;
      largest = std::max(largest, std::abs(to));
      largest_change = std::max(largest_change, std::abs(change));
    }
    if (largest_change <= settled * largest) break;
  }
  return d;
}

PrimalCoordinate::Step BlockDescent::promise(const std::vector<double>& gradient,
                                             const std::vector<double>& d,
                                             const std::vector<double>& dz) const {
  double decrease = 0, squares = 0, ridge = 0;
  for (std::size_t k = 0; k < d.size(); ++k) {
    const std::uint32_t j = block_.coordinates()[k];
    const double w = weights_[j];
    decrease += gradient[k] * d[k] + penalty(j).l1 * (std::abs(w + d[k]) - std::abs(w));
    ridge += penalty(j).l2 * d[k] * d[k];
  }
  for (std::size_t r = 0; r < dz.size(); ++r) squares += rows_.weight(block_.rows()[r]) * dz[r] * dz[r];
  const double curved = problem().loss().curvature_bound() * squares / problem().total_weight();
  return {block_.coordinates(), d, decrease, decrease + 0.5 * (curved + ridge), 0};
}

}  // namespace

std::unique_ptr<Solver> make_block_cd(const SolverOptions& options) {
  return std::make_unique<BlockDescent>(options);
}

}  // namespace sparselearn::solver
