// The one training loop: epochs, stopping, evaluation off the clock, trace, saved runs.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sparselearn/engine/problem.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

/// One evaluation: a row of the trace. NaN where unknown.
struct TraceRow {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  double epoch = 0;  // gradient evaluations / N
  std::uint64_t updates = 0;
  double seconds = 0;  // training alone
  double objective = unknown;
  double train_loss = unknown;
  double grad_norm = unknown;    // |projected gradient|_inf
  double duality_gap = unknown;  // F(w) - best lower bound
  std::uint64_t nonzeros = 0;
  double step = unknown;
  double valid_loss = unknown;
  double valid_metric = unknown;
  double passes = 0;
};

struct TrainOptions {
  double epochs = 100;
  double tolerance = 1e-4;       // relative; see Certificate
  double time_limit = 0;         // seconds of training; 0: none
  double trace_every = 1;        // epochs between evaluations
  bool all_figures = true;       // false: rows lack |gradient| where the certificate can do without,
                                 // and are left out where the solver knows that they could not end the run
  bool last_figures = false;     // the last row lacks nothing, whatever all_figures is
  std::uint64_t early_stop = 0;  // evaluations without improvement on the validation data; 0: off
};

/// Why training ended and what was proved.
struct Certificate {
  enum class Kind { duality_gap, gradient_norm };
  Kind kind = Kind::gradient_norm;
  bool converged = false;
  double value = TraceRow::unknown;   // gap, or |projected gradient|_inf
  double target = TraceRow::unknown;  // tol * F(0), or tol * |gradient at 0|_inf
  std::string reason;  // when not converged: "epoch limit", "time limit", "precision limit", "interrupted",
                       // "early stop", "diverged"
  std::string detail = {};  // what more is to be said of the reason
  /// `converged: duality gap 3.1e-09 <= 1e-08` or `not converged: ...`.
  std::string text() const;
};

struct TrainResult {
  /// dimension() doubles; the best on validation data with early stopping, else the last; of a run that
  /// diverged the last before, or 0.
  std::vector<double> weights;
  Certificate certificate;
  TraceRow last;  // of these weights, but for the work, which is the whole run's
  double evaluation_seconds = 0;
};

/// What the loop tells its caller. on_row is called for row 0 (the start point) and every evaluation,
/// on_weights after it with the weights evaluated; keep_going is asked between epochs; validate, if set,
/// fills valid_loss and valid_metric (larger is better if `larger_is_better`). `save`, if set, is given the
/// run as it stands, for resume(): between epochs when `save_due` says so, when keep_going says no or the
/// time limit is met, and when the run has ended by anything but divergence. A run costs its solver's state
/// and a trace row an evaluation to save; saving changes nothing.
struct TrainHooks {
  std::function<void(const TraceRow&)> on_row;
  std::function<void(std::span<const double> weights, const TraceRow& row)> on_weights;
  std::function<bool()> keep_going;
  std::function<void(std::span<const double> weights, TraceRow& row)> validate;
  bool larger_is_better = false;
  std::function<bool()> save_due;
  std::function<void(std::string run)> save;
};

/// Runs `solver` on `problem` from w0 (empty: zero).
TrainResult train(const Problem& problem, Solver& solver, const TrainOptions& options,
                  const TrainHooks& hooks = {}, std::span<const double> w0 = {});

/// Goes on with a run that TrainHooks::save was given, to the rows and the result, bit for bit, that it would
/// have come to without a break; seconds are added up. Everything must be as it was for train(), but for the
/// number of threads and the time limit. on_row first gets the rows of the run so far. A run that had ended
/// is not touched. Throws DataError for a run of another problem or solver.
TrainResult resume(const Problem& problem, Solver& solver, const TrainOptions& options,
                   const std::string& run, const TrainHooks& hooks = {}, std::span<const double> w0 = {});

}  // namespace sparselearn
