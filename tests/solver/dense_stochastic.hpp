// The loop around any stochastic rule as a textbook has it, on dense vectors: mini-batch gradients, schedule,
// averages as weighted sums of all the iterates. A test brings the rule, a few lines of formula.
#pragma once
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "solver/dense.hpp"
#include "support/random_problem.hpp"

namespace sparselearn::tests {

struct DenseRule {
  explicit DenseRule(const Dense& on, Vector w0) : dense(on), w(std::move(w0)) {}
  virtual ~DenseRule() = default;
  /// Told of the rows of the mini-batch before move().
  virtual void see(std::span<const std::uint64_t>) {}
  /// Where the gradient is taken.
  virtual Vector point() const { return w; }
  /// One update by the gradient g of the data loss with step a.
  virtual void move(const Vector& g, double a) = 0;

  const Dense& dense;
  Vector w;
};

class DenseRun {
 public:
  DenseRun(DenseRule& rule, const SolverOptions& options)
      : rule_(rule),
        dense_(rule.dense),
        options_(options),
        sum_(rule.w.size(), 0.0),
        batch_(static_cast<double>(options.batch_size)) {
    ScheduleOptions schedule = options.schedule_options;
    schedule.step = *options.step;
    schedule.updates_per_epoch = std::ceil(static_cast<double>(dense_.rows) / batch_);
    if (schedule.horizon == 0) schedule.horizon = updates_after(options.epochs);
    if (options.schedule != "auto") schedule_ = schedule::make(options.schedule, schedule);
    gamma_ = 4 * schedule.updates_per_epoch;
    horizon_ = schedule.horizon;
    first_averaged_ = std::floor(updates_after(options.averaging_start));
  }

  /// Mini-batches in so many epochs, the last of them in part: batches of b, b growth, b growth^2 ... rows.
  double updates_after(double epochs) const {
    double sum = 0;
    for (int e = 0; e < epochs; ++e) {
      const double grown = static_cast<double>(options_.batch_size) * std::pow(options_.batch_growth, e);
      const double rows = static_cast<double>(dense_.rows), batch = std::floor(std::min(grown, rows));
      sum += std::ceil(rows / batch) * std::min(1.0, epochs - e);
    }
    return sum;
  }

  void epoch(Visits& visits) {
    const std::vector<std::uint64_t> rows = visits.next_epoch();
    const auto batch = static_cast<std::size_t>(batch_);
    for (std::size_t k = 0; k < rows.size(); k += batch)
      step(std::span(rows).subspan(k, std::min(batch, rows.size() - k)), visits);
    batch_ = std::min(batch_ * options_.batch_growth, static_cast<double>(dense_.rows));
  }

  Vector solution() const {
    Vector result = rule_.w;
    if (total_ > 0)
      for (std::size_t j = 0; j < result.size(); ++j) result[j] = sum_[j] / total_;
    return result;
  }
  std::uint64_t updates() const { return updates_; }

 private:
  void step(std::span<const std::uint64_t> rows, const Visits& visits) {
    const Vector point = rule_.point();
    Vector g(point.size(), 0.0);
    for (const std::uint64_t i : rows)
      dense_.add(g, i, dense_.derivative(i, point),
                 dense_.r[i] * visits.inverse(i) / static_cast<double>(rows.size()));
    const double k = static_cast<double>(updates_);
    const double a = schedule_ ? schedule_->at(updates_) : own_step(k);
    rule_.see(rows);
    rule_.move(g, a);
    ++updates_;
    if (static_cast<double>(updates_) > first_averaged_) average(a);
  }

  double own_step(double k) const {
    if (options_.averaging == "none") return *options_.step * std::max(0.0, 1 - k / horizon_);
    return *options_.step / (1 + k / gamma_);
  }

  void average(double a) {
    const std::string& kind = options_.averaging;
    if (kind == "none") return;
    const double keep = kind == "exponential" ? options_.averaging_decay : 1;
    const double omega = kind == "linear" || kind == "auto" ? static_cast<double>(updates_)
                         : kind == "weighted"               ? a
                                                            : 1;
    total_ = keep * total_ + omega;
    for (std::size_t j = 0; j < sum_.size(); ++j) sum_[j] = keep * sum_[j] + omega * rule_.w[j];
  }

  DenseRule& rule_;
  const Dense& dense_;
  const SolverOptions options_;
  std::unique_ptr<Schedule> schedule_;  // null: the rules' own
  Vector sum_;
  double gamma_ = 1, horizon_ = 1, batch_ = 1, first_averaged_ = 0, total_ = 0;
  std::uint64_t updates_ = 0;
};

struct Setting {
  SolverOptions options;
  Penalty penalty{0.01, 0.05};
  bool intercept = true;
  RandomRows rows;
  std::string loss = "logistic";
  int epochs = 5;
};

inline Setting with_step(double step) {
  Setting setting;
  setting.options.step = step;
  setting.options.averaging = "none";
  setting.options.sampling = "uniform";
  return setting;
}

using MakeDenseRule =
    std::function<std::unique_ptr<DenseRule>(const Dense&, const Vector& w0, const SolverOptions&)>;

/// The solver of this name, epoch for epoch against the dense rule.
inline void compare(const std::string& name, const Setting& setting, const MakeDenseRule& make_rule) {
  const RandomProblem made(setting.rows, setting.loss, setting.penalty, setting.intercept);
  const Problem& problem = *made.problem;
  const Dense dense(problem);
  const Vector w0 = uneven_start(problem.dimension());
  Visits visits(problem, dense, setting.options);
  const auto rule = make_rule(dense, w0, setting.options);
  DenseRun textbook(*rule, setting.options);
  const auto solver = solver::make(name, setting.options);
  solver->start(problem, w0);
  check_same_weights(solver->weights(), w0);
  for (int e = 0; e < setting.epochs; ++e) {
    solver->epoch();
    textbook.epoch(visits);
    CAPTURE(e);
    CHECK(solver->updates() == textbook.updates());
    check_same_weights(solver->weights(), textbook.solution());
  }
}

}  // namespace sparselearn::tests
