// One body for the fuzzer and the unit tests: a text read as a trace is refused, or comes back from what is
// written of it; what is drawn of it holds no command of gnuplot that is not ours.
#pragma once
#include <string>

#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/train/trace_figure.hpp"
#include "sparselearn/train/trace_reader.hpp"
#include "support/memory_file.hpp"

/// True when every quote that the line opens is closed, and nothing outside of quotes is evaluated by
/// gnuplot.
inline bool is_tame(std::string_view line) {
  bool inside = false;
  for (const char c : line) {
    if (c == '\'') inside = !inside;
    if (!inside && (c == '`' || c == '!' || c == '"' || c == ';')) return false;
  }
  return !inside;
}

inline std::string script_fault(const sparselearn::CsvTable& table, const char* column) {
  using namespace sparselearn;
  TraceAxes axes;
  axes.y = column;
  try {
    const std::string script = gnuplot_script(trace_figure({table}, axes), FigureFormat::svg, {});
    for (std::size_t at = 0; at < script.size();) {
      const std::size_t end = std::min(script.find('\n', at), script.size());
      if (!is_tame(std::string_view(script).substr(at, end - at)))
        return "a line of the script: " + script.substr(at, end - at);
      at = end + 1;
    }
  } catch (const DataError&) {
  } catch (const UsageError&) {  // no point to draw
  }
  return "";
}

inline std::string again(const sparselearn::CsvTable& table) {
  std::string text = sparselearn::csv_line(table.header());
  for (const auto& row : table.rows()) text += sparselearn::csv_line(row.fields);
  return text;
}

/// Reads the text as `plot` and `compare` do. "" when all is well, refusal included.
inline std::string trace_fault(const std::string& text, bool* was_read = nullptr) {
  using namespace sparselearn;
  try {
    const CsvTable table = CsvTable::parse("trace.csv", text);
    const std::string written = again(table);
    if (again(CsvTable::parse("trace.csv", written)) != written) return "does not come back";
    for (const char* column : {"suboptimality", "grad_norm"})
      if (const std::string wrong = script_fault(table, column); !wrong.empty()) return wrong;
    const std::vector<TraceOfRun> runs = read_trace(MemoryFile(text).path());
    std::size_t rows = 0;
    for (const TraceOfRun& run : runs) rows += run.rows.size();
    if (rows != table.rows().size()) return "rows are lost";
    if (was_read) *was_read = rows > 0;
  } catch (const DataError&) {
  }
  return "";
}
