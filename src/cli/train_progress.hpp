// The bar of a fit: how far, how good, and how long it can still take.
#pragma once
#include <chrono>
#include <string>

#include "cli/screen.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn::cli {

class Progress {
 public:
  /// `prefix` stands before every line: which fit this is, where there are several.
  Progress(Screen& screen, double epochs, std::string prefix);
  /// Remembers an evaluation, and tells it where -v was given.
  void row(const TraceRow& row);
  /// Redraws the bar after so many epochs.
  void tick(double epochs);

 private:
  Screen& screen_;
  double limit_;
  std::string prefix_;
  TraceRow row_;
  double from_ = 0;  // the epoch a resumed fit went on from
  bool ticked_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace sparselearn::cli
