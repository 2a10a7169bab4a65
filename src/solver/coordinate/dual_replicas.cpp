#include "solver/coordinate/dual_replicas.hpp"

#include <algorithm>
#include <utility>

#include "sparselearn/engine/threads.hpp"
#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn::solver {
namespace {

constexpr std::size_t cells_at_once = 512;

}  // namespace

DualReplicas::DualReplicas(std::size_t parts, std::span<const double> v, std::size_t penalized, double l1,
                           double l2, double intercept_l2, bool by_frequency)
    : replicas_(parts),
      penalized_(penalized),
      l1_(l1),
      l2_(l2),
      intercept_l2_(intercept_l2),
      damping_(parts, penalized, by_frequency) {
  reset(v);
}

void DualReplicas::reset(std::span<const double> v) {
  parallel_for(replicas_.size(), [&](std::size_t p) { replicas_[p].assign(v.begin(), v.end()); });
  merged_ = 0;
}

double DualReplicas::merge(std::span<double> v, double gain) {
  const auto parts = static_cast<double>(replicas_.size());
  // With theta = sigma / P the merge is the mean of the views, which convexity makes safe.
  const double safe = sigma() / parts;
  const Overlap whole = overlap(v, 1);
  double theta = 1;
  for (double excess = whole.excess; theta > safe && excess > 0.5 * theta * gain;) {
    theta = std::max(safe, theta / 2);
    excess = overlap(v, theta).excess;
  }
  add(v, theta);
  const double needed = whole.apart > 0 ? std::clamp(whole.joint / whole.apart, 1.0, parts) : 1;
  damping_.set(theta < 1 ? std::max(needed, sigma()) : std::max(1.0, 0.9 * sigma()));
  return theta;
}

// R_j(to) - R_j(from), R being the conjugate penalty; without cancellation.
double DualReplicas::rise(std::size_t j, double from, double to) const {
  const double l1 = j < penalized_ ? l1_ : 0, l2 = j < penalized_ ? l2_ : intercept_l2_;
  const double old_w = soft_threshold(from, l1), w = soft_threshold(to, l1);
  return 0.5 * (w - old_w) * (w + old_w) / l2;
}

// The dual objective gains at least theta * gain - excess(theta) when theta of every change is added, with
//   excess(theta) = [R(v + theta sum Delta_p) - R(v)] - (theta / sigma) sum_p [R(u_p) - R(v)]
// as the loss terms are concave and separate over rows.
DualReplicas::Overlap DualReplicas::overlap(std::span<const double> v, double theta) const {
  std::vector<Overlap> found(slices_of(v.size()));
  for_each_slice(v.size(), [&](std::size_t s, std::size_t begin, std::size_t end) {
    Overlap& sum = found[s];
    for (std::size_t j = begin; j < end; ++j) {
      const double old = v[j];
      double change = 0, apart = 0, views = 0;
      for (const auto& replica : replicas_) {
        const double own = (replica[j] - old) / sigma();
        change += own;
        apart += own * own;
        views += rise(j, old, replica[j]);
      }
      sum.excess += rise(j, old, old + theta * change) - theta / sigma() * views;
      sum.joint += change * change;
      sum.apart += apart;
    }
  });
  Overlap all;
  for (const Overlap& part : found) {
    all.excess += part.excess;
    all.joint += part.joint;
    all.apart += part.apart;
  }
  return all;
}

void DualReplicas::add(std::span<double> v, double theta) {
  for_each_slice(v.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      double change = 0;
      for (const auto& replica : replicas_) change += replica[j] - v[j];
      v[j] += theta / sigma() * change;
      for (auto& replica : replicas_) replica[j] = v[j];
    }
  });
}

double DualReplicas::merge_front(std::span<double> v, std::size_t cells, const ProximalTerm& proximal) {
  if (cells <= merged_) return 0;
  const std::size_t first = std::exchange(merged_, cells);
  std::vector<OverlapSums> found(slices_of(cells - first));
  for_each_slice(cells - first, [&](std::size_t s, std::size_t begin, std::size_t end) {
    std::size_t next = 0;
    for (std::size_t cell = first + begin; cell < first + end; cell = next) {
      next = std::min({cell + cells_at_once, damping_.end_of_group(cell), first + end});
      merge_some(v, cell, next - cell, proximal, found[s]);
    }
  });
  double excess = 0;
  for (const OverlapSums& part : found) {
    for (std::size_t g = 0; g < DualDamping::groups; ++g) {
      excess += part[g].excess.total();
      joint_[g] += part[g].joint.total();
      apart_[g] += part[g].apart.total();
    }
  }
  return excess;
}

// overlap() and add() with theta = 1 for a few cells of one group, in loops that vector registers take. Where
// R is a square
//   l2 excess = [|sum Delta_p|^2 - sigma sum |Delta_p|^2] / 2,
// each cell with 1 + rho_j of the proximal term.
void DualReplicas::merge_some(std::span<double> v, std::size_t begin, std::size_t count,
                              const ProximalTerm& proximal, OverlapSums& sum) {
  double change[cells_at_once] = {}, squares[cells_at_once] = {}, terms[cells_at_once] = {};
  const bool square = l1_ == 0 && begin + count <= penalized_;
  const std::size_t group = damping_.group(begin);
  const double sigma = damping_.of(group), share = 1 / sigma;
  double* const cells = &v[begin];
  for (const auto& replica : replicas_) {
    const double* const view = &replica[begin];
    for (std::size_t k = 0; k < count; ++k) {
      const double own = share * (view[k] - cells[k]);
      change[k] += own;
      squares[k] += own * own;
    }
    if (square) continue;
    for (std::size_t k = 0; k < count; ++k) terms[k] -= share * rise(begin + k, cells[k], view[k]);
  }
  if (square)
    for (std::size_t k = 0; k < count; ++k)
      terms[k] = 0.5 / l2_ * (change[k] * change[k] - sigma * squares[k]);
  else
    for (std::size_t k = 0; k < count; ++k) terms[k] += rise(begin + k, cells[k], cells[k] + change[k]);
  for (std::size_t k = 0; k < count; ++k) {
    cells[k] += change[k];
    change[k] *= change[k];
  }
  if (begin < proximal.cells())
    proximal.for_each_cell(begin, std::min(begin + count, proximal.cells()),
                           [&](std::size_t j, double stiff) {
                             terms[j - begin] *= stiff;
                             change[j - begin] *= stiff;
                             squares[j - begin] *= stiff;
                           });
  sum[group].excess.add(terms, count);
  sum[group].joint.add(change, count);
  sum[group].apart.add(squares, count);
}

void DualReplicas::catch_up(std::size_t part, std::span<const double> v) {
  std::copy_n(v.data(), merged_, replicas_[part].data());
}

void DualReplicas::adapt_sigma() {
  for (std::size_t g = 0; g < DualDamping::groups; ++g) damping_.adapt(g, joint_[g], apart_[g]);
  joint_ = apart_ = {};
}

}  // namespace sparselearn::solver
