// sgd against a dense loop of its formula, step for step: w <- S(w - a (g + l2 w), a l1), averages as
// weighted sums of all the iterates.
#include <cmath>

#include "solver/dense.hpp"
#include "sparselearn/base/error.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr int epochs = 5;

class DenseSgd {
 public:
  DenseSgd(const Dense& dense, Vector w0, const SolverOptions& options)
      : dense_(dense),
        options_(options),
        w_(std::move(w0)),
        sum_(w_.size(), 0.0),
        batch_(static_cast<double>(options.batch_size)) {
    ScheduleOptions schedule = options.schedule_options;
    schedule.step = *options.step;
    schedule.updates_per_epoch = std::ceil(static_cast<double>(dense.rows) / batch_);
    if (schedule.horizon == 0) schedule.horizon = options.epochs * schedule.updates_per_epoch;
    if (options.schedule != "auto") schedule_ = schedule::make(options.schedule, schedule);
    gamma_ = 4 * schedule.updates_per_epoch;
    first_averaged_ = std::floor(options.averaging_start * static_cast<double>(dense.rows) / batch_);
  }

  void epoch(Visits& visits) {
    for (const auto& group : visits.next_epoch()) {
      const auto batch = static_cast<std::size_t>(batch_);
      for (std::size_t k = 0; k < group.size(); k += batch)
        step(std::span(group).subspan(k, std::min(batch, group.size() - k)), visits);
    }
    batch_ = std::min(batch_ * options_.batch_growth, static_cast<double>(dense_.rows));
  }

  Vector solution() const {
    Vector result = w_;
    if (total_ > 0)
      for (std::size_t j = 0; j < w_.size(); ++j) result[j] = sum_[j] / total_;
    return result;
  }
  std::uint64_t updates() const { return updates_; }

 private:
  void step(std::span<const std::uint64_t> rows, const Visits& visits) {
    Vector g(w_.size(), 0.0);
    for (const std::uint64_t i : rows)
      dense_.add(g, i, dense_.derivative(i, w_),
                 dense_.r[i] * visits.inverse(i) / static_cast<double>(rows.size()));
    const double k = static_cast<double>(updates_);
    const double a = schedule_ ? schedule_->at(updates_) : *options_.step / (1 + k / gamma_);
    dense_.proximal_step(w_, g, a);
    ++updates_;
    if (static_cast<double>(updates_) > first_averaged_) average(a);
  }

  void average(double a) {
    const std::string& kind = options_.averaging;
    if (kind == "none") return;
    const double keep = kind == "exponential" ? options_.averaging_decay : 1;
    const double omega = kind == "linear" || kind == "auto" ? static_cast<double>(updates_)
                         : kind == "weighted"               ? a
                                                            : 1;
    total_ = keep * total_ + omega;
    for (std::size_t j = 0; j < w_.size(); ++j) sum_[j] = keep * sum_[j] + omega * w_[j];
  }

  const Dense& dense_;
  const SolverOptions options_;
  std::unique_ptr<Schedule> schedule_;  // null: the solver's own, a / (1 + k / gamma)
  Vector w_, sum_;
  double gamma_ = 1, batch_ = 1, first_averaged_ = 0, total_ = 0;
  std::uint64_t updates_ = 0;
};

struct Setting {
  SolverOptions options;
  Penalty penalty{0.01, 0.05};
  bool intercept = true;
  RandomRows rows;
  std::string loss = "logistic";
  std::size_t classes = 2;
};

void compare(const Setting& setting) {
  const Dataset data = random_rows(setting.rows);
  LossOptions loss_options;
  loss_options.classes = setting.classes;
  const auto loss = loss::make(setting.loss, loss_options);
  const Problem problem(data, *loss, setting.penalty, setting.intercept);
  const Dense dense(problem);
  const Vector w0 = uneven_start(problem.dimension());
  Visits visits(problem, dense, setting.options);
  DenseSgd textbook(dense, w0, setting.options);
  const auto solver = solver::make("sgd", setting.options);
  solver->start(problem, w0);
  check_same_weights(solver->weights(), w0);
  for (int e = 0; e < epochs; ++e) {
    solver->epoch();
    textbook.epoch(visits);
    CAPTURE(e);
    CHECK(solver->updates() == textbook.updates());
    check_same_weights(solver->weights(), textbook.solution());
  }
}

Setting with_step(double step) {
  Setting setting;
  setting.options.step = step;
  setting.options.averaging = "none";
  setting.options.sampling = "uniform";
  return setting;
}

const Penalty penalties[] = {{0, 0}, {0, 0.05}, {0.01, 0}, {0.01, 0.05}};

}  // namespace

TEST_CASE("sgd: iterates and averages are the dense loop's, for every penalty and both samplings") {
  for (const std::string averaging : {"none", "uniform", "linear", "weighted", "exponential", "auto"})
    for (const Penalty& penalty : penalties)
      for (const std::string sampling : {"uniform", "norm"}) {
        CAPTURE(averaging);
        CAPTURE(penalty.l1);
        CAPTURE(penalty.l2);
        CAPTURE(sampling);
        Setting setting = with_step(0.3);
        setting.options.averaging = averaging;
        setting.options.averaging_decay = 0.98;
        setting.options.sampling = sampling;
        setting.penalty = penalty;
        compare(setting);
      }
}

TEST_CASE("sgd: mini-batches, also growing ones, share one set of weights and move every coordinate once") {
  for (const std::uint64_t batch : {2U, 5U, 16U, 200U})
    for (const double growth : {1.0, 1.7})
      for (const Penalty& penalty : penalties)
        for (const std::string averaging : {"none", "linear"}) {
          CAPTURE(batch);
          CAPTURE(growth);
          CAPTURE(penalty.l1);
          CAPTURE(averaging);
          Setting setting = with_step(0.5);
          setting.options.batch_size = batch;
          setting.options.batch_growth = growth;
          setting.options.averaging = averaging;
          setting.penalty = penalty;
          compare(setting);
        }
}

TEST_CASE("sgd: a batch of one row that grows is the dense loop's") {
  Setting setting = with_step(0.3);
  setting.options.batch_growth = 1.5;
  compare(setting);
}

TEST_CASE("sgd: every schedule") {
  for (const auto& info : schedule::all())
    for (const std::string averaging : {"none", "weighted"}) {
      CAPTURE(info.name);
      CAPTURE(averaging);
      Setting setting = with_step(0.4);
      setting.options.schedule = std::string(info.name);
      setting.options.schedule_options.horizon = info.name == "horizon" ? 100 : 0;
      setting.options.epochs = epochs;
      setting.options.averaging = averaging;
      compare(setting);
    }
}

TEST_CASE("sgd: averages that begin later") {
  for (const std::string averaging : {"uniform", "linear", "weighted", "exponential"})
    for (const double start : {0.5, 1.0, 2.3, 50.0}) {
      CAPTURE(averaging);
      CAPTURE(start);
      Setting setting = with_step(0.3);
      setting.options.averaging = averaging;
      setting.options.averaging_decay = 0.99;
      setting.options.averaging_start = start;
      compare(setting);
    }
}

TEST_CASE("sgd: row weights, without an intercept, orders, samplings") {
  for (const std::string order : {"reshuffle", "once", "sequential", "random"})
    for (const std::string sampling : {"uniform", "norm"})
      for (const bool intercept : {false, true}) {
        CAPTURE(order);
        CAPTURE(sampling);
        CAPTURE(intercept);
        Setting setting = with_step(0.3);
        setting.options.order = order;
        setting.options.sampling = sampling;
        setting.options.averaging = "linear";
        setting.intercept = intercept;
        setting.rows.weighted = true;
        compare(setting);
      }
}

TEST_CASE("sgd: losses, with kinks and with a score per class") {
  for (const std::string loss : {"squared", "hinge", "squared-hinge", "softmax"})
    for (const std::uint64_t batch : {1U, 4U})
      for (const std::string averaging : {"none", "linear"}) {
        CAPTURE(loss);
        CAPTURE(batch);
        CAPTURE(averaging);
        Setting setting = with_step(0.2);
        setting.loss = loss;
        setting.options.batch_size = batch;
        setting.options.averaging = averaging;
        setting.rows.labels = loss == "squared"   ? RandomLabels::real
                              : loss == "softmax" ? RandomLabels::classes3
                                                  : RandomLabels::binary;
        setting.classes = 3;
        compare(setting);
      }
}

TEST_CASE("sgd: decay so strong that the common factor is renewed within an epoch") {
  for (const std::string averaging : {"none", "linear", "exponential"})
    for (const double l1 : {0.0, 0.02}) {
      CAPTURE(averaging);
      CAPTURE(l1);
      Setting setting = with_step(0.7);
      setting.options.schedule = "constant";
      setting.options.averaging = averaging;
      setting.options.averaging_decay = 0.5;  // and exponential weights that overflow without renewal
      setting.penalty = {l1, 1.0};
      setting.rows.rows = 400;
      compare(setting);
    }
}

TEST_CASE("sgd: steps of 1/l2 and more are refused, those below are the dense loop's") {
  for (const double l1 : {0.0, 0.02}) {
    CAPTURE(l1);
    Setting setting = with_step(0.49);
    setting.penalty = {l1, 2.0};
    setting.options.averaging = "linear";
    compare(setting);
    setting.options.step = 0.5;
    CHECK_THROWS_AS(compare(setting), UsageError);
    setting.options.step = 0.8;
    CHECK_THROWS_AS(compare(setting), UsageError);
  }
}
