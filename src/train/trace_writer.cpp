#include "sparselearn/train/trace_writer.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

constexpr std::string_view header =
    "run,dataset,solver,loss,l1,l2,threads,seed,epoch,updates,seconds,objective,train_loss,grad_norm,duality_"
    "gap,nonzeros,step,"
    "valid_loss,valid_metric,passes";
constexpr std::string_view line_end = "\r\n";

// The largest number in the first column. Only a line's begin counts, so a quoted line break could at worst
// skip a number.
std::uint64_t largest_run(std::string_view rows) {
  std::uint64_t largest = 0;
  while (!rows.empty()) {
    const std::size_t end = std::min(rows.find('\n'), rows.size() - 1) + 1;
    if (const auto run = parse_unsigned(rows.substr(0, std::min(rows.find(','), end))))
      largest = std::max(largest, *run);
    rows.remove_prefix(end);
  }
  return largest;
}

// The rows of an earlier trace, without its header; empty where there is none yet.
std::string earlier_rows(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return {};
  std::string text = read_file(path);
  if (text.empty()) return {};
  const std::size_t end = text.find('\n');
  std::string_view first(text.data(), std::min(end, text.size()));
  if (first.ends_with('\r')) first.remove_suffix(1);
  if (first != header)
    throw DataError(Place{path, 1, 1},
                    "this is not a trace with the columns of this program; nothing is appended",
                    std::string(first.substr(0, 200)));
  text.erase(0, end == std::string::npos ? text.size() : end + 1);
  if (!text.empty() && text.back() != '\n') text += line_end;
  return text;
}

}  // namespace

TraceWriter::TraceWriter(const std::string& path, Existing existing) : file_(path) {
  const std::string rows = existing == Existing::append ? earlier_rows(path) : std::string();
  next_run_ = std::to_string(largest_run(rows) + 1);
  file_.write(std::string(header) + std::string(line_end) + rows);
}

void TraceWriter::write(const TraceRun& run, const TraceRow& row) {
  const std::string fields[] = {run.run,
                                run.dataset,
                                run.solver,
                                run.loss,
                                csv_field(run.l1),
                                csv_field(run.l2),
                                std::to_string(run.threads),
                                std::to_string(run.seed),
                                csv_field(row.epoch),
                                std::to_string(row.updates),
                                csv_field(row.seconds),
                                csv_field(row.objective),
                                csv_field(row.train_loss),
                                csv_field(row.grad_norm),
                                csv_field(row.duality_gap),
                                std::to_string(row.nonzeros),
                                csv_field(row.step),
                                csv_field(row.valid_loss),
                                csv_field(row.valid_metric),
                                csv_field(row.passes)};
  file_.write(csv_line(fields));
}

}  // namespace sparselearn
