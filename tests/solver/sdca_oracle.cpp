// sdca against a dense loop of its formulas: the row order is the engine's, everything else is written here.
#include <array>
#include <memory>

#include "solver/dense.hpp"
#include "sparselearn/engine/threads.hpp"
#include "support/random_rows.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

// argmax_d -loss*(-(alpha + d)) - z d - (q/2) d^2, as alpha + d = y b with b of the loss's range.
double best_alpha(const std::string& loss, double alpha, double z, double y, double q) {
  if (loss == "squared") return alpha + (y - z - alpha) / (1 + q);
  const double b = y * alpha, m = y * z;
  if (loss == "hinge") return y * (q == 0 ? (m < 1 ? 1 : 0) : std::clamp(b + (1 - m) / q, 0.0, 1.0));
  if (loss == "squared-hinge") return y * std::max(0.0, b + (1 - m - b / 2) / (q + 0.5));
  REQUIRE(loss == "logistic");
  // log(b' / (1 - b')) + m + q (b' - b) = 0, by halving in t = log(b' / (1 - b')).
  double low = -m - q - 1, high = -m + q + 1;
  for (int i = 0; i < 200; ++i) {
    const double t = (low + high) / 2;
    (t + m + q * (1 / (1 + std::exp(-t)) - b) > 0 ? high : low) = t;
  }
  return y / (1 + std::exp(-low));
}

class DenseSdca {
 public:
  DenseSdca(const Problem& problem, const Dense& dense, const SolverOptions& options)
      : problem_(problem),
        dense_(dense),
        order_(problem.data(), RowOrder::kind_of(options.order), options.seed, options.parts),
        replacement_(options.order == "random"),
        parts_(options.parts),
        alpha_(dense.rows, 0.0),
        v_(dense.columns, 0.0),
        day_(dense.rows, 0),
        level_(dense.rows, 0),
        exponent_(dense.columns, 0),
        held_(dense.columns, 0.0),
        centre_of_term_(dense.columns, 0.0) {
    if (dense.loss == "hinge") return;
    inverse_smoothness_ = 1 / problem.loss().curvature_bound();
    if (penalty_term()) measure();
  }

  void sweep() {
    if (!replacement_) order_.only(day_, static_cast<std::uint8_t>(sweep_));
    order_.begin_epoch();
    std::vector<std::vector<std::uint64_t>> streams(parts_);
    for (std::size_t p = 0; p < parts_; ++p)
      for (auto group = order_.next_group(p); !group.empty(); group = order_.next_group(p))
        for (const RowPlace place : group) streams[p].push_back(problem_.data().number(place));
    // A quarter of the rows a round, the same number from every part's stream as long as it has any.
    const std::size_t a_round = parts_ == 1 ? dense_.rows : std::max<std::size_t>(parts_, dense_.rows / 4);
    if (visited_ >= 0.25) {
      centre_of_term_ = held_;
      visited_ = 0;
      gain_ = 0;
    }
    const Vector& centre = centre_of_term_;
    for (std::size_t j = 0; j < dense_.columns; ++j) v_[j] = centre[j] + (v_[j] - centre[j]) / stiffness(j);
    const double of_sweep = kappa();
    std::size_t visits = 0, done = 0;
    double gain = 0;
    for (bool more = true; more; done += a_round / parts_) {
      std::vector<std::span<const std::uint64_t>> rows;
      more = false;
      for (const auto& stream : streams) {
        rows.push_back(std::span(stream).subspan(std::min(done, stream.size())));
        rows.back() = rows.back().first(std::min(rows.back().size(), a_round / parts_));
        visits += rows.back().size();
        more = more || !rows.back().empty();
      }
      if (more) gain += round(rows);
    }
    double apart = 0;
    held_ = v_;
    for (std::size_t j = 0; j < dense_.columns; ++j) {
      v_[j] = centre[j] + (v_[j] - centre[j]) * stiffness(j);
      apart += (v_[j] - held_[j]) * (v_[j] - held_[j]) / std::sqrt(std::pow(2, exponent_[j]));
    }
    if (problem_.intercept()) apart += v_.back() * v_.back() / std::sqrt(std::pow(2, intercept_exponent()));
    gain_ += gain / static_cast<double>(dense_.rows);
    visited_ += static_cast<double>(visits) / static_cast<double>(dense_.rows);
    if (visited_ >= 0.25) balance(apart / (2 * dense_.penalty.l2), gain_);
    rest(gain, visits);
    if (problem_.intercept()) centre_ += v_.back() / of_sweep;
  }

  Vector weights() const {
    Vector w = primal(highest_ > 0 ? held_ : v_);
    if (problem_.intercept()) w.back() = centre_;
    return w;
  }
  const Vector& alpha() const { return alpha_; }
  const Vector& v() const { return v_; }

 private:
  Vector primal(const Vector& u) const {
    Vector w(u.size());
    for (std::size_t j = 0; j < u.size(); ++j)
      w[j] = std::copysign(std::max(0.0, std::abs(u[j]) - dense_.l1(j)), u[j]) / dense_.penalty.l2;
    if (problem_.intercept()) w.back() = u.back() / kappa() + centre_;
    return w;
  }
  double kappa() const {
    const double l2 = dense_.penalty.l2;
    if (*std::max_element(exponent_.begin(), exponent_.end()) == 0) return l2;
    return l2 * std::pow(2, std::min(intercept_exponent(), limit_));
  }
  // g of a feature that every row has.
  int intercept_exponent() const {
    return std::max(
        static_cast<int>(std::floor(std::log2(1 / (5 * dense_.penalty.l2 * inverse_smoothness_)))), 0);
  }

  // The proximal term: 1 + rho_j = 2^min(g_j, G).
  bool penalty_term() const { return dense_.penalty.l1 == 0 && !replacement_ && parts_ == 1; }
  void measure() {
    const double gamma = 1 / inverse_smoothness_;
    const std::size_t features = dense_.columns - (problem_.intercept() ? 1 : 0);
    Vector c(features, 0.0);
    double mean_q = 0;
    for (std::size_t i = 0; i < dense_.rows; ++i)
      for (std::size_t j = 0; j < features; ++j) {
        const double term = dense_.r[i] * dense_.x[i][j] * dense_.x[i][j] /
                            (dense_.penalty.l2 * static_cast<double>(dense_.rows));
        c[j] += term;
        mean_q += term / static_cast<double>(dense_.rows);
      }
    if (gamma * mean_q < 3) return;
    highest_ = static_cast<int>(std::floor(std::log2(gamma * mean_q))) + 2;
    limit_ = std::min(2, highest_);
    for (std::size_t j = 0; j < features; ++j)
      exponent_[j] = c[j] > 0 ? std::max(0, static_cast<int>(std::floor(std::log2(gamma * c[j] / 5)))) : 0;
  }
  double stiffness(std::size_t j) const { return std::pow(2, std::min(exponent_[j], limit_)); }
  void balance(double left, double gain) {
    if (highest_ == 0) return;
    const double of_gain = left / std::max(gain, gained_);
    gained_ = gain;
    tried_in_ = std::max(tried_in_ - 1, 0);
    const int up = of_gain < 0.02 ? 2 : of_gain < 0.4 ? 1 : 0;
    const int down = of_gain > 4 ? 2 : of_gain > 1 ? 1 : 0;
    for (int k = 0; k < up; ++k)
      if (limit_ < highest_ && (tried_in_ == 0 || limit_ + 1 < too_much_)) ++limit_;
    if (down == 0 || limit_ == 0) return;
    too_much_ = limit_;
    tried_in_ = 8;
    limit_ = std::max(limit_ - down, 0);
  }

  double conjugate_penalty(const Vector& u) const {
    double sum = 0;
    for (std::size_t j = 0; j < u.size(); ++j) {
      const double s = std::max(0.0, std::abs(u[j]) - dense_.l1(j));
      sum += s * s / (2 * dense_.penalty.l2);
    }
    return sum;
  }

  // All parts from the same v, then their changes together.
  double round(const std::vector<std::span<const std::uint64_t>>& rows) {
    const Vector old_alpha = alpha_;
    std::vector<Vector> views(parts_, v_);
    double gain = 0;
    for (std::size_t p = 0; p < parts_; ++p)
      for (const std::uint64_t i : rows[p]) gain += step(i, views[p]);
    if (parts_ == 1)
      v_ = views[0];
    else
      merge(views, gain / static_cast<double>(dense_.rows), old_alpha);
    return gain;
  }

  double step(std::uint64_t i, Vector& u) {
    if (dense_.r[i] == 0) {
      gains_.emplace_back(i, 0.0);
      return 0;
    }
    const Vector w = primal(u);
    double z = 0, q = 0;
    for (std::size_t j = 0; j < dense_.columns; ++j) {
      z += dense_.x[i][j] * w[j];
      q += dense_.x[i][j] * dense_.x[i][j] / stiffness(j) /
           (problem_.intercept() && j + 1 == dense_.columns ? kappa() : dense_.penalty.l2);
    }
    const double share = dense_.r[i] / static_cast<double>(dense_.rows);
    q *= sigma_ * share;
    const double delta = best_alpha(dense_.loss, alpha_[i], z, dense_.y[i], q) - alpha_[i];
    alpha_[i] += delta;
    for (std::size_t j = 0; j < dense_.columns; ++j)
      u[j] += sigma_ * share * delta * dense_.x[i][j] / stiffness(j);
    gains_.emplace_back(i, dense_.r[i] / 2 * (q + inverse_smoothness_) * delta * delta);
    return gains_.back().second;
  }

  // Adds theta of the changes (u_p - v) / sigma: all of them, unless the views together promised more than
  // twice what is sure to be there.
  void merge(const std::vector<Vector>& views, double gain, const Vector& old_alpha) {
    const auto parts = static_cast<double>(parts_);
    Vector change(v_.size(), 0.0);
    double apart = 0, joint = 0, promised = 0;
    for (const Vector& u : views) {
      promised += conjugate_penalty(u) - conjugate_penalty(v_);
      for (std::size_t j = 0; j < v_.size(); ++j) {
        change[j] += (u[j] - v_[j]) / sigma_;
        apart += (u[j] - v_[j]) / sigma_ * (u[j] - v_[j]) / sigma_;
      }
    }
    for (const double c : change) joint += c * c;
    const auto excess = [&](double theta) {
      Vector to = v_;
      for (std::size_t j = 0; j < v_.size(); ++j) to[j] += theta * change[j];
      return conjugate_penalty(to) - conjugate_penalty(v_) - theta / sigma_ * promised;
    };
    double theta = 1;
    while (theta > sigma_ / parts && excess(theta) > theta * gain / 2)
      theta = std::max(sigma_ / parts, theta / 2);
    for (std::size_t j = 0; j < v_.size(); ++j) v_[j] += theta * change[j];
    for (std::uint64_t i = 0; i < dense_.rows; ++i)
      alpha_[i] = old_alpha[i] + theta * (alpha_[i] - old_alpha[i]);
    const double needed = std::clamp(joint / apart, 1.0, parts);
    sigma_ = theta < 1 ? std::max(needed, sigma_) : std::max(1.0, 0.9 * sigma_);
  }

  // A row rests 2^k - 1 sweeps if its gain is below 0.3 of the mean as it will be by then; at most one level
  // up.
  void rest(double gain, std::size_t visits) {
    for (const auto& [i, own] : gains_) {
      int k = std::min(level_[i] + 1, 7);
      while (k > 0 && own >= threshold_[static_cast<std::size_t>(k)]) --k;
      level_[i] = k;
      day_[i] = static_cast<std::uint8_t>(sweep_ + (1 << k));
    }
    gains_.clear();
    ++sweep_;
    if (gain <= 0) return;
    if (last_gain_ > 0) decay_ = 0.8 * decay_ + 0.2 * std::log(gain / last_gain_);
    last_gain_ = gain;
    for (std::size_t k = 1; k < threshold_.size(); ++k)
      threshold_[k] = 0.3 * gain / static_cast<double>(visits) *
                      std::exp(std::min(0.0, decay_) * (std::pow(2.0, static_cast<double>(k)) - 1));
  }

  const Problem& problem_;
  const Dense& dense_;
  RowOrder order_;
  bool replacement_;  // no row rests then
  std::size_t parts_;
  Vector alpha_, v_;
  double centre_ = 0, sigma_ = 1, inverse_smoothness_ = 0;
  std::vector<std::uint8_t> day_;
  std::vector<int> level_;
  std::vector<std::pair<std::uint64_t, double>> gains_;
  std::array<double, 8> threshold_{};
  double last_gain_ = 0, decay_ = 0;
  int sweep_ = 0;
  std::vector<int> exponent_;    // g
  int limit_ = 0, highest_ = 0;  // G
  int too_much_ = 0, tried_in_ = 0;
  Vector held_, centre_of_term_;   // u, c
  double visited_ = 0, gain_ = 0;  // since c moved
  double gained_ = 0;
};

// Duals may differ by rounding where the textbook has a zero.
void check_close(std::span<const double> found, const Vector& textbook) {
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < textbook.size(); ++i) {
    largest = std::max(largest, std::abs(textbook[i]));
    error = std::max(error, std::abs(found[i] - textbook[i]));
  }
  CHECK(error <= 1e-10 * largest);
}

void check_against_textbook(const char* loss_name, Penalty penalty, bool intercept, std::uint64_t parts,
                            const char* order) {
  const std::string name = loss_name, row_order = order;
  CAPTURE(name);
  CAPTURE(penalty.l1);
  CAPTURE(penalty.l2);
  CAPTURE(intercept);
  CAPTURE(parts);
  CAPTURE(row_order);
  RandomRows shape;
  shape.weighted = true;
  if (name == "squared") shape.labels = RandomLabels::real;
  const Dataset data = random_rows(shape);
  const auto loss = loss::make(loss_name);
  const Problem problem(data, *loss, penalty, intercept);
  const Dense dense(problem);
  SolverOptions options;
  options.parts = parts;
  options.order = order;
  options.seed = 3;
  DenseSdca textbook(problem, dense, options);
  const auto sdca = solver::make("sdca", options);
  sdca->start(problem, Vector(problem.dimension(), 0.0));
  for (int sweep = 0; sweep < 20; ++sweep) {
    CAPTURE(sweep);
    sdca->epoch();
    textbook.sweep();
    check_same_weights(sdca->weights(), textbook.weights());
    check_close(sdca->duals()->alpha, textbook.alpha());
    check_close(sdca->duals()->v, textbook.v());
  }
  CHECK(sdca->updates() > 150);
}

}  // namespace

TEST_CASE("sdca makes the iterates of the dense textbook loop") {
  for (const char* loss : {"logistic", "squared", "squared-hinge", "hinge"})
    for (const Penalty penalty : {Penalty{0, 0.02}, Penalty{0.01, 0.005}})
      for (const bool intercept : {false, true})
        check_against_textbook(loss, penalty, intercept, 1, "reshuffle");
  // Little l2, so that the proximal term has work to do.
  for (const char* loss : {"logistic", "squared", "squared-hinge"})
    for (const double l2 : {1e-3, 1e-4})
      for (const bool intercept : {false, true})
        check_against_textbook(loss, {0, l2}, intercept, 1, "reshuffle");
  check_against_textbook("logistic", {0, 0.02}, false, 1, "sequential");
  // The textbook's ascent throughout, with little l2 too.
  for (const double l2 : {0.02, 1e-3}) check_against_textbook("logistic", {0, l2}, false, 1, "random");
}

TEST_CASE("sdca with several parts makes the iterates of the dense textbook loop") {
  for (const char* loss : {"logistic", "squared", "hinge"})
    for (const Penalty penalty : {Penalty{0, 0.02}, Penalty{0.01, 0.005}})
      for (const std::uint64_t parts : {2U, 3U})
        check_against_textbook(loss, penalty, true, parts, "reshuffle");
  check_against_textbook("logistic", {0, 0.02}, true, 3, "random");
  // Little l2: parts of few features know no proximal term.
  check_against_textbook("logistic", {0, 1e-3}, true, 3, "reshuffle");
}
