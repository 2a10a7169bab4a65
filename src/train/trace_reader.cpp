#include "sparselearn/train/trace_reader.hpp"

#include <algorithm>

#include "sparselearn/base/csv.hpp"

namespace sparselearn {
namespace {

// Reads the fields of one row by the names of their columns.
class Fields {
 public:
  Fields(const CsvTable& table, const CsvTable::Row& row) : table_(table), row_(row) {}
  std::string text(std::string_view name) const { return row_.fields[table_.require_column(name)]; }
  double number(std::string_view name) const { return table_.number(row_, table_.require_column(name)); }
  std::uint64_t count(std::string_view name) const { return table_.count(row_, table_.require_column(name)); }

 private:
  const CsvTable& table_;
  const CsvTable::Row& row_;
};

TraceRun run_of(const Fields& fields) {
  TraceRun run{fields.text("run"), fields.text("dataset"), fields.text("solver"), fields.text("loss")};
  run.l1 = fields.number("l1");
  run.l2 = fields.number("l2");
  run.threads = fields.count("threads");
  run.seed = fields.count("seed");
  return run;
}

TraceRow row_of(const Fields& fields) {
  TraceRow row;
  row.epoch = fields.number("epoch");
  row.updates = fields.count("updates");
  row.seconds = fields.number("seconds");
  row.objective = fields.number("objective");
  row.train_loss = fields.number("train_loss");
  row.grad_norm = fields.number("grad_norm");
  row.duality_gap = fields.number("duality_gap");
  row.nonzeros = fields.count("nonzeros");
  row.step = fields.number("step");
  row.valid_loss = fields.number("valid_loss");
  row.valid_metric = fields.number("valid_metric");
  row.passes = fields.number("passes");
  return row;
}

}  // namespace

std::vector<TraceOfRun> read_trace(const std::string& path) {
  const CsvTable table = CsvTable::read(path);
  std::vector<TraceOfRun> traces;
  for (const CsvTable::Row& row : table.rows()) {
    const Fields fields(table, row);
    const std::string name = fields.text("run");
    auto found = std::find_if(traces.rbegin(), traces.rend(),
                              [&](const TraceOfRun& trace) { return trace.run.run == name; });
    if (found == traces.rend()) {
      traces.push_back({run_of(fields), {}});
      found = traces.rbegin();
    }
    found->rows.push_back(row_of(fields));
  }
  return traces;
}

}  // namespace sparselearn
