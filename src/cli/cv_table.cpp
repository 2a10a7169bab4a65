#include "cli/cv_table.hpp"

#include <cmath>

#include "cli/screen.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

std::string mark(const CvResults& results, std::size_t point) {
  std::string text = point == results.choice.best ? "best" : "";
  if (point == results.choice.one_standard_error)
    text += (text.empty() ? "" : ", ") + std::string("one-standard-error");
  return text;
}

std::string rounded(double value, int digits) { return std::isnan(value) ? "-" : to_text(value, digits); }

std::string header_line(const CvResults& results) {
  std::vector<std::string> fields{"l1",   "l2",         "metric",   "mean",      "standard_error",
                                  "loss", "loss_error", "nonzeros", "converged", "mark"};
  for (const char* figure : {"metric", "loss", "nonzeros"})
    for (std::size_t k = 1; k <= results.scores.front().size(); ++k)
      fields.push_back(std::string(figure) + "_" + std::to_string(k));
  return csv_line(fields);
}

std::string point_line(const CvResults& results, std::size_t p) {
  const PointSummary& point = results.points[p];
  std::vector<std::string> fields{csv_field(point.point.l1),
                                  csv_field(results.l2(p)),
                                  results.metric,
                                  csv_field(point.metric.mean),
                                  csv_field(point.metric.error),
                                  csv_field(point.loss.mean),
                                  csv_field(point.loss.error),
                                  csv_field(point.nonzeros),
                                  std::to_string(point.converged),
                                  mark(results, p)};
  for (const FoldScore& fold : results.scores[p]) fields.push_back(csv_field(fold.metric));
  for (const FoldScore& fold : results.scores[p]) fields.push_back(csv_field(fold.loss));
  for (const FoldScore& fold : results.scores[p])
    fields.push_back(fold.fitted ? std::to_string(fold.nonzeros) : "");
  return csv_line(fields);
}

}  // namespace

std::string cv_table(const CvResults& results) {
  std::vector<std::vector<std::string>> lines{
      {"", "l1", "l2", results.metric, "error", "loss", "error", "nonzeros"}};
  for (std::size_t p = 0; p < results.points.size(); ++p) {
    const PointSummary& point = results.points[p];
    lines.push_back({mark(results, p), to_text(point.point.l1, 4), to_text(results.l2(p), 4),
                     rounded(point.metric.mean, 6), rounded(point.metric.error, 2),
                     rounded(point.loss.mean, 6), rounded(point.loss.error, 2), rounded(point.nonzeros, 6)});
  }
  return table_text(lines, 1);
}

std::string cv_csv(const CvResults& results) {
  std::string text = header_line(results);
  for (std::size_t p = 0; p < results.points.size(); ++p) text += point_line(results, p);
  return text;
}

}  // namespace sparselearn::cli
