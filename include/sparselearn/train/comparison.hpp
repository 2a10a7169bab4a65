// What runs of several solvers on the same objective amount to: how far each got, and what it took.
#pragma once
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "sparselearn/train/train.hpp"

namespace sparselearn {

/// Levels of (F - F*) / F(0) whose cost a comparison tells, and what they are called.
struct AccuracyLevel {
  double value;
  std::string_view name;
};
inline constexpr std::array<AccuracyLevel, 4> accuracy_levels{
    {{1e-2, "1e-2"}, {1e-4, "1e-4"}, {1e-6, "1e-6"}, {1e-8, "1e-8"}}};

/// The objective that runs share: its minimum as far as it is known, and F(0), the unit of all levels.
struct Optimum {
  double value = TraceRow::unknown;        // F*: the smallest objective seen
  double lower_bound = TraceRow::unknown;  // proved; NaN where no duality gap exists
  double at_zero = TraceRow::unknown;      // F(0)

  /// Takes what one run saw into account.
  void offer(std::span<const TraceRow> rows);
  /// F* - lower bound, at least 0; NaN without one.
  double gap() const;
  /// (objective - F*) / F(0).
  double suboptimality(double objective) const { return (objective - value) / at_zero; }
};

/// What a run had spent at its first evaluation within `level` of the optimum; NaN where it never came there.
struct Effort {
  double passes = TraceRow::unknown;
  double seconds = TraceRow::unknown;
};
Effort effort_to(double level, std::span<const TraceRow> rows, const Optimum& optimum);

/// First quartile, median, third quartile, linear between the sorted values (type 7 of Hyndman & Fan 1996).
/// NaN among the values stands for "never" and is larger than all; what depends on one is NaN.
struct Quartiles {
  double first = TraceRow::unknown, median = TraceRow::unknown, third = TraceRow::unknown;
};
Quartiles quartiles(std::vector<double> values);

}  // namespace sparselearn
