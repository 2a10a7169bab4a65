// A trace that TraceWriter wrote, back in memory.
#pragma once
#include <string>
#include <vector>

#include "sparselearn/train/trace_writer.hpp"

namespace sparselearn {

/// All evaluations of one run.
struct TraceOfRun {
  TraceRun run;
  std::vector<TraceRow> rows;
};

/// The runs of a file in the order they begin in. Throws IoError; DataError (FILE:LINE) for a missing column
/// or a field that is no number.
std::vector<TraceOfRun> read_trace(const std::string& path);

}  // namespace sparselearn
