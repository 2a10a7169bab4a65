#include "solver/variance_reduced/lazy_iterate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

constexpr double least_shrink = 0.9;  // below, P_t would wear out within some hundred steps
constexpr double worn = 1e-30;        // P_t, where u is large enough

// value(k) of a row's k-th nonzero: rows of ones cost no load.
template <class Body>
decltype(auto) with_values(const RowView& row, const Body& body) {
  const float* value = row.value;
  if (value) return body([value](std::size_t k) { return static_cast<double>(value[k]); });
  return body([](std::size_t) { return 1.0; });
}

}  // namespace

void LazyIterate::reset(const Problem& problem, std::span<const double> w0) {
  penalty_ = problem.penalty();
  most_steps_ = 2 * problem.rows() + 1024;
  outputs_ = problem.outputs();
  stride_ = (1 + 2 * outputs_ + 3) / 4 * 4;
  cells_.assign(problem.features() * stride_, 0.0);
  intercepts_.assign(problem.intercept() ? outputs_ : 0, 0.0);
  intercept_means_ = intercepts_;
  power_ = 1;
  sum_ = now_ = 0;
  set_weights(w0);
}

void LazyIterate::set_step(double step) {
  catch_up();
  step_ = step;
  const double shrink = 1 - step * penalty_.l2;
  scaled_ = penalty_.l1 == 0 && shrink >= least_shrink;
  lazy_ = LazyStep(step, penalty_, scaled_ ? 1 : most_steps_);
}

void LazyIterate::scores(const RowView& row, double* z) {
  if (!scaled_)
    counted_scores(row, z);
  else if (outputs_ == 1)
    *z = with_values(row, [&](const auto& value) { return scaled_score(row, value); });
  else
    scaled_scores(row, z);
  for (std::size_t c = 0; c < intercepts_.size(); ++c) z[c] += intercepts_[c];
}

void LazyIterate::move(const RowView& row, const double* change, double visit, double refresh) {
  if (!scaled_) {
    counted_moves(row, change, visit, refresh);
  } else {
    power_ *= lazy_.shrink();
    sum_ += step_ / power_;
    const double gradient = step_ * visit / power_;
    if (outputs_ == 1)
      with_values(row,
                  [&](const auto& value) { scaled_move(row, gradient * *change, refresh * *change, value); });
    else
      scaled_moves(row, change, gradient, refresh);
    if (power_ < worn) catch_up();
  }
  for (std::size_t c = 0; c < intercepts_.size(); ++c) {
    intercepts_[c] -= step_ * (visit * change[c] + intercept_means_[c]);
    intercept_means_[c] += refresh * change[c];
  }
}

template <class Value>
double LazyIterate::scaled_score(const RowView& row, const Value& value) const {
  const double* cells = cells_.data();
  const auto term = [&](std::size_t k) {
    const double* cell = cells + std::size_t{row.index[k]} * 4;
    return value(k) * (cell[1] - cell[2] * (sum_ - cell[0]));
  };
  return power_ * four_lane_sum(row.size, term);
}

template <class Value>
void LazyIterate::scaled_move(const RowView& row, double gradient, double refreshed, const Value& value) {
  double* cells = cells_.data();
  const double now = sum_;
  for (std::size_t k = 0; k < row.size; ++k) {
    double* cell = cells + std::size_t{row.index[k]} * 4;
    const double x = value(k), m = cell[2];
    cell[1] -= m * (now - cell[0]) + gradient * x;
    cell[2] = m + refreshed * x;
    cell[0] = now;
  }
}

void LazyIterate::scaled_scores(const RowView& row, double* z) const {
  const std::size_t outputs = outputs_;
  std::fill_n(z, outputs, 0.0);
  for (std::size_t k = 0; k < row.size; ++k) {
    const double* cell = cells_.data() + row.index[k] * stride_;
    const double x = static_cast<double>(row.value_at(k)), owed = sum_ - cell[0];
    const double *w = cell + 1, *m = w + outputs;
    for (std::size_t c = 0; c < outputs; ++c) z[c] += x * (w[c] - m[c] * owed);
  }
  for (std::size_t c = 0; c < outputs; ++c) z[c] *= power_;
}

void LazyIterate::scaled_moves(const RowView& row, const double* change, double gradient, double refresh) {
  const std::size_t outputs = outputs_;
  for (std::size_t k = 0; k < row.size; ++k) {
    double* at = cell(row.index[k]);
    const double x = static_cast<double>(row.value_at(k)), owed = sum_ - at[0];
    double *w = at + 1, *m = w + outputs;
    for (std::size_t c = 0; c < outputs; ++c) {
      w[c] -= m[c] * owed + gradient * x * change[c];
      m[c] += refresh * x * change[c];
    }
    at[0] = sum_;
  }
}

void LazyIterate::counted_scores(const RowView& row, double* z) {
  std::fill_n(z, outputs_, 0.0);
  for (std::size_t k = 0; k < row.size; ++k) {
    double* at = cell(row.index[k]);
    const double x = static_cast<double>(row.value_at(k));
    const auto owed = static_cast<std::uint64_t>(now_ - at[0]);
    at[0] = now_;
    for (std::size_t c = 0; c < outputs_; ++c) {
      at[1 + c] = lazy_.advance(at[1 + c], at[1 + outputs_ + c], owed);
      z[c] += x * at[1 + c];
    }
  }
}

void LazyIterate::counted_moves(const RowView& row, const double* change, double visit, double refresh) {
  now_ += 1;
  const double shrink = lazy_.shrink(), threshold = lazy_.threshold();
  for (std::size_t k = 0; k < row.size; ++k) {
    double* at = cell(row.index[k]);
    const double x = static_cast<double>(row.value_at(k));
    at[0] = now_;
    for (std::size_t c = 0; c < outputs_; ++c) {
      double &w = at[1 + c], &m = at[1 + outputs_ + c];
      w = soft_threshold(shrink * w - step_ * (visit * x * change[c] + m), threshold);
      m += refresh * x * change[c];
    }
  }
}

void LazyIterate::catch_up() {
  for_each_slice(features(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t f = begin; f < end; ++f) {
      double* at = cell(f);
      double *w = at + 1, *m = w + outputs_;
      const double owed = (scaled_ ? sum_ : now_) - at[0];
      at[0] = 0;
      for (std::size_t c = 0; c < outputs_; ++c)
        w[c] = scaled_ ? power_ * (w[c] - m[c] * owed)
                       : lazy_.advance(w[c], m[c], static_cast<std::uint64_t>(owed));
    }
  });
  power_ = 1;
  sum_ = now_ = 0;
}

void LazyIterate::copy_weights(std::span<double> w) {
  catch_up();
  for_each([&](std::size_t j, double& weight, double&) { w[j] = weight; });
}

void LazyIterate::copy_means(std::span<double> m) {
  catch_up();
  for_each([&](std::size_t j, double&, double& mean) { m[j] = mean; });
}

void LazyIterate::set_weights(std::span<const double> w) {
  catch_up();
  for_each([&](std::size_t j, double& weight, double&) { weight = w[j]; });
}

void LazyIterate::state(Archive& archive) {
  catch_up();
  archive(cells_)(intercepts_)(intercept_means_);
  double step = step_;
  archive(step);
  archive.require(std::isfinite(step) && step >= 0 && (penalty_.l1 == 0 || step * penalty_.l2 <= 1));
  for (std::size_t f = 0; f < features(); ++f) archive.require(*cell(f) == 0);  // caught up: nothing is owed
  if (archive.loading()) set_step(step);
}

}  // namespace sparselearn
