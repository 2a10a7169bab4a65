#include "sparselearn/train/train.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/stopwatch.hpp"
#include "sparselearn/engine/dual_bound.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/vector.hpp"
#include "sparselearn/engine/zeros.hpp"
#include "train/divergence.hpp"

namespace sparselearn {
namespace {

// Values of F closer than this, relative to F(0), can not be told apart in double.
constexpr double rounding_level = 4e-15;

// No solver that is going anywhere lets F grow this much over its first values.
constexpr double hopeless = 1e10;

double projected_gradient_norm(const Problem& problem, std::span<const double> w,
                               std::span<const double> gradient) {
  double largest = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const double l1 = j < problem.penalized() ? problem.penalty().l1 : 0;
    const double g = std::abs(projected_gradient(w[j], gradient[j], l1));
    if (!(g <= largest)) largest = g;  // a NaN stays
  }
  return largest;
}

bool is_duration(double seconds) { return std::isfinite(seconds) && seconds >= 0; }

// Of a problem with so many weights.
void state(TrainResult& result, std::size_t dimension, Archive& archive) {
  Certificate& c = result.certificate;
  auto kind = static_cast<std::uint32_t>(c.kind);
  archive(kind)(c.converged)(c.value)(c.target)(c.reason)(c.detail);
  archive.require(kind <= static_cast<std::uint32_t>(Certificate::Kind::gradient_norm));
  c.kind = static_cast<Certificate::Kind>(kind);
  if (archive.loading()) result.weights.resize(dimension);
  archive(result.weights)(result.last)(result.evaluation_seconds);
  archive.require(
      std::all_of(result.weights.begin(), result.weights.end(), [](double w) { return std::isfinite(w); }));
  archive.require(is_duration(result.last.seconds) && is_duration(result.evaluation_seconds));
}

// One run of the loop, from start to certificate.
class Run {
 public:
  Run(const Problem& problem, Solver& solver, const TrainOptions& options, const TrainHooks& hooks)
      : problem_(problem),
        solver_(solver),
        options_(options),
        hooks_(hooks),
        objective_(problem),
        has_gap_(DualBound::exists(problem)),
        bound_(problem) {}

  TrainResult operator()(std::span<const double> w0) {
    const Stopwatch watch;
    start(w0);
    const double preparing = watch.seconds();
    if (std::any_of(w0.begin(), w0.end(), [](double w) { return w != 0; })) set_target_at_zero();
    evaluate();
    next_needed_ = next_evaluation_;
    row_.seconds = preparing;
    return go_on();
  }

  TrainResult resume(const std::string& run, std::span<const double> w0) {
    load(run, w0);
    if (hooks_.on_row)
      for (const TraceRow& row : rows_) hooks_.on_row(row);
    if (hooks_.save) hooks_.save(run);
    if (ended_) return std::move(result_);
    if (running_) evaluate_if_due();
    return go_on();
  }

 private:
  // The run is saved before the evaluation that a break alone calls for, so that without the break it leaves
  // no mark.
  TrainResult go_on() {
    if (!running_ && out_of_time()) save();
    while (!finished()) {
      run_epoch();
      interrupted_ = hooks_.keep_going && !hooks_.keep_going();
      if (interrupted_ || out_of_time() || (hooks_.save_due && hooks_.save_due())) save();
      evaluate_if_due();
    }
    if (kept_.epoch != result_.last.epoch) describe_kept();
    if (options_.last_figures && !diverged_ && std::isnan(result_.last.grad_norm)) complete_last();
    const std::string& reason = result_.certificate.reason;
    ended_ = regular_ && reason != "interrupted" && reason != "time limit";
    if (ended_ && !diverged_) save();
    return std::move(result_);
  }

  void save() {
    if (!hooks_.save) return;
    Archive run;
    state(run);
    if (!ended_) solver_.state(run);
    hooks_.save(std::move(run).bytes());
  }

  void load(const std::string& run, std::span<const double> w0) {
    Archive saved(run);
    state(saved);
    if (!ended_) {
      start(w0);
      solver_.state(saved);
      // Or else the run might never come to its last epoch.
      saved.require(std::isfinite(solver_.epochs()) && solver_.epochs() >= 0);
    }
    if (!saved.exhausted()) throw DataError("the saved run is longer than the solver's state");
  }

  // All but the solver's own. Of a run that has ended, rows and result are all there is; one that has not
  // stands between an epoch and the evaluation that may follow it.
  void state(Archive& archive) {
    archive.up_to(Archive::unlimited, rows_)(ended_);
    for (const TraceRow& row : rows_) archive.require(is_duration(row.seconds));
    sparselearn::state(result_, problem_.dimension(), archive);
    if (ended_) return;
    archive(running_)(row_)(
        kept_)(scale_)(highest_)(last_objective_)(next_evaluation_)(next_needed_)(best_metric_)(worse_);
    archive.require(is_duration(row_.seconds) && is_duration(kept_.seconds));
    bound_.state(archive);
  }

  void start(std::span<const double> w0) {
    std::vector<double> start;
    assign_zeros(start, problem_.dimension());
    std::copy(w0.begin(), w0.end(), start.begin());
    solver_.start(problem_, start);
    if (!result_.weights.empty()) return;  // of a saved run
    start.clear();
    result_.weights = std::move(start);  // its memory: where weights are many, every vector of them counts
  }

  // The tolerance is relative to F(0), or to the gradient at 0, for every solver and any start point.
  void set_target_at_zero() {
    const std::vector<double> zero(problem_.dimension());
    gradient_.resize(problem_.dimension());
    set_target(objective_.value_and_gradient(zero, gradient_).total, zero, gradient_);
  }

  void set_target(double at_zero, std::span<const double> zero, std::span<const double> gradient) {
    Certificate& c = result_.certificate;
    scale_ = std::max(at_zero, 1e-300);
    if (has_gap_) {
      c.kind = Certificate::Kind::duality_gap;
      c.target = options_.tolerance * scale_;
    } else {
      c.kind = Certificate::Kind::gradient_norm;
      c.target = options_.tolerance * projected_gradient_norm(problem_, zero, gradient);
    }
  }

  // F and its gradient at the solver's weights: the solver's own where it has them. Where dual variables
  // prove the gap the certificate needs no gradient; it is left empty unless it is asked for.
  Evaluated evaluated(std::span<const double> w, bool by_duals) {
    if (const auto known = solver_.evaluated()) return *known;
    if (by_duals && !options_.all_figures) return {objective_.value(w), {}, &objective_};
    gradient_.resize(problem_.dimension());
    const Objective::Value value = objective_.value_and_gradient(w, gradient_);
    return {value, gradient_, &objective_};
  }

  void run_epoch() {
    running_ = true;
    const Stopwatch watch;
    solver_.epoch();
    row_.seconds += watch.seconds();
  }

  // Evaluations that may end the run have times of their own, which those for a trace or for validation alone
  // do not shift: a trace changes no run.
  void evaluate_if_due() {
    const bool needed = solver_.epochs() >= next_needed_ - 1e-9 && !far_from_target();
    const bool shown =
        (options_.all_figures || hooks_.validate) && solver_.epochs() >= next_evaluation_ - 1e-9;
    regular_ = needed || shown || out_of_epochs() || solver_.stalled();
    fresh_ = regular_ || out_of_time() || interrupted_;
    if (fresh_) evaluate();
    if (needed) next_needed_ = next_evaluation_;
  }

  // Weights that the solver has to make are made where the result is to be, unless earlier ones may have to
  // be kept there.
  std::span<const double> weights_now() {
    const bool written = options_.early_stop == 0 && solver_.write_weights(result_.weights);
    return written ? std::span<const double>(result_.weights) : solver_.weights();
  }

  // Row 0 is the start point, at no cost: what the solver did to get ready counts from row 1 on.
  void evaluate() {
    const Stopwatch watch;
    const std::span<const double> w = weights_now();
    const std::optional<Duals> duals = has_gap_ ? solver_.duals() : std::nullopt;
    const Evaluated here = evaluated(w, duals.has_value());
    const Objective::Value& value = here.value;
    if (scale_ == 0) set_target(value.total, w, here.gradient);  // the start point is 0
    if (!running_) highest_ = hopeless * std::max(scale_, value.total);
    if (!(value.total <= highest_)) {
      diverged_ = true;
      if (result_.weights.empty()) result_.weights.assign(w.begin(), w.end());  // at its start
      if (result_.weights.data() == w.data()) go_back_to_zero();
      result_.certificate.detail = divergence_text(problem_, solver_.epochs(), solver_.step());
      return;
    }
    if (running_) {
      row_.epoch = solver_.epochs();
      row_.updates = solver_.updates();
      row_.passes = solver_.passes();
    }
    row_.step = solver_.step();
    row_.objective = value.total;
    row_.train_loss = value.data_loss;
    row_.grad_norm =
        here.gradient.empty() ? TraceRow::unknown : projected_gradient_norm(problem_, w, here.gradient);
    row_.nonzeros = vector::nonzeros(w.first(problem_.penalized()));
    if (has_gap_) {
      update_bound(here, duals, w);
      row_.duality_gap = std::max(0.0, value.total - bound_.best());
    }
    if (hooks_.validate) hooks_.validate(w, row_);
    result_.last = row_;
    keep(w);
    if (hooks_.save) rows_.push_back(row_);
    if (hooks_.on_row) hooks_.on_row(row_);
    if (hooks_.on_weights) hooks_.on_weights(w, row_);
    next_evaluation_ = solver_.epochs() + options_.trace_every;
    result_.evaluation_seconds += watch.seconds();
  }

  // Weights that diverged were written over the last that had not.
  void go_back_to_zero() {
    result_.weights.assign(problem_.dimension(), 0.0);
    TraceRow& zero = result_.last = row_;
    zero.objective = zero.train_loss = scale_;
    zero.grad_norm = zero.valid_loss = zero.valid_metric = TraceRow::unknown;
    zero.duality_gap = has_gap_ ? std::max(0.0, scale_ - bound_.best()) : TraceRow::unknown;
    zero.nonzeros = 0;
    kept_ = zero;
    Certificate& c = result_.certificate;
    c.value = c.kind == Certificate::Kind::duality_gap ? zero.duality_gap : zero.grad_norm;
    c.converged = false;
  }

  // The solver's own duals where it has them; else the candidate of the loss derivatives, improved by a sweep
  // when a tolerance asks for a tight bound.
  void update_bound(const Evaluated& here, const std::optional<Duals>& duals, std::span<const double> w) {
    const bool falling = still_falling(here);
    last_objective_ = row_.objective;
    if (duals) return bound_.offer(duals->alpha, duals->v);
    bound_.offer_primal(*here.objective, w, here.gradient);
    const bool proved = row_.objective - bound_.best() <= result_.certificate.target;
    if (options_.tolerance > 0 && !falling && !proved) bound_.sweep(w);
  }

  // Solvers that compute F themselves go down steadily: while F falls by more than the tolerance, the slow
  // ones have not met it, and the fast ones prove it soon without a sweep. The last evaluation is to say what
  // can be said.
  bool still_falling(const Evaluated& here) const {
    const bool steady = here.objective != &objective_;
    return steady && last_objective_ - row_.objective > result_.certificate.target && !out_of_epochs() &&
           !out_of_time();
  }

  // Remembers the weights: the best on validation data with early stopping, else the last.
  void keep(std::span<const double> w) {
    const double metric = std::isnan(row_.valid_metric) ? -row_.valid_loss
                          : hooks_.larger_is_better     ? row_.valid_metric
                                                        : -row_.valid_metric;
    if (options_.early_stop > 0 && hooks_.validate) {
      if (!result_.weights.empty() && !(metric > best_metric_)) {
        ++worse_;
        return;
      }
      best_metric_ = metric;
      worse_ = 0;
    }
    if (w.data() != result_.weights.data()) result_.weights.assign(w.begin(), w.end());
    kept_ = row_;
  }

  // Early stopping kept earlier weights than the last: work is that of the whole run, all else is said of
  // them.
  void describe_kept() {
    TraceRow& last = result_.last;
    const TraceRow whole = last;
    last = kept_;
    last.epoch = whole.epoch;
    last.updates = whole.updates;
    last.seconds = whole.seconds;
    last.passes = whole.passes;
    Certificate& c = result_.certificate;
    if (c.kind == Certificate::Kind::duality_gap)
      c.value = last.duality_gap = std::max(0.0, last.objective - bound_.best());
    else
      c.value = last.grad_norm;
    c.converged = options_.tolerance > 0 && c.value <= c.target;
    if (!c.converged && c.reason.empty()) c.reason = "early stop";
  }

  // What the run could do without, of the weights that it ends with.
  void complete_last() {
    const Stopwatch watch;
    gradient_.resize(problem_.dimension());
    objective_.value_and_gradient(result_.weights, gradient_);
    result_.last.grad_norm = projected_gradient_norm(problem_, result_.weights, gradient_);
    result_.evaluation_seconds += watch.seconds();
  }

  // The solver knows that the tolerance is not met. It counts with a trace too, so that one changes no run.
  bool far_from_target() const {
    const Certificate& c = result_.certificate;
    return c.kind == Certificate::Kind::duality_gap &&
           solver_.least_gap() > std::max(c.target, rounding_level * scale_);
  }

  bool out_of_epochs() const {
    return (running_ || options_.epochs <= 0) && solver_.epochs() >= options_.epochs - 1e-9;
  }
  bool out_of_time() const { return options_.time_limit > 0 && row_.seconds >= options_.time_limit; }

  bool finished() {
    Certificate& c = result_.certificate;
    if (diverged_) return stop("diverged");
    c.value = c.kind == Certificate::Kind::duality_gap ? row_.duality_gap : row_.grad_norm;
    c.converged = options_.tolerance > 0 && c.value <= c.target;
    if (!fresh_) return false;
    if (c.converged && (!far_from_target() || out_of_epochs() || solver_.stalled())) return true;
    if (options_.early_stop > 0 && worse_ >= options_.early_stop) return stop("early stop");
    if (solver_.stalled() || (c.kind == Certificate::Kind::duality_gap &&
                              c.value <= rounding_level * scale_ && !far_from_target()))
      return stop("precision limit");
    if (out_of_time()) return stop("time limit");
    if (out_of_epochs()) return stop("epoch limit");
    if (interrupted_) return stop("interrupted");
    return false;
  }

  bool stop(const char* reason) {
    result_.certificate.reason = reason;
    return true;
  }

  const Problem& problem_;
  Solver& solver_;
  const TrainOptions& options_;
  const TrainHooks& hooks_;
  Objective objective_;
  const bool has_gap_;
  DualBound bound_;
  std::vector<double> gradient_;  // where one was asked for
  TraceRow row_, kept_;           // the last; that of the weights in the result
  std::vector<TraceRow> rows_;    // all, where runs are saved
  TrainResult result_;
  double scale_ = 0;  // F(0)
  double last_objective_ = std::numeric_limits<double>::infinity();
  double highest_ = std::numeric_limits<double>::infinity();  // F beyond which the run has diverged
  double next_evaluation_ = 0;
  double best_metric_ = 0;
  double next_needed_ = 0;  // the same, of evaluations that may end the run
  bool fresh_ = true;       // the last row is of the solver's weights
  std::uint64_t worse_ = 0;
  bool running_ = false;  // the first epoch has begun
  bool diverged_ = false;
  bool interrupted_ = false;
  bool regular_ = true;  // the last evaluation was not for a break alone
  bool ended_ = false;   // nothing is left to do
};

}  // namespace

TrainResult train(const Problem& problem, Solver& solver, const TrainOptions& options,
                  const TrainHooks& hooks, std::span<const double> w0) {
  return Run(problem, solver, options, hooks)(w0);
}

TrainResult resume(const Problem& problem, Solver& solver, const TrainOptions& options,
                   const std::string& run, const TrainHooks& hooks, std::span<const double> w0) {
  return Run(problem, solver, options, hooks).resume(run, w0);
}

}  // namespace sparselearn
