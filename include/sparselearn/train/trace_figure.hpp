// From traces to a figure: how any column goes with the work done.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sparselearn/base/csv.hpp"
#include "sparselearn/train/figure.hpp"

namespace sparselearn {

struct TraceAxes {
  enum class Scale { automatic, logarithmic, linear };
  std::string x = "passes";         // passes, epochs, seconds, updates
  std::string y = "suboptimality";  // F - F*, or a column
  std::optional<double>
      optimum;  // F*; empty: the least objective of all runs with the same dataset, loss, l1, l2
  Scale scale = Scale::automatic;  // logarithmic for suboptimality, duality_gap, grad_norm and step
};

/// What a horizontal axis is called, unit included.
std::string axis_label(const std::string& x);

/// A line a run (the column `run` of a file), called by its solver and by what tells it from the others:
/// data, loss, penalties, threads, seed, and file or number where these do not. Throws DataError (FILE:LINE)
/// for a column that is missing and a field that is no number.
Figure trace_figure(const std::vector<CsvTable>& traces, const TraceAxes& axes);

}  // namespace sparselearn
