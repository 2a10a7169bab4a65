// Stochastic dual coordinate ascent, prox-SDCA for the elastic net (Shalev-Shwartz & Zhang 2013, 2014; the
// logistic step after Yu, Huang & Lin 2011). With s_i the row weights, S their sum and v = (1/S) sum_i s_i
// alpha_i x_i it maximises
//   D(alpha) = -(1/S) sum_i s_i loss*(-alpha_i) - |S(v, l1)|^2 / (2 l2),      w = S(v, l1) / l2
// (S(., l1): soft threshold), one row at a time and exactly in that row's alpha:
//   delta = argmax_d  -loss*(-(alpha_i + d)) - z_i d - (q_i/2) d^2,   z_i = x_i'w,
//   q_i = s_i |x_i|^2 / (l2 S),   alpha_i += delta,   v += (s_i/S) delta x_i
// D(alpha) <= F* <= F(w) always, and the two meet: the certificate is exact and free. Needs l2 > 0.
//
// An intercept b, free of penalty, puts the constraint sum_i s_i alpha_i = 0 on the dual. It is met by the
// proximal point method (Rockafellar 1976): every sweep works with the penalty (kappa/2) (b - centre)^2,
// whose dual is one more coordinate of v, b = centre + v_b / kappa, and ends by moving the centre to b. kappa
// is l2, or more where there is a proximal term (see below).
//
// With P parts each sweep deals its rows out to them (row_order.hpp says how) and is cut into rounds; in a
// round every part ascends on some of its rows and its own replica of v, then the replicas are merged
// (dual_replicas.hpp), of many cells the most used ones more often than the others (dual_parts.hpp,
// dual_span.hpp). Steps then take sum_j sigma_j x_ij^2 for |x_i|^2 (dual_damping.hpp). Rows whose alpha has
// settled rest for some sweeps (resting.hpp).
//
// Where |x_i|^2 / (l2 S) is large a proximal term holds frequent features back within a sweep, so that steps
// need not be short for their sake (proximal_term.hpp): it takes loss* strongly convex, l1 = 0 and v merged
// by tiers or not at all. With --order random, drawn with replacement as in the papers (by each part from
// rows of its own), no row rests and there is no such term.
//
// Exact on sparse data: a step touches the row's features and nothing else. Use it for hinge-type and
// logistic losses with many features, where its passes are few and need no step size; with few features and
// many rows newton is faster.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "engine/rows_ahead.hpp"
#include "solver/coordinate/cell_scales.hpp"
#include "solver/coordinate/dual_part.hpp"
#include "solver/coordinate/dual_parts.hpp"
#include "solver/coordinate/dual_replicas.hpp"
#include "solver/coordinate/dual_span.hpp"
#include "solver/coordinate/dual_start.hpp"
#include "solver/coordinate/proximal_term.hpp"
#include "solver/coordinate/resting.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/dual_bound.hpp"
#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"
#include "sparselearn/engine/zeros.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::solver {
namespace {

class Sdca final : public Solver {
 public:
  explicit Sdca(const SolverOptions& options) : options_(options) {}

  void start(const Problem& problem, std::span<const double> w0) override;
  void epoch() override;
  std::span<const double> weights() override;
  bool write_weights(std::vector<double>& w) override;
  double epochs() const override { return passes_; }
  std::uint64_t updates() const override { return updates_; }
  double passes() const override { return passes_ + extra_passes_; }
  double step() const override { return std::numeric_limits<double>::quiet_NaN(); }
  bool stalled() const override { return stalled_; }
  double least_gap() const override {
    if (parts_.size() > 1 && !tiered()) return 0;
    return share_ * resting_.gain_to_come();
  }
  std::optional<Duals> duals() override { return Duals{alpha_, v_}; }
  void state(Archive& archive) override;

 private:
  void require_solvable(const Problem& problem) const;
  bool run_round();
  void ascend(DualPart& part);
  void prefetch_ahead(std::span<const RowPlace> rows, std::span<const double> cells) const;
  double scaled_curvature(RowPlace place, DualPart& part) const;
  double step_on(RowPlace place, double q, const DualPart& part);
  double score(const RowView& x, const double* view) const;
  void shorten(const DualPart& part, double theta);
  bool tiered() const { return plan_.parts > 1 && plan_.tiered; }
  void end_round(double gain, std::uint64_t visits);
  void end_span();
  void take_back_span();
  void begin_sweep();
  void end_sweep();

  const SolverOptions options_;
  const Problem* problem_ = nullptr;
  double l1_ = 0, l2_ = 1, kappa_ = 1, share_ = 1;  // share: 1/S
  double inverse_smoothness_ = 0;                   // loss* is strongly convex by this much
  std::unique_ptr<RowOrder> order_;
  HugeVector<double> alpha_;      // rows
  HugeVector<double> curvature_;  // s_i |x_i|^2 / (l2 S), rows
  HugeVector<double> v_;          // dimension
  std::vector<double> weights_;   // made when asked for
  std::vector<double> start_;     // w0 until the first sweep, if not 0: no alpha may belong to it
  double centre_ = 0;             // of the intercept's penalty
  Resting resting_;
  DualReplicas replicas_;
  ProximalTerm proximal_;
  CellScales scales_;
  std::vector<DualPart> parts_;
  DualParts plan_;
  DualSpan span_;  // where not every merge is one of all cells
  double sweep_gain_ = 0, recent_gain_ = 0, total_gain_ = 0;
  std::uint64_t sweep_visits_ = 0, sweeps_ = 0, updates_ = 0, rounds_ = 0;
  double passes_ = 0, extra_passes_ = 0;
  bool stalled_ = false;
};

void Sdca::require_solvable(const Problem& problem) const {
  require_support(*find("sdca"), problem);
  if (!problem.loss().has_conjugate())
    throw UsageError("solver sdca needs a loss with a conjugate, which " +
                     std::string(problem.loss().name()) + " has not");
}

void Sdca::start(const Problem& problem, std::span<const double> w0) {
  require_solvable(problem);
  problem_ = &problem;
  l1_ = problem.penalty().l1;
  l2_ = kappa_ = problem.penalty().l2;
  share_ = 1 / problem.total_weight();
  inverse_smoothness_ = problem.loss().smooth() ? 1 / problem.loss().curvature_bound() : 0;
  resting_ = Resting(problem.rows());
  sweep_gain_ = recent_gain_ = total_gain_ = 0;
  sweep_visits_ = sweeps_ = updates_ = 0;
  passes_ = extra_passes_ = 0;
  stalled_ = false;

  const double mean_curvature = row_curvatures(problem, curvature_);
  start_.clear();
  if (vector::nonzeros(w0) > 0) start_.assign(w0.begin(), w0.end());
  assign_zeros(alpha_, problem.rows());
  assign_zeros(v_, problem.dimension());
  centre_ = problem.intercept() ? w0.back() : 0;
  if (!start_.empty()) extra_passes_ += start_duals(problem, w0, alpha_, v_);

  const bool may_hold_back = l1_ == 0 && inverse_smoothness_ > 0 && options_.order != "random";
  plan_ = DualParts(problem, options_.parts,
                    may_hold_back && ProximalTerm::pays(problem, inverse_smoothness_, mean_curvature));
  parts_.assign(plan_.parts, DualPart{});
  order_ = std::make_unique<RowOrder>(problem.data(), RowOrder::kind_of(options_.order), options_.seed,
                                      plan_.parts);
  replicas_ = DualReplicas();
  proximal_ = ProximalTerm();
  if (may_hold_back && (plan_.parts == 1 || plan_.tiered))
    proximal_ = ProximalTerm(problem, inverse_smoothness_, mean_curvature, v_);
  rounds_ = 0;
  if (plan_.parts == 1) {
    parts_[0].view = v_.data();
    return;
  }
  replicas_ =
      DualReplicas(plan_.parts, v_, problem.penalized(), l1_, l2_, kappa_, problem.data().frequent_first());
  for (std::size_t p = 0; p < plan_.parts; ++p) parts_[p].view = replicas_.of(p);
  if (tiered()) span_.begin(alpha_);
}

void Sdca::epoch() {
  start_.clear();
  if (options_.order != "random") order_->only(resting_.day(), resting_.today());
  order_->begin_epoch();
  begin_sweep();
  while (run_round()) {
  }
  if (tiered() && span_.visits() > 0) end_span();
  end_sweep();
}

void Sdca::begin_sweep() {
  proximal_.begin_sweep(v_);
  kappa_ = l2_ * proximal_.stiffness_of_intercept();
  replicas_.set_intercept_l2(kappa_);
  replicas_.changed(proximal_.cells());
  scales_ = CellScales(replicas_.damping(), proximal_);
}

// False where no part had a row left.
bool Sdca::run_round() {
  const std::size_t parts = parts_.size();
  parallel_for(parts, [&](std::size_t p) {
    if (parts == 1)
      parts_[p].take_group(*order_);
    else
      parts_[p].take_rows(*order_, p, std::max<std::size_t>(1, plan_.rows_a_round / parts));
    if (tiered()) replicas_.catch_up(p, v_);
    ascend(parts_[p]);
  });
  replicas_.caught_up();
  double gain = 0;
  std::uint64_t visits = 0;
  for (const DualPart& part : parts_) {
    gain += part.gain;
    visits += part.rows.size();
  }
  if (visits == 0) return false;
  sweep_visits_ += visits;
  if (tiered()) {
    end_round(gain, visits);
    return true;
  }
  if (parts > 1) {
    const double theta = replicas_.merge(v_, share_ * gain);
    if (theta < 1)
      for (const DualPart& part : parts_) shorten(part, theta);
    scales_ = CellScales(replicas_.damping(), proximal_);
  }
  sweep_gain_ += gain;
  return true;
}

// Merges some of v: the more of it the more seldom; all, where it is time or where the parts seem to work
// against each other.
void Sdca::end_round(double gain, std::uint64_t visits) {
  span_.add_visits(visits);
  const bool middle = ++rounds_ % plan_.rounds_a_middle == 0;
  span_.add_gain(share_ * gain, replicas_.merge_front(v_, middle ? plan_.middle : plan_.front, proximal_));
  if (span_.visits() >= plan_.rows_a_span || (middle && span_.gain() < 0)) end_span();
}

void Sdca::end_span() {
  constexpr double rounding = 1e-14;
  span_.add_gain(0, replicas_.merge_front(v_, v_.size(), proximal_));
  if (span_.gain() < -rounding * share_ * total_gain_)
    take_back_span();
  else
    sweep_gain_ += span_.gain() / share_;
  replicas_.adapt_sigma();
  scales_ = CellScales(replicas_.damping(), proximal_);
  span_.begin(alpha_);
}

void Sdca::take_back_span() {
  alpha_.assign(span_.alpha().begin(), span_.alpha().end());
  dual_point(*problem_, alpha_, v_);
  proximal_.enter(v_);
  replicas_.reset(v_);
}

// Asks for what the steps on the rows after the first of `rows` will read.
[[gnu::always_inline]] inline void Sdca::prefetch_ahead(std::span<const RowPlace> rows,
                                                        std::span<const double> cells) const {
  prefetch_rows_ahead(problem_->data(), rows, cells, 1, [this](std::uint64_t i) {
    __builtin_prefetch(&curvature_[i]);
    __builtin_prefetch(&alpha_[i], 1);
    resting_.prefetch(i);
  });
}

// What changes with every row is kept in this function: parts lie side by side, and threads that write to one
// cache line take it from each other.
void Sdca::ascend(DualPart& part) {
  constexpr std::size_t rows_between_reliefs = 256;
  const Dataset& data = problem_->data();
  double* const view = part.view;
  const std::span<const double> cells(view, v_.size());
  const std::span<const RowPlace> rows = part.rows;
  const bool revocable = parts_.size() > 1 && !tiered();
  part.deltas.resize(revocable ? rows.size() : 0);
  double sum = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (k % rows_between_reliefs == 0) data.relieve();
    prefetch_ahead(rows.subspan(k), cells);
    const std::uint64_t i = data.number(rows[k]);
    const double q = scaled_curvature(rows[k], part);
    const double delta = step_on(rows[k], q, part);
    if (revocable) part.deltas[k] = delta;
    // The function of d that the step maximises is concave by at least this much, whence its gain.
    const double gain = 0.5 * data.weight(rows[k]) * (q + inverse_smoothness_) * delta * delta;
    resting_.visited(i, gain);
    sum += gain;
  }
  part.gain = sum;
}

// (s_i / (l2 S)) sum_j scale_j x_ij^2, the intercept's cell among them.
double Sdca::scaled_curvature(RowPlace place, DualPart& part) const {
  const RowBlock& block = problem_->data().blocks()[place.block];
  const GroupScales::Found own = scales_.look_up(block.row(place.row), part.scaled_cells);
  part.scaled = {part.scaled_cells.data(), own.count};
  double more = own.sum / l2_;
  if (problem_->intercept()) more += scales_.intercept() / kappa_;
  return scales_.others() * curvature_[problem_->data().number(place)] +
         block.weight(place.row) * share_ * more;
}

// One step on one row with curvature q, in the view of one part; returns delta.
double Sdca::step_on(RowPlace place, double q, const DualPart& part) {
  double* const view = part.view;
  const RowBlock& block = problem_->data().blocks()[place.block];
  const double weight = block.weight(place.row);
  if (weight == 0) return 0;
  const RowView x = block.row(place.row);
  const std::uint64_t i = problem_->data().number(place);
  const double delta = problem_->loss().dual_step(alpha_[i], score(x, view), block.labels[place.row], q);
  if (!(std::abs(delta) > 0)) return 0;
  alpha_[i] += delta;
  const double change = weight * share_ * delta;
  scales_.axpy(change, x, part.scaled, view);
  if (problem_->intercept()) view[problem_->penalized()] += scales_.intercept() * change;
  return delta;
}

// x'w + b with w = S(u, l1) / l2.
double Sdca::score(const RowView& x, const double* view) const {
  double z = 0;
  if (l1_ == 0)
    z = dot(x, view);
  else
    for (std::size_t k = 0; k < x.size; ++k)
      z += static_cast<double>(x.value_at(k)) * soft_threshold(view[x.index[k]], l1_);
  z /= l2_;
  return problem_->intercept() ? z + centre_ + view[problem_->penalized()] / kappa_ : z;
}

// Takes back all but a part theta of the round's changes. A row that is drawn with replacement may come
// several times, so that what lies between its changes need not be in the domain.
void Sdca::shorten(const DualPart& part, double theta) {
  const Dataset& data = problem_->data();
  for (std::size_t k = 0; k < part.rows.size(); ++k)
    alpha_[data.number(part.rows[k])] -= (1 - theta) * part.deltas[k];
  for (const RowPlace row : part.rows) {
    const auto domain = problem_->loss().conjugate_domain(data.label(row));
    double& alpha = alpha_[data.number(row)];
    alpha = std::clamp(alpha, -domain.upper, -domain.lower);
  }
}

void Sdca::end_sweep() {
  proximal_.end_sweep(v_, share_ * sweep_gain_,
                      static_cast<double>(sweep_visits_) / static_cast<double>(problem_->rows()));
  ++sweeps_;
  updates_ += sweep_visits_;
  passes_ += static_cast<double>(sweep_visits_) / static_cast<double>(problem_->rows());
  resting_.end_sweep(sweep_gain_, sweep_visits_);
  recent_gain_ += sweep_gain_;
  total_gain_ += sweep_gain_;
  sweep_gain_ = 0;
  sweep_visits_ = 0;
  // Over this many sweeps every row was visited.
  if (sweeps_ % Resting::longest_rest == 0) {
    stalled_ = recent_gain_ <= 1e-20 * total_gain_;
    recent_gain_ = 0;
  }
  if (problem_->intercept()) centre_ += v_.back() / kappa_;
}

std::span<const double> Sdca::weights() {
  write_weights(weights_);
  return weights_;
}

bool Sdca::write_weights(std::vector<double>& w) {
  if (!start_.empty()) {
    w = start_;
    return true;
  }
  if (w.size() != v_.size()) {
    make_room(w, v_.size());
    w.resize(v_.size());
  }
  for_each_slice(problem_->penalized(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) w[j] = soft_threshold(v_[j], l1_) / l2_;
    const std::span<const double> held = proximal_.weights();
    for (std::size_t j = begin; j < std::min(end, held.size()); ++j) w[j] = held[j] / l2_;
  });
  if (problem_->intercept()) w.back() = centre_;
  return true;
}

void Sdca::state(Archive& archive) {
  archive.empty_or(v_.size(), start_)(alpha_)(
      v_)(centre_)(recent_gain_)(total_gain_)(sweeps_)(rounds_)(updates_)(passes_)(extra_passes_)(stalled_);
  order_->state(archive);
  resting_.state(archive);
  replicas_.state(archive);
  proximal_.state(archive);
  if (archive.loading()) {
    replicas_.reset(v_);
    if (tiered()) span_.begin(alpha_);
  }
}

}  // namespace

std::unique_ptr<Solver> make_sdca(const SolverOptions& options) { return std::make_unique<Sdca>(options); }

}  // namespace sparselearn::solver
