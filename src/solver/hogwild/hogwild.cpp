#include "solver/hogwild/hogwild.hpp"

#include <algorithm>

#include "solver/stochastic/touched_share.hpp"
namespace sparselearn {

void Hogwild::start(const Problem& problem, std::span<const double> w0) {
  problem_ = &problem;
  order_ = std::make_unique<RowOrder>(problem.data(), RowOrder::kind_of(options_.order), options_.seed);
  slots_.assign(problem.dimension(), Slot{});
  for (std::size_t j = 0; j < slots_.size(); ++j) slots_[j].w = w0[j];
  weights_.assign(w0.begin(), w0.end());
  epochs_ = passes_ = 0;
  updates_ = 0;
}

void Hogwild::choose_sampling(const char* fallback, double curvature) {
  Importance found =
      importance_of_rows(*problem_, options_.sampling == "auto" ? fallback : options_.sampling, curvature);
  smoothness_ = found.smoothness;
  importance_ = std::move(found.importance);
  measure_rarity(found.probabilities);
  if (!found.probabilities.empty()) order_->set_probabilities(std::move(found.probabilities));
}

// A penalised weight that no row holds is 0 at the optimum.
void Hogwild::measure_rarity(const std::vector<double>& probabilities) {
  const std::vector<double> shares = touched_shares(*problem_, probabilities);
  passes_ += 1;
  for (std::size_t j = 0; j < problem_->penalized(); ++j) {
    const double p = shares[j / problem_->outputs()];
    if (p > 0)
      slots_[j].rarity = 1 / std::min(p, 1.0);
    else if (problem_->penalty().l1 > 0 || problem_->penalty().l2 > 0)
      slots_[j].w = 0;
  }
}

double Hogwild::serial_step(std::unique_ptr<Solver> (*make)(const SolverOptions&)) {
  SolverOptions options = options_;
  options.mode = "deterministic";
  const auto serial = make(options);
  serial->start(*problem_, weights_);
  passes_ += serial->passes();
  return serial->step();
}

void Hogwild::gradient_at(const Visit& visit, const RowView& row, double* gradient) const {
  const std::size_t outputs = problem_->outputs();
  double* const scores = gradient + outputs;
  for (std::size_t c = 0; c < outputs; ++c)
    scores[c] = problem_->intercept() ? load(slots_[problem_->penalized() + c].w) : 0;
  for (std::size_t k = 0; k < row.size; ++k) {
    const double x = static_cast<double>(row.value_at(k));
    const Slot* slots = &slots_[row.index[k] * outputs];
    for (std::size_t c = 0; c < outputs; ++c) scores[c] += x * load(slots[c].w);
  }
  problem_->loss().gradient_at(scores, problem_->data().label(visit.place), gradient);
}

std::span<const double> Hogwild::weights() {
  for (std::size_t j = 0; j < slots_.size(); ++j) weights_[j] = slots_[j].w;
  return weights_;
}

void Hogwild::state(Archive& archive) {
  archive(slots_)(epochs_)(passes_)(updates_);
  order_->state(archive);
}

}  // namespace sparselearn
