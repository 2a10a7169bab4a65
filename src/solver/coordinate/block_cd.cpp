// Coordinate descent on blocks of coordinates: a block's proximal Newton problem, with the exact Hessian H of
// the block, is solved by a few sweeps over its coordinates (newGLMNET, Yuan, Ho & Lin 2012, on a block at a
// time as in Bian, Li, Liu & Yang 2013):
//   d ~ argmin_d  g'd + d'Hd/2 + l1 |w + d|_1 over the block,   w += lambda d
// with lambda by the line search of primal_coordinate.hpp. Blocks hold up to --block-size features that
// rarely meet in a row (feature_block.hpp), so H costs little more than its diagonal and a row is read once a
// block, rows in parallel. Order, shrinking, intercept and the subspace step are those of cd.
//
// Exact on sparse data: a step touches the rows that have a feature of the block. The blocks are a transposed
// copy of the data. Use it where cd has many rows a feature to share among threads.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "solver/coordinate/feature_block.hpp"
#include "solver/coordinate/primal_coordinate.hpp"

namespace sparselearn::solver {
namespace {

constexpr double flat = 1e-12;    // the least curvature
constexpr int most_sweeps = 50;   // over a block's problem
constexpr double settled = 1e-3;  // the last change that counts, relative to d

class BlockDescent final : public PrimalCoordinate {
 public:
  explicit BlockDescent(const SolverOptions& options) : PrimalCoordinate("block-cd", options) {}

 private:
  std::uint32_t make_units(Columns columns, const std::vector<std::uint32_t>& coordinates) override;
  bool visit(std::uint32_t unit) override;
  void return_all() override { resting_.assign(weights_.size(), 0); }
  void own_state(Archive& archive) override { archive(resting_); }

  FeatureBlock::Model model(const FeatureBlock& block) const;
  std::vector<std::uint32_t> kept(const FeatureBlock& block, const std::vector<double>& gradient);
  std::vector<double> newton_step(const FeatureBlock& block, const FeatureBlock::Model& model,
                                  const std::vector<std::uint32_t>& kept) const;
  Step promise(const FeatureBlock& block, const std::vector<double>& gradient, const std::vector<double>& d,
               const std::vector<double>& dz) const;

  std::vector<FeatureBlock> blocks_;
  std::vector<std::uint8_t> resting_;  // coordinates left out
};

std::uint32_t BlockDescent::make_units(Columns columns, const std::vector<std::uint32_t>& coordinates) {
  blocks_.clear();
  for (auto& block : low_overlap_blocks(columns, coordinates, options().block_size, problem().rows()))
    blocks_.emplace_back(columns, std::move(block));
  return_all();
  return static_cast<std::uint32_t>(blocks_.size());
}

bool BlockDescent::visit(std::uint32_t unit) {
  const FeatureBlock& block = blocks_[unit];
  const FeatureBlock::Model here = model(block);
  read(block.entries());
  const std::vector<std::uint32_t> free = kept(block, here.gradient);
  if (free.empty()) return false;
  const std::vector<double> d = newton_step(block, here, free), dz = block.scores(d);
  take(promise(block, here.gradient, d, dz), block.rows(), [&](std::size_t k) { return dz[k]; });
  return true;
}

// Gradient and Hessian of F without l1 in the block; both triangles of it.
FeatureBlock::Model BlockDescent::model(const FeatureBlock& block) const {
  FeatureBlock::Model found = block.model(rows_);
  const std::size_t side = block.coordinates().size();
  const double total = problem().total_weight();
  for (std::size_t k = 0; k < side; ++k) {
    const std::uint32_t j = block.coordinates()[k];
    found.gradient[k] = found.gradient[k] / total + penalty(j).l2 * weights_[j];
    for (std::size_t l = 0; l <= k; ++l) {
      const double h = found.hessian[k * side + l] / total + (l == k ? penalty(j).l2 : 0.0);
      found.hessian[k * side + l] = found.hessian[l * side + k] = h;
    }
  }
  return found;
}

std::vector<std::uint32_t> BlockDescent::kept(const FeatureBlock& block,
                                              const std::vector<double>& gradient) {
  std::vector<std::uint32_t> free;
  for (std::uint32_t k = 0; k < gradient.size(); ++k) {
    const std::uint32_t j = block.coordinates()[k];
    if (resting_[j]) continue;
    if (keeps(j, gradient[k]))
      free.push_back(k);
    else
      resting_[j] = 1;
  }
  return free;
}

// By sweeps over the kept coordinates; `slope` is the gradient of the model at d.
std::vector<double> BlockDescent::newton_step(const FeatureBlock& block, const FeatureBlock::Model& model,
                                              const std::vector<std::uint32_t>& kept) const {
  const std::size_t side = block.coordinates().size();
  std::vector<double> d(side), slope = model.gradient;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double largest = 0, largest_change = 0;
    for (const std::uint32_t k : kept) {
      const std::uint32_t j = block.coordinates()[k];
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

PrimalCoordinate::Step BlockDescent::promise(const FeatureBlock& block, const std::vector<double>& gradient,
                                             const std::vector<double>& d,
                                             const std::vector<double>& dz) const {
  double decrease = 0, squares = 0, ridge = 0;
  for (std::size_t k = 0; k < d.size(); ++k) {
    const std::uint32_t j = block.coordinates()[k];
    const double w = weights_[j];
    decrease += gradient[k] * d[k] + penalty(j).l1 * (std::abs(w + d[k]) - std::abs(w));
    ridge += penalty(j).l2 * d[k] * d[k];
  }
  for (std::size_t r = 0; r < dz.size(); ++r) squares += rows_.weight(block.rows()[r]) * dz[r] * dz[r];
  const double curved = problem().loss().curvature_bound() * squares / problem().total_weight();
  return {block.coordinates(), d, decrease, decrease + 0.5 * (curved + ridge), 0};
}

}  // namespace

std::unique_ptr<Solver> make_block_cd(const SolverOptions& options) {
  return std::make_unique<BlockDescent>(options);
}

}  // namespace sparselearn::solver
