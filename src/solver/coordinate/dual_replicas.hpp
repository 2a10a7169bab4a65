// Replicas of v for parallel dual coordinate ascent, merged in the manner of CoCoA+ (Ma, Smith, Jaggi et al.
// 2015) and SySCD (Ioannou, Mendler-Duenner & Parnell 2019). Part p sees u_p = v + sigma Delta_p, where
// Delta_p is its own change of v since the last merge, and steps with curvature sigma q; a merge adds all
// Delta_p to v. sigma = P is safe for any data but as slow as one part; sigma = 1 is right where parts touch
// different features. sigma is measured instead: |sum Delta_p|^2 / sum |Delta_p|^2 is the smallest that would
// have been safe, in the cells of a group of them (dual_damping.hpp). merge() shortens what could lower the
// dual objective, so the ascent is monotone whatever sigma is (within a sweep, of the objective with the
// proximal term of proximal_term.hpp, where there is one); after merge_front() its caller sees to that
// (dual_span.hpp).
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "solver/coordinate/dual_damping.hpp"
#include "solver/coordinate/proximal_term.hpp"
#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/base/lane_sum.hpp"

namespace sparselearn::solver {

class DualReplicas {
 public:
  DualReplicas() = default;
  /// `parts` copies of v. The conjugate penalty of coordinate j is S(v_j, l1)^2 / (2 l2) for j < penalized
  /// and v_j^2 / (2 intercept_l2) beyond. by_frequency: the first coordinates are the most used.
  DualReplicas(std::size_t parts, std::span<const double> v, std::size_t penalized, double l1, double l2,
               double intercept_l2, bool by_frequency);

  void set_intercept_l2(double l2) { intercept_l2_ = l2; }
  const DualDamping& damping() const { return damping_; }
  double* of(std::size_t part) { return replicas_[part].data(); }

  /// Adds the changes of all parts to v and returns theta in (0, 1], the part of them that was added. `gain`
  /// is a lower bound of what the parts' steps gained, each in its own view, in units of the dual objective.
  double merge(std::span<double> v, double gain);

  /// Adds the changes of all parts to the first `cells` of v, whole, but where they were merged already.
  /// Returns the excess: by how much the views together overrate the parts' gain in these cells, which R of
  /// the proximal term is steeper in.
  double merge_front(std::span<double> v, std::size_t cells, const ProximalTerm& proximal);
  /// The first `cells` of v were changed by others.
  void changed(std::size_t cells) { merged_ = std::max(merged_, cells); }
  /// Makes the replica of a part v where cells were merged, by the thread that goes on with it: a walk in
  /// order brings them into its cache. After all parts, caught_up().
  void catch_up(std::size_t part, std::span<const double> v);
  void caught_up() { merged_ = 0; }
  /// Between merges of all cells: sigma becomes what would have been right for the merges since the last
  /// time.
  void adapt_sigma();

  /// Makes every replica v again.
  void reset(std::span<const double> v);

  void state(Archive& archive) { damping_.state(archive); }

 private:
  struct Overlap {
    double excess = 0;  // by how much the views together overrate the gain
    double joint = 0;   // |sum Delta_p|^2
    double apart = 0;   // sum |Delta_p|^2
  };
  Overlap overlap(std::span<const double> v, double theta) const;
  void add(std::span<double> v, double theta);
  struct OverlapSum {
    LaneSum excess, joint, apart;
  };
  using OverlapSums = std::array<OverlapSum, DualDamping::groups>;
  double rise(std::size_t j, double from, double to) const;
  void merge_some(std::span<double> v, std::size_t begin, std::size_t count, const ProximalTerm& proximal,
                  OverlapSums& sum);
  double sigma() const { return damping_.of(DualDamping::others); }

  std::vector<HugeVector<double>> replicas_;
  std::size_t penalized_ = 0;
  double l1_ = 0, l2_ = 1, intercept_l2_ = 1;
  DualDamping damping_;
  std::size_t merged_ = 0;  // first cells of v that the replicas do not have yet
  std::array<double, DualDamping::groups> joint_{}, apart_{};  // of the merges since sigma was last adapted
};

}  // namespace sparselearn::solver
