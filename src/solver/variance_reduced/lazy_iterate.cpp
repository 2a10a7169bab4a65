#include "solver/variance_reduced/lazy_iterate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

constexpr double least_shrink = 0.9;  // below, P_t would wear out within some hundred steps
constexpr double worn = 1e-30;        // P_t, where u is large enough

}  // namespace

void LazyIterate::reset(const Problem& problem, std::span<const double> w0) {
  penalty_ = problem.penalty();
  most_steps_ = 2 * problem.rows() + 1024;
  outputs_ = problem.outputs();
  stride_ = penalty_.l1 > 0 ? (2 * outputs_ + 1 + 3) / 4 * 4 : 2 * outputs_;
  cells_.assign(problem.features() * stride_, 0.0);
  since_.clear();
  scaled_ = true;
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
  since_.assign(scaled_ || penalty_.l1 > 0 ? 0 : features(), 0.0);
}

void LazyIterate::scores(const RowView& row, double* z) {
  if (!scaled_) {
    counted_scores(row, z);
  } else if (outputs_ == 1) {
    const Pair products = dot(row, pairs());
    *z = power_ * (products[0] - products[1] * sum_);
  } else {
    scaled_scores(row, z);
  }
  for (std::size_t c = 0; c < intercepts_.size(); ++c) z[c] += intercepts_[c];
}

void LazyIterate::move(const RowView& row, const double* change, double visit, double refresh) {
  now_ += 1;
  if (!scaled_) {
    counted_moves(row, change, visit, refresh);
  } else {
    // The step is by the m before: u takes back what the Q_t so far would make of the news in m.
    power_ *= lazy_.shrink();
    sum_ += step_ / power_;
    const double of_u = refresh * sum_ - step_ * visit / power_;
    if (outputs_ == 1)
      axpy(Pair{of_u * *change, refresh * *change}, row, pairs());
    else
      scaled_moves(row, change, of_u, refresh);
    if (power_ < worn || now_ >= static_cast<double>(most_steps_)) catch_up();
  }
  for (std::size_t c = 0; c < intercepts_.size(); ++c) {
    intercepts_[c] -= step_ * (visit * change[c] + intercept_means_[c]);
    intercept_means_[c] += refresh * change[c];
  }
}

void LazyIterate::scaled_scores(const RowView& row, double* z) const {
  const std::size_t outputs = outputs_;
  std::fill_n(z, outputs, 0.0);
  for (std::size_t k = 0; k < row.size; ++k) {
    const double *u = cells_.data() + row.index[k] * stride_, *m = u + outputs;
    const double x = static_cast<double>(row.value_at(k));
    for (std::size_t c = 0; c < outputs; ++c) z[c] += x * (u[c] - m[c] * sum_);
  }
  for (std::size_t c = 0; c < outputs; ++c) z[c] *= power_;
}

void LazyIterate::scaled_moves(const RowView& row, const double* change, double of_u, double refresh) {
  const std::size_t outputs = outputs_;
  for (std::size_t k = 0; k < row.size; ++k) {
    double *u = cell(row.index[k]), *m = u + outputs;
    const double x = static_cast<double>(row.value_at(k));
    for (std::size_t c = 0; c < outputs; ++c) {
      u[c] += of_u * x * change[c];
      m[c] += refresh * x * change[c];
    }
  }
}

void LazyIterate::counted_scores(const RowView& row, double* z) {
  std::fill_n(z, outputs_, 0.0);
  for (std::size_t k = 0; k < row.size; ++k) {
    double *w = cell(row.index[k]), *m = w + outputs_;
    double& last = since(row.index[k]);
    const double x = static_cast<double>(row.value_at(k));
    const auto owed = static_cast<std::uint64_t>(now_ - last);
    last = now_;
    for (std::size_t c = 0; c < outputs_; ++c) {
      w[c] = lazy_.advance(w[c], m[c], owed);
      z[c] += x * w[c];
    }
  }
}

void LazyIterate::counted_moves(const RowView& row, const double* change, double visit, double refresh) {
  const double shrink = lazy_.shrink(), threshold = lazy_.threshold();
  for (std::size_t k = 0; k < row.size; ++k) {
    double *w = cell(row.index[k]), *m = w + outputs_;
    const double x = static_cast<double>(row.value_at(k));
    since(row.index[k]) = now_;
    for (std::size_t c = 0; c < outputs_; ++c) {
      w[c] = soft_threshold(shrink * w[c] - step_ * (visit * x * change[c] + m[c]), threshold);
      m[c] += refresh * x * change[c];
    }
  }
}

void LazyIterate::catch_up() {
  for_each_slice(features(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t f = begin; f < end; ++f) {
      double *w = cell(f), *m = w + outputs_;
      const double owed = scaled_ ? sum_ : now_ - since(f);
      if (!scaled_) since(f) = 0;
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
  if (penalty_.l1 > 0)  // caught up: nothing is owed
    for (std::size_t f = 0; f < features(); ++f) archive.require(since(f) == 0);
  if (archive.loading()) set_step(step);
}

}  // namespace sparselearn
