// The trace as CSV (RFC 4180: lines end in CRLF, fields with commas or quotes are quoted), a header and a row
// an evaluation; what is unknown is empty. Written beside its place and renamed, so that an older trace stays
// whole.
#pragma once
#include <cstdint>
#include <string>

#include "sparselearn/base/output_file.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {

/// What stays the same over the rows of one run.
struct TraceRun {
  std::string run, dataset, solver, loss;
  double l1 = 0, l2 = 0;
  std::size_t threads = 1;
  std::uint64_t seed = 1;
};

class TraceWriter {
 public:
  enum class Existing { replace, append };
  /// Throws IoError; DataError when rows shall be appended to a file that is not a trace.
  TraceWriter(const std::string& path, Existing existing);

  /// The number after the largest run number in the file, from 1.
  const std::string& next_run() const { return next_run_; }
  void write(const TraceRun& run, const TraceRow& row);
  void commit() { file_.commit(); }

 private:
  std::string next_run_ = "1";
  OutputFile file_;
};

}  // namespace sparselearn
