// The weights of a run at each evaluation, as CSV: a way through the space of the weights, to look at and to
// draw. Columns: run, solver, problem, epoch, passes, seconds, objective, then a column a coefficient, wJ for
// feature J (named as the data names it; wJ_K of score K where a row has several) and b for the intercept.
// Written beside its place and renamed.
#pragma once
#include <cstdint>
#include <string>

#include "sparselearn/base/output_file.hpp"
#include "sparselearn/model/model.hpp"
#include "sparselearn/train/trace_writer.hpp"

namespace sparselearn {

class WeightTrace {
 public:
  /// Beyond this many coefficients a row is nothing to look at.
  static constexpr std::uint64_t most_coefficients = 1000;

  /// `model` has the shape of those to come; `problem` says what is minimised, for who reads the file. Throws
  /// IoError; UsageError for too many coefficients.
  WeightTrace(const std::string& path, const Model& model, std::string problem);

  void write(const TraceRun& run, const TraceRow& row, const Model& model);
  void commit() { file_.commit(); }

 private:
  std::string problem_;
  OutputFile file_;
};

}  // namespace sparselearn
