// Standard error: messages, the progress bar, errors. Results never go here, diagnostics never elsewhere.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/arguments.hpp"

namespace sparselearn::cli {

/// A line on standard error, whatever -q says.
void say(std::string_view line);
/// "sparselearn: error: MESSAGE"
void say_error(std::string_view message);
/// FILE:LINE:COLUMN: error: MESSAGE, the line's start, and a caret under the fault.
void say_data_error(const DataError& error);

/// "3.2 s", "4 min 10 s", "2 h 05 min".
std::string duration_text(double seconds);
/// Rows of names and values, the values in one column: "name   value\n".
std::string aligned(const std::vector<std::pair<std::string, std::string>>& rows);

/// Lines of as many cells each, in columns as wide as their widest cell; the first `left` columns stand to
/// the left, the others, numbers, to the right.
std::string table_text(const std::vector<std::vector<std::string>>& lines, std::size_t left);

/// What a run tells while it goes on; --progress, -q and -v decide how much.
class Screen {
 public:
  explicit Screen(const Arguments& arguments);
  ~Screen() { clear(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  bool quiet() const { return quiet_; }
  bool verbose() const { return verbose_; }
  /// A line, unless quiet.
  void note(std::string_view line);
  /// Several lines, unless quiet.
  void block(std::string_view lines);
  /// Redraws the bar, at most ten times a second; part in [0, 1], negative when unknown.
  void progress(double part, std::string_view what);
  /// Takes the bar away.
  void clear();

 private:
  bool quiet_ = false, verbose_ = false, bar_ = false, drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace sparselearn::cli
