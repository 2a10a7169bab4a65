#include "solver/coordinate/dual_replicas.hpp"

#include <algorithm>

#include "sparselearn/engine/threads.hpp"
#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn::solver {
namespace {

constexpr std::size_t cells_at_once = 512;

}  // namespace

DualReplicas::DualReplicas(std::size_t parts, std::span<const double> v, std::size_t penalized, double l1,
                           double l2, double intercept_l2)
    : replicas_(parts), penalized_(penalized), l1_(l1), l2_(l2), intercept_l2_(intercept_l2) {
  reset(v);
}

void DualReplicas::reset(std::span<const double> v) {
  parallel_for(replicas_.size(), [&](std::size_t p) { replicas_[p].assign(v.begin(), v.end()); });
}

double DualReplicas::merge(std::span<double> v, double gain) {
  const auto parts = static_cast<double>(replicas_.size());
  // With theta = sigma / P the merge is the mean of the views, which convexity makes safe.
  const double safe = sigma_ / parts;
  const Overlap whole = overlap(v, 1);
  double theta = 1;
  for (double excess = whole.excess; theta > safe && excess > 0.5 * theta * gain;) {
    theta = std::max(safe, theta / 2);
    excess = overlap(v, theta).excess;
  }
  add(v, theta);
  const double needed = whole.apart > 0 ? std::clamp(whole.joint / whole.apart, 1.0, parts) : 1;
  if (theta < 1)
    sigma_ = std::max(needed, sigma_);
  else
    sigma_ = std::max(1.0, 0.9 * sigma_);
  return theta;
}

// The dual objective gains at least theta * gain - excess(theta) when theta of every change is added, with
//   excess(theta) = [R(v + theta sum Delta_p) - R(v)] - (theta / sigma) sum_p [R(u_p) - R(v)]
// and R the conjugate penalty: the loss terms are concave and separate over rows.
DualReplicas::Overlap DualReplicas::overlap(std::span<const double> v, double theta) const {
  std::vector<Overlap> found(slices_of(v.size()));
  for_each_slice(v.size(), [&](std::size_t s, std::size_t begin, std::size_t end) {
    Overlap& sum = found[s];
    for (std::size_t j = begin; j < end; ++j) {
      const double l1 = j < penalized_ ? l1_ : 0, l2 = j < penalized_ ? l2_ : intercept_l2_;
      const double old = v[j], old_w = soft_threshold(old, l1);
      // R(a) - R(v), without cancellation.
      const auto rise = [&](double a) {
        const double w = soft_threshold(a, l1);
        return 0.5 * (w - old_w) * (w + old_w) / l2;
      };
      double change = 0, apart = 0, views = 0;
      for (const auto& replica : replicas_) {
        const double own = (replica[j] - old) / sigma_;
        change += own;
        apart += own * own;
        views += rise(replica[j]);
      }
      sum.excess += rise(old + theta * change) - theta / sigma_ * views;
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
      v[j] += theta / sigma_ * change;
      for (auto& replica : replicas_) replica[j] = v[j];
    }
  });
}

double DualReplicas::merge_front(std::span<double> v, std::size_t cells) {
  std::vector<Overlap> found(slices_of(cells));
  for_each_slice(cells, [&](std::size_t s, std::size_t begin, std::size_t end) {
    LaneSum excess, joint, apart;
    for (std::size_t at = begin; at < end; at += cells_at_once)
      merge_some(v, at, std::min(cells_at_once, end - at), excess, joint, apart);
    found[s] = {excess.total(), joint.total(), apart.total()};
  });
  double excess = 0;
  for (const Overlap& part : found) {
    excess += part.excess;
    joint_ += part.joint;
    apart_ += part.apart;
  }
  return excess;
}

// overlap() and add() with theta = 1 for a few cells. Where R is a square, with d_p = u_p - v = sigma
// Delta_p,
//   l2 excess = [|sum Delta_p|^2 - sigma sum |Delta_p|^2] / 2.
void DualReplicas::merge_some(std::span<double> v, std::size_t begin, std::size_t count, LaneSum& excess,
                              LaneSum& joint, LaneSum& apart) {
  double change[cells_at_once] = {}, squares[cells_at_once] = {}, terms[cells_at_once] = {};
  const bool square = l1_ == 0 && begin + count <= penalized_;
  const double share = 1 / sigma_;
  double* const to = &v[begin];
  const auto rise = [&](std::size_t k, double a) {
    const double l1 = begin + k < penalized_ ? l1_ : 0, l2 = begin + k < penalized_ ? l2_ : intercept_l2_;
    const double old_w = soft_threshold(to[k], l1), w = soft_threshold(a, l1);
    return 0.5 * (w - old_w) * (w + old_w) / l2;
  };
  for (const auto& replica : replicas_) {
    const double* const view = &replica[begin];
    for (std::size_t k = 0; k < count; ++k) {
      const double own = share * (view[k] - to[k]);
      change[k] += own;
      squares[k] += own * own;
    }
    for (std::size_t k = 0; k < count && !square; ++k) terms[k] -= share * rise(k, view[k]);
  }
  apart.add(squares, count);
  for (std::size_t k = 0; k < count && square; ++k)
    terms[k] = 0.5 / l2_ * (change[k] * change[k] - sigma_ * squares[k]);
  for (std::size_t k = 0; k < count && !square; ++k) terms[k] += rise(k, to[k] + change[k]);
  excess.add(terms, count);
  for (std::size_t k = 0; k < count; ++k) {
    to[k] += change[k];
    change[k] *= change[k];
  }
  joint.add(change, count);
  for (auto& replica : replicas_) std::copy_n(to, count, &replica[begin]);
}

void DualReplicas::adapt_sigma() {
  const double needed = apart_ > 0 ? joint_ / apart_ : 1;
  sigma_ = std::clamp(needed, std::max(1.0, 0.9 * sigma_), static_cast<double>(replicas_.size()));
  joint_ = apart_ = 0;
}

}  // namespace sparselearn::solver
