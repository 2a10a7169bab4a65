// Forward-backward splitting (Duchi & Singer 2009, section 2), with both penalties in the proximal step:
//   w_{t+1/2} = w_t - a_t g_t
//   w_{t+1}   = argmin_w |w - w_{t+1/2}|^2 / 2 + a_{t+1/2} (l1 |w|_1 + l2/2 |w|^2)
//             = S(w_{t+1/2}, a_{t+1/2} l1) / (1 + a_{t+1/2} l2),   a_{t+1/2} = a_t
// Sparse rows, exactly the dense iterates: for an idle coordinate w_{t+1/2} = w_t, and such steps add up in
// closed form (shrinkage.hpp). The last iterate is reported, without the nonzeros that are noise
// (identification.hpp).
#include "solver/online/identification.hpp"
#include "solver/online/last_iterate.hpp"
#include "solver/shrinkage.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class Fobos : public LastIterate {
 public:
  struct Slot {
    double s = 0;
    Signs signs;
  };

  Fobos() = default;
  Fobos(const Problem&, const SolverOptions&, Penalty penalty)
      : penalty_(penalty), identification_(penalty) {}

  void set(Slot& slot, double w, double) const { slot = {w, {}}; }
  double weight(const Slot& slot) const { return now_.weight(slot.s); }

  void next(double step) {
    step_ = step;
    before_ = now_;
    now_.threshold_then_scale(step * penalty_.l1, 1 / (1 + step * penalty_.l2));
  }
  void update(Slot& slot, double g) const {
    const double w = before_.weight(slot.s);
    identification_.visit(slot.signs, w, g);
    slot.s = Shrinkage::kept((w - step_ * g) / before_.power(), before_.threshold());
  }

  double solution(const Slot& slot) const { return identification_.reported(slot.signs, weight(slot)); }
  bool worn() const { return now_.worn(); }
  void renew(Slot& slot) const { slot.s = weight(slot); }
  void renewed() { now_ = before_ = Shrinkage(); }
  void epoch_ended(Slot& slot) const { identification_.epoch_ended(slot.signs); }
  void epoch_ended() { identification_.epoch_ended(); }
  void state(Archive& archive) { identification_.state(archive); }

 private:
  Penalty penalty_;
  Identification identification_;
  double step_ = 0;         // a_t
  Shrinkage now_, before_;  // after and before the update under way
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_fobos(const SolverOptions& options) {
  return std::make_unique<Stochastic<Fobos>>(options);
}
}  // namespace solver
}  // namespace sparselearn
