#include "cli/train_progress.hpp"

#include <algorithm>
#include <utility>

#include "cli/train_report.hpp"

namespace sparselearn::cli {

Progress::Progress(Screen& screen, double epochs, std::string prefix)
    : screen_(screen), limit_(epochs), prefix_(std::move(prefix)) {}

void Progress::row(const TraceRow& row) {
  row_ = row;
  if (!ticked_) from_ = row.epoch;
  if (screen_.verbose()) screen_.note(prefix_ + row_text(row));
}

void Progress::tick(double epochs) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  std::string text = prefix_ + row_text(row_);
  ticked_ = true;
  if (epochs > from_) {
    const double left = seconds / (epochs - from_) * std::max(0.0, limit_ - epochs);
    text += "  at most " + duration_text(left) + " left";
  }
  screen_.progress(limit_ > 0 ? epochs / limit_ : -1, text);
}

}  // namespace sparselearn::cli
