// Which nonzeros of a last iterate are noise. A proximal step of size a moves a weight towards zero by a l1,
// a gradient away by a g: while the weight as a whole stands still, both balance, so that
//   mean g_j + l2 w_j + l1 (time above zero - time below zero) = 0
// A weight that is nonzero at the optimum therefore keeps its sign all the time once steps are small; one
// that is zero at the optimum, where |grad_j| < l1, is on one side only |grad_j| / l1 of the time, but the
// last few rows have often just moved it. The sign is counted whenever a row comes by, and a weight is
// reported only if it had its present sign nearly always, so that the zeros reported become those of the
// optimum.
#pragma once
#include "sparselearn/base/archive.hpp"
#include "sparselearn/penalty/penalty.hpp"

namespace sparselearn {

/// One coordinate's count.
struct Signs {
  float balance = 0;  // visits above zero - visits below zero
  float visits = 0;
};

class Identification {
 public:
  Identification() = default;
  explicit Identification(const Penalty& penalty) : on_(penalty.l1 > 0) {}

  /// A row with gradient g comes by while the weight is w. Counting begins when a weight first leaves zero,
  /// or with the second epoch: what no row has moved yet says nothing.
  void visit(Signs& signs, double w, double g) const {
    if (!on_ || g == 0 || (first_epoch_ && w == 0 && signs.visits == 0)) return;
    signs.visits += 1;
    if (w > 0) signs.balance += 1;
    if (w < 0) signs.balance -= 1;
  }
  /// w, or zero where w is noise.
  double reported(const Signs& signs, double w) const {
    return (w > 0 ? signs.balance : -signs.balance) >= share * signs.visits ? w : 0;
  }

  /// Older visits count half.
  void epoch_ended(Signs& signs) const { signs = {signs.balance / 2, signs.visits / 2}; }
  void epoch_ended() { first_epoch_ = false; }
  void state(Archive& archive) { archive(first_epoch_); }

 private:
  static constexpr float share = 0.9F;
  bool on_ = false;
  bool first_epoch_ = true;
};

}  // namespace sparselearn
