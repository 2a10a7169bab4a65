#include "solver/coordinate/primal_coordinate.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sparselearn/base/error.hpp"

namespace sparselearn::solver {
namespace {

constexpr double violation_left = 0.1;  // of what was not left out, when all comes back
constexpr double infinite = std::numeric_limits<double>::infinity();

// The coordinates that F depends on, but for those whose best place is where they are: in no row and 0.
std::vector<std::uint32_t> worth_visiting(const Columns& columns, std::span<const double> w0) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t j = 0; j < columns.size(); ++j)
    if (columns[j].size > 0 || w0[j] != 0) found.push_back(j);
  return found;
}

}  // namespace

PrimalCoordinate::PrimalCoordinate(std::string name, const SolverOptions& options, std::size_t together)
    : name_(std::move(name)), options_(options), together_(together) {}

void PrimalCoordinate::start(const Problem& problem, std::span<const double> w0) {
  require_support(*find(name_), problem);
  const RowOrder::Kind order = RowOrder::kind_of(options_.order);
  if (order != RowOrder::Kind::reshuffle && order != RowOrder::Kind::once &&
      order != RowOrder::Kind::sequential)
    throw UsageError("solver " + name_ + " visits all coordinates: --order reshuffle, once or sequential");
  problem_ = &problem;
  weights_.assign(w0.begin(), w0.end());
  rows_ = RowScores(problem, w0);
  columns_ = Columns(problem.data(), problem.intercept());
  coordinates_ = worth_visiting(columns_, w0);
  prepare();
  all_.resize(coordinates_.size());
  std::iota(all_.begin(), all_.end(), 0U);
  random_ = Random(options_.seed);
  reshuffle_ = order == RowOrder::Kind::reshuffle;
  if (order == RowOrder::Kind::once) random_.shuffle(std::span(all_));
  active_ = all_;
  subspace_ = Subspace(problem, coordinates_, options_.displacements);
  last_largest_ = infinite;
  largest_ = sum_ = full_sum_ = gain_ = total_gain_ = 0;
  read_ = updates_ = 0;
  stepped_ = searched_ = 0;
  left_out_ = stalled_ = false;
}

void PrimalCoordinate::epoch() {
  const bool full = !left_out_;
  largest_ = sum_ = gain_ = 0;
  if (reshuffle_) random_.shuffle(std::span(active_));
  kept_.clear();
  for (std::size_t begin = 0; begin < active_.size(); begin += together_)
    visit(Places(active_).subspan(begin, std::min(together_, active_.size() - begin)));
  active_.swap(kept_);
  end_pass(full);
  if (read_ >= subspace_.cost() / 4) {  // not after every pass over a few coordinates
    subspace_.improve(rows_, weights_);
    read_ = 0;
  }
}

bool PrimalCoordinate::keeps(std::uint32_t place, double g) {
  const std::uint32_t j = coordinates_[place];
  const double l1 = penalty(j).l1;
  const double room = l1 - last_largest_ / static_cast<double>(problem_->rows());
  if (weights_[j] == 0 && std::abs(g) < room) {
    left_out_ = true;
    return false;
  }
  const double violation = std::abs(projected_gradient(weights_[j], g, l1));
  largest_ = std::max(largest_, violation);
  sum_ += violation;
  kept_.push_back(place);
  return true;
}

void PrimalCoordinate::end_pass(bool full) {
  last_largest_ = largest_;
  total_gain_ += gain_;
  if (full) {
    full_sum_ = sum_;
    stalled_ = gain_ <= 1e-17 * total_gain_;
  }
  if (sum_ > violation_left * full_sum_) return;
  active_ = all_;
  left_out_ = false;
  last_largest_ = infinite;
}

double PrimalCoordinate::penalty_change(const Step& step, double lambda) const {
  double change = 0;
  for (std::size_t k = 0; k < step.d.size(); ++k) {
    const double w = weights_[step.coordinates[k]], to = w + lambda * step.d[k];
    const auto [l1, l2] = penalty(step.coordinates[k]);
    change += l1 * (std::abs(to) - std::abs(w)) + 0.5 * l2 * (to - w) * (to + w);
  }
  return change;
}

// From the left, where a coordinate has just arrived at 0.
double PrimalCoordinate::penalty_slope(const Step& step, double lambda) const {
  double slope = 0;
  for (std::size_t k = 0; k < step.d.size(); ++k) {
    const double to = weights_[step.coordinates[k]] + lambda * step.d[k];
    const auto [l1, l2] = penalty(step.coordinates[k]);
    slope += l1 * (to == 0 ? -std::abs(step.d[k]) : std::copysign(step.d[k], to * step.d[k]));
    slope += l2 * to * step.d[k];
  }
  return slope;
}

void PrimalCoordinate::state(Archive& archive) {
  archive(random_)(weights_).up_to(all_.size(), active_)(last_largest_)(full_sum_)(total_gain_)(read_);
  archive(stepped_)(searched_)(updates_)(left_out_)(stalled_);
  for (const std::uint32_t place : active_) archive.require(place < all_.size());
  archive.require(!(full_sum_ < 0));  // or else what is left out would never come back
  rows_.state(archive);
  subspace_.state(archive);
}

}  // namespace sparselearn::solver
