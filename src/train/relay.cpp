#include "sparselearn/train/relay.hpp"

#include <algorithm>
#include <cmath>

#include "sparselearn/base/math.hpp"
#include "sparselearn/engine/objective.hpp"

namespace sparselearn {

Relay::Relay(std::vector<Leg> legs, Path path, MakeLast make_last)
    : legs_(std::move(legs)), path_(std::move(path)), make_last_(std::move(make_last)) {}

void Relay::start(const Problem& problem, std::span<const double> w0) {
  problem_ = &problem;
  leg_ = 0;
  epochs_ = passes_ = 0;
  updates_ = 0;
  easier_.clear();
  losses_.clear();
  if (path_) {
    std::vector<Easier> path = path_(problem, passes_);
    leg_ = legs_.size() - 1 - path.size();  // a shorter path leaves the first legs out
    easier_.resize(leg_);
    for (Easier& step : path) {
      const Loss& loss = step.loss ? *losses_.emplace_back(std::move(step.loss)) : problem.loss();
      easier_.push_back(std::make_unique<Problem>(problem.data(), loss, step.penalty, problem.intercept()));
    }
  }
  first_leg_ = leg_;
  received_.assign(w0.begin(), w0.end());
  if (!path_) try_later_legs();
  start_leg();
}

void Relay::start_leg() {
  if (last_leg() && make_last_) legs_[leg_].solver = make_last_(epochs_);
  now().start(problem_of(leg_), received_);
}

// What another solver refuses must be known before the work of the first is done.
void Relay::try_later_legs() {
  for (std::size_t later = leg_ + 1; later < legs_.size(); ++later) {
    legs_[later].solver->start(problem_of(later), received_);
    passes_ += legs_[later].solver->passes();
  }
}

const Problem& Relay::problem_of(std::size_t leg) const {
  return leg < easier_.size() ? *easier_[leg] : *problem_;
}

void Relay::epoch() {
  if (!last_leg() && (now().epochs() >= legs_[leg_].epochs - 1e-9 || now().stalled())) hand_on();
  if (last_leg() || legs_[leg_].settled == 0) {
    now().epoch();
    return;
  }
  const std::span<const double> w = now().weights();
  const std::vector<double> before(w.begin(), w.end());
  now().epoch();
  if (settled(before)) hand_on();
}

bool Relay::settled(const std::vector<double>& before) {
  const std::span<const double> w = now().weights();
  double moved = 0, size = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    moved += (w[j] - before[j]) * (w[j] - before[j]);
    size += w[j] * w[j];
  }
  return std::sqrt(moved) <= legs_[leg_].settled * std::sqrt(size);
}

void Relay::hand_on() {
  const std::span<const double> w = now().weights();
  received_.assign(w.begin(), w.end());
  epochs_ += now().epochs();
  passes_ += now().passes();
  updates_ += now().updates();
  ++leg_;
  start_leg();
}

// Those of an easier problem prove nothing about this one.
std::optional<Duals> Relay::duals() { return leg_ < easier_.size() ? std::nullopt : now().duals(); }

std::optional<Evaluated> Relay::evaluated() const {
  return leg_ < easier_.size() ? std::nullopt : now().evaluated();
}

void Relay::state(Archive& archive) {
  archive(leg_)(epochs_)(passes_)(updates_)(received_);
  archive.require(leg_ >= first_leg_ && leg_ < legs_.size() && std::isfinite(epochs_) && epochs_ >= 0);
  if (archive.loading()) start_leg();
  now().state(archive);
  archive.require(std::isfinite(now().epochs()) && now().epochs() >= 0);
}

std::unique_ptr<Solver> switch_solver(std::unique_ptr<Solver> first, double epochs,
                                      std::unique_ptr<Solver> second) {
  std::vector<Relay::Leg> legs;
  legs.push_back({std::move(first), epochs, 0});
  legs.push_back({std::move(second), 0, 0});
  return std::make_unique<Relay>(std::move(legs));
}

namespace {

// max_j |d loss / d w_j| at w = 0, over penalised weights: the least l1 for which zero is optimal (without an
// intercept).
double largest_gradient(const Problem& problem, double& passes) {
  Objective objective(problem);
  const std::vector<double> zero(problem.dimension());
  std::vector<double> gradient(problem.dimension());
  objective.value_and_gradient(zero, gradient);
  passes += objective.passes();
  double largest = 0;
  for (std::size_t j = 0; j < problem.penalized(); ++j) largest = std::max(largest, std::abs(gradient[j]));
  return largest;
}

}  // namespace

std::vector<Penalty> continuation_path(const Problem& problem, std::size_t steps, double& passes) {
  const Penalty own = problem.penalty();
  const bool by_l1 = own.l1 > 0;
  const double last = by_l1 ? own.l1 : own.l2;
  const double first = by_l1 ? largest_gradient(problem, passes) : problem.smoothness(1.0).mean;
  std::vector<Penalty> path;
  if (!(last > 0) || !(first > last)) return path;
  for (std::size_t k = 1; k < steps; ++k) {
    const double value =
        first * math::exp(static_cast<double>(k) / static_cast<double>(steps) * math::log(last / first));
    path.push_back(by_l1 ? Penalty{value, own.l2} : Penalty{own.l1, value});
  }
  return path;
}

std::vector<double> smoothing_path(std::size_t steps) {
  std::vector<double> widths;
  double width = 1;
  for (std::size_t k = 1; k < steps; ++k, width /= 4) widths.push_back(width);
  return widths;
}

std::unique_ptr<Solver> continuation(const std::function<std::unique_ptr<Solver>(double epochs)>& make,
                                     std::size_t steps, double epochs, ContinuationBy by) {
  const double share = std::max(1.0, epochs / (2 * static_cast<double>(steps)));
  std::vector<Relay::Leg> legs;
  for (std::size_t k = 1; k < steps; ++k) legs.push_back({make(share), share, 0.1});
  legs.push_back({});
  const auto path_of = [steps, by](const Problem& problem, double& passes) {
    std::vector<Relay::Easier> path;
    if (by == ContinuationBy::smoothing)
      for (const double width : smoothing_path(steps))
        path.push_back({problem.penalty(), problem.loss().smoothed(width)});
    else
      for (const Penalty& penalty : continuation_path(problem, steps, passes)) path.push_back({penalty});
    return path;
  };
  return std::make_unique<Relay>(std::move(legs), path_of,
                                 [make, epochs](double over) { return make(std::max(1.0, epochs - over)); });
}

}  // namespace sparselearn
