// One driver for every rule that moves coordinates by sparse mini-batch gradients. A rule is a small class:
//   struct Slot                        one coordinate, a cache line at most
//   name                               (optional) of the solver, to refuse what its line in solvers.def does
//   Rule(const Problem&, const SolverOptions&, penalty)
//   void set(Slot&, double w, double a)   begins at w, with first step a
//   double weight(Slot&)               where the gradient is taken, asked before a slot is updated; what
//                                      happens to idle slots is the rule's own closed form
//   void next(double step)             begins an update of this size
//   void update(Slot&, double g)       the paper's formula, g the mini-batch gradient of the data loss
//   rests_when_idle                    (optional) true: idle slots stay as they are, g comes with the
//   penalty's
//                                      gradient, and --update is the driver's (adaptive_rule.hpp)
//   common_factor(), without_factor(const Slot&)
//                                      (optional) weight() is their product, for all coordinates but the
//                                      intercept
//   score(row, Slot*), move(row, derivative, Slot*)
//                                      (optional) weight() and update() for all coordinates of a row; move()
//                                      comes after score() of the same row, with nothing but next() in
//                                      between
//   double solution(const Slot&)       what the solver reports (the iterate, or its average), after renew()
//   bool worn(), void renew(Slot&), void renewed()
//                                      renormalises every slot; at epoch ends and when worn() asks for it
//   void epoch_ended(Slot&), void epoch_ended()
//                                      if the rule does anything more at the end of an epoch
//   void state(Archive&)               the rule's own scalars
//   counts_from_renewal                if slots have a `since` that renew() sets to 0
// The mini-batch gradient of rows B is g = (1/|B|) sum_i r_i/(N p_i) loss'(z_i) x_i with r_i = N s_i / S, all
// at the same w.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "engine/rows_ahead.hpp"
#include "solver/stochastic/batch_gradient.hpp"
#include "solver/stochastic/gradient_filter.hpp"
#include "solver/stochastic/mini_batches.hpp"
#include "solver/stochastic/search_step.hpp"
#include "solver/stochastic/touched_share.hpp"
#include "solver/stochastic/updates_in.hpp"
#include "solver/watched_step.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/importance.hpp"
#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

template <class Rule>
constexpr bool rests_when_idle = requires {
  requires Rule::rests_when_idle;
};

template <class Rule>
class Stochastic final : public Solver {
 public:
  explicit Stochastic(const SolverOptions& options) : options_(options) {}

  void start(const Problem& problem, std::span<const double> w0) override {
    if (options_.batch_size == 0) throw UsageError("--batch-size must be positive");
    if (!(options_.batch_growth >= 1)) throw UsageError("--batch-growth must be at least 1");
    if constexpr (requires { Rule::name; })
      solver::require_support(*solver::find(Rule::name), problem, options_.mode == "hogwild");
    problem_ = &problem;
    passes_ = 0;
    order_ = std::make_unique<RowOrder>(problem.data(), RowOrder::kind_of(options_.order), options_.seed);
    // Left to themselves these rules draw uniformly: their noise floor did not gain from sampling by norm
    // where it was measured (w8a).
    Importance found =
        importance_of_rows(problem, options_.sampling == "auto" ? "uniform" : options_.sampling, 1.0);
    importance_ = std::move(found.importance);
    filter_ = GradientFilter(options_);
    if constexpr (rests_when_idle<Rule>) choose_update(found.probabilities);
    if (!found.probabilities.empty()) order_->set_probabilities(std::move(found.probabilities));
    gradient_.free();
    weights_.assign(w0.begin(), w0.end());
    updates_ = 0;
    epochs_ = 0;
    batch_size_ = static_cast<double>(options_.batch_size);
    step_ = options_.step ? *options_.step : automatic_step();
    make_schedule();
    rule_ = Rule(problem, options_, problem.penalty());
    free_rule_ = Rule(problem, options_, Penalty{});
    if constexpr (requires { free_rule_.exempt(); }) free_rule_.exempt();
    slots_.assign(problem.dimension(), typename Rule::Slot{});
    for (std::size_t j = 0; j < slots_.size(); ++j) rule_of(j).set(slots_[j], w0[j], step_);
    watched_.begin(problem, options_);
    watch_step();
  }

  void epoch() override {
    if constexpr (rests_when_idle<Rule>) forget_unseen();
    const double scale = static_cast<double>(problem_->rows()) / problem_->total_weight();
    const auto size = static_cast<std::size_t>(batch_size_);
    const auto of_row = [this](std::uint64_t i) {
      if (!importance_.empty()) __builtin_prefetch(&importance_[i]);
    };
    const auto learn_batch = [&](std::span<const RowPlace> batch, std::span<const RowPlace> group) {
      if (size == 1) prefetch_rows_ahead(problem_->data(), group, slots_, problem_->outputs(), of_row);
      learn(batch, scale);
    };
    order_->begin_epoch();
    for (auto group = order_->next_group(); !group.empty(); group = order_->next_group())
      batches_.add(group, size, learn_batch);
    batches_.finish(learn_batch);
    renew();
    if constexpr (requires { rule_.epoch_ended(slots_[0]); }) end_epoch();
    batch_size_ = std::min(batch_size_ * options_.batch_growth, static_cast<double>(problem_->rows()));
    epochs_ += 1;
    passes_ += 1;
    watch_step();
  }

  std::span<const double> weights() override {
    for (std::size_t j = 0; j < slots_.size(); ++j) weights_[j] = rule_of(j).solution(slots_[j]);
    return weights_;
  }
  double epochs() const override { return epochs_; }
  double passes() const override { return passes_; }
  std::uint64_t updates() const override { return updates_; }
  double step() const override { return schedule_->at(updates_); }

  void state(Archive& archive) override {
    const double first_step = step_;  // start()'s; a run only ever makes it shorter
    archive(slots_)(updates_)(epochs_)(passes_)(batch_size_)(step_);
    archive.require(step_ > 0 && step_ <= first_step && batch_size_ >= 1 &&
                    batch_size_ <= static_cast<double>(std::max(options_.batch_size, problem_->rows())));
    rule_.state(archive);
    free_rule_.state(archive);
    order_->state(archive);
    watched_.state(archive);
    if constexpr (requires { Rule::counts_from_renewal; })  // a state is of slots just renewed
      for (const auto* slots : {&slots_, &watched_.template kept<0>()})
        for (const auto& slot : *slots) archive.require(slot.since == 0);
    if (archive.loading()) make_schedule();
  }

 private:
  Rule& rule_of(std::size_t j) { return j < problem_->penalized() ? rule_ : free_rule_; }

  void learn(std::span<const RowPlace> batch, double scale) {
    find_derivatives(batch, scale);
    const double step = schedule_->at(updates_);
    rule_.next(step);
    if (problem_->intercept()) free_rule_.next(step);
    if (batch.size() == 1 && !dense_)
      move_along(problem_->data().row(batch[0]));
    else
      move_by_batch(batch);
    if (problem_->intercept()) move_intercept();
    ++updates_;
    if (rule_.worn()) renew();
  }

  // r_i / (|B| N p_i) loss' for every row of the batch, and their sums, the gradient of the intercept.
  void find_derivatives(std::span<const RowPlace> batch, double scale) {
    const std::size_t outputs = problem_->outputs();
    derivatives_.resize(batch.size() * outputs);
    total_derivative_.assign(outputs, 0.0);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      double* g = &derivatives_[i * outputs];
      scores(problem_->data().row(batch[i]), problem_->data().label(batch[i]), g);
      const double importance =
          importance_.empty() ? 1.0 : static_cast<double>(importance_[problem_->data().number(batch[i])]);
      const double share =
          importance * scale * problem_->data().weight(batch[i]) / static_cast<double>(batch.size());
      for (std::size_t c = 0; c < outputs; ++c) total_derivative_[c] += g[c] *= share;
    }
  }

  // loss' at the row, one value an output.
  void scores(const RowView& row, double label, double* g) {
    const std::size_t outputs = problem_->outputs();
    typename Rule::Slot* intercept = problem_->intercept() ? &slots_[problem_->penalized()] : nullptr;
    if (outputs == 1) {
      double z = score(row);
      if (intercept) z += free_rule_.weight(*intercept);
      *g = problem_->loss().derivative(z, label);
      return;
    }
    scores_.assign(outputs, 0);
    for (std::size_t k = 0; k < row.size; ++k) {
      const double value = static_cast<double>(row.value_at(k));
      typename Rule::Slot* slots = &slots_[row.index[k] * outputs];
      for (std::size_t c = 0; c < outputs; ++c) scores_[c] += value * rule_.weight(slots[c]);
    }
    if (intercept)
      for (std::size_t c = 0; c < outputs; ++c) scores_[c] += free_rule_.weight(intercept[c]);
    problem_->loss().gradient_at(scores_.data(), label, g);
  }

  double score(const RowView& row) {
    if constexpr (requires { rule_.score(row, slots_.data()); }) return rule_.score(row, slots_.data());
    const auto times = [&](const auto& weight) {
      return four_lane_sum(row.size, [&](std::size_t k) {
        const double w = weight(slots_[row.index[k]]);
        return row.value ? static_cast<double>(row.value[k]) * w : w;
      });
    };
    if constexpr (requires { rule_.common_factor(); })
      return rule_.common_factor() * times([&](auto& slot) { return rule_.without_factor(slot); });
    else
      return times([&](auto& slot) { return rule_.weight(slot); });
  }

  // The common case: one score, and nothing done to the gradient.
  void move_straight(const RowView& row) {
    const double derivative = derivatives_[0];
    if constexpr (requires { rule_.move(row, derivative, slots_.data()); })
      return rule_.move(row, derivative, slots_.data());
    const auto [index, value, size] = row;  // what slots may not alias
    typename Rule::Slot* const slots = slots_.data();
    for (std::size_t k = 0; k < size; ++k) {
      typename Rule::Slot& slot = slots[index[k]];
      double g = value ? derivative * static_cast<double>(value[k]) : derivative;
      if constexpr (rests_when_idle<Rule>)
        g += problem_->penalty().l2 * penalty_share(index[k], 1) * rule_.weight(slot);
      rule_.update(slot, g);
    }
  }

  void move_along(const RowView& row) {
    const std::size_t outputs = problem_->outputs();
    if (outputs == 1 && filter_.idle()) return move_straight(row);
    if (filter_.clips_norm())
      begin_filter(squared_norm(row) * sum_of_squares(derivatives_));
    else
      begin_filter(0);
    for (std::size_t k = 0; k < row.size; ++k) {
      const double value = static_cast<double>(row.value_at(k));
      const std::size_t feature = row.index[k];
      const double penalty = penalty_share(feature, 1);
      for (std::size_t c = 0; c < outputs; ++c) move(feature * outputs + c, derivatives_[c] * value, penalty);
    }
  }

  void move_by_batch(std::span<const RowPlace> batch) {
    const std::size_t outputs = problem_->outputs();
    if (!gradient_.fits(problem_->features())) gradient_.resize(problem_->features(), outputs);
    for (std::size_t i = 0; i < batch.size(); ++i)
      gradient_.add(problem_->data().row(batch[i]), &derivatives_[i * outputs]);
    begin_filter(filter_.clips_norm() ? gradient_.squared_norm() : 0);
    const auto rows = static_cast<double>(batch.size());
    if (dense_)
      move_all();
    else
      for (const std::size_t feature : gradient_.features()) {
        const double penalty = penalty_share(feature, gradient_.rows_with(feature) / rows);
        for (std::size_t c = 0; c < outputs; ++c)
          move(feature * outputs + c, gradient_.at(feature)[c], penalty);
      }
    gradient_.clear();
  }

  void begin_filter(double squared_norm_of_weights) {
    if (problem_->intercept()) squared_norm_of_weights += sum_of_squares(total_derivative_);
    filter_.begin(updates_, std::sqrt(squared_norm_of_weights));
  }

  // One coordinate, by the gradient of the data loss, and of the penalty where the rule wants it inside.
  void move(std::size_t j, double g, double penalty_share) {
    g = filter_(g, j);
    if constexpr (rests_when_idle<Rule>)
      g += problem_->penalty().l2 * penalty_share * rule_.weight(slots_[j]);
    rule_.update(slots_[j], g);
  }

  // Every coordinate; those of features that no row of the batch has by the penalty alone.
  void move_all() {
    const std::size_t outputs = problem_->outputs();
    for (std::size_t feature = 0; feature < problem_->features(); ++feature)
      for (std::size_t c = 0; c < outputs; ++c) {
        const std::size_t j = feature * outputs + c;
        if (gradient_.rows_with(feature) > 0)
          move(j, gradient_.at(feature)[c], 1);
        else
          rule_.update(slots_[j], problem_->penalty().l2 * rule_.weight(slots_[j]));
      }
  }

  void move_intercept() {
    for (std::size_t c = 0; c < problem_->outputs(); ++c) {
      const std::size_t j = problem_->penalized() + c;
      free_rule_.update(slots_[j], filter_(total_derivative_[c], j));
    }
  }

  static double sum_of_squares(std::span<const double> v) {
    double sum = 0;
    for (const double x : v) sum += x * x;
    return sum;
  }

  // Settles --update for a rule whose idle coordinates rest.
  void choose_update(std::span<const double> probabilities) {
    const std::string& update = options_.update;
    if (update != "auto" && update != "dense" && update != "lazy")
      throw UsageError("--update takes auto, dense or lazy, not '" + update + "'");
    constexpr double enough = 0.25;
    dense_ = update == "dense";
    touched_.clear();
    if (dense_) return;
    touched_ = touched_shares(*problem_, probabilities);
    passes_ += 1;
    if (update == "auto") dense_ = mean_touched(touched_, static_cast<double>(options_.batch_size)) >= enough;
  }

  // With idle coordinates at rest, the part of l2 w_j that falls to a mini-batch of whose rows this share has
  // the feature: all of it in expectation.
  double penalty_share(std::size_t feature, double share_of_rows) const {
    return touched_.empty() ? 1 : share_of_rows / touched_[feature];
  }

  // A feature that no row has would rest for ever; F is least where its weights are 0.
  void forget_unseen() {
    if (dense_ || updates_ > 0 || problem_->penalty().l2 == 0) return;
    for (std::size_t j = 0; j < problem_->penalized(); ++j)
      if (touched_[j / problem_->outputs()] == 0) rule_.set(slots_[j], 0, step_);
  }

  void end_epoch() {
    for (std::size_t j = 0; j < slots_.size(); ++j) rule_of(j).epoch_ended(slots_[j]);
    rule_.epoch_ended();
    free_rule_.epoch_ended();
  }

  void watch_step() {
    if (!watched_.on()) return;
    passes_ += 1;
    if (watched_.holds(*problem_, weights(), slots_, rule_, free_rule_)) return;
    step_ = halved(step_);
    make_schedule();
  }

  void renew() {
    for (std::size_t j = 0; j < slots_.size(); ++j) rule_of(j).renew(slots_[j]);
    rule_.renewed();
    free_rule_.renewed();
  }

  double automatic_step() {
    const double largest = largest_step();
    const double first = std::min(Rule::first_step(problem_->smoothness(1.0).mean), largest);
    const auto run = [&](const Problem& sample, const Problem& held_out, double step) {
      if (step > largest) return std::numeric_limits<double>::infinity();
      SolverOptions options = options_;
      options.step = step;
      if constexpr (rests_when_idle<Rule>) options.update = dense_ ? "dense" : "lazy";
      Stochastic trial(options);
      const std::vector<double> zero(sample.dimension());
      trial.start(sample, zero);
      trial.epoch();
      Objective objective(judged_on_training_rows() ? sample : held_out);
      return objective.value(trial.weights()).total;
    };
    return Rule::of_searched_step * search_step(*problem_, first, options_.seed, run, passes_);
  }

  // The largest step worth a trial: a rule whose formula ends at some step says so.
  double largest_step() const {
    if constexpr (requires { Rule::largest_step(*problem_); })
      return Rule::largest_step(*problem_);
    else if constexpr (requires { Rule::largest_step(Penalty{}); })
      return Rule::largest_step(problem_->penalty());
    else
      return std::numeric_limits<double>::infinity();
  }

  // Whether a trial step is judged by F on the rows it was tried on, as many passes over the data will be, or
  // on others, as a single pass is.
  static constexpr bool judged_on_training_rows() {
    if constexpr (requires { Rule::judged_on_training_rows; })
      return Rule::judged_on_training_rows;
    else
      return false;
  }

  void make_schedule() {
    ScheduleOptions options = options_.schedule_options;
    options.step = step_;
    options.updates_per_epoch =
        std::ceil(static_cast<double>(problem_->rows()) / static_cast<double>(options_.batch_size));
    if (options.horizon == 0)
      options.horizon = updates_in(std::max(1.0, options_.epochs), static_cast<double>(problem_->rows()),
                                   static_cast<double>(options_.batch_size), options_.batch_growth);
    schedule_ = options_.schedule == "auto" ? Rule::schedule(options, options_.averaging)
                                            : schedule::make(options_.schedule, options);
  }

  const SolverOptions options_;
  const Problem* problem_ = nullptr;
  std::unique_ptr<RowOrder> order_;
  std::unique_ptr<Schedule> schedule_;
  Rule rule_, free_rule_;  // for the features; for the intercept, which has no penalty
  HugeVector<typename Rule::Slot> slots_;
  BatchGradient gradient_;
  GradientFilter filter_;
  MiniBatches batches_;
  std::vector<double> derivatives_, total_derivative_, scores_, weights_;
  bool dense_ = false;             // every update moves every coordinate
  std::vector<double> touched_;    // q_j, features, for rules whose idle coordinates rest
  std::vector<float> importance_;  // 1/(N p_i), rows; empty: all 1
  std::uint64_t updates_ = 0;
  double epochs_ = 0, passes_ = 0, batch_size_ = 1, step_ = 0;
  WatchedStep<HugeVector<typename Rule::Slot>, Rule, Rule> watched_;
};

}  // namespace sparselearn
