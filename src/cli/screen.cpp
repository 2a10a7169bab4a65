#include "cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

// Diagnostics that can not be written have no one to tell: failures are not looked at.
void put(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

// Control characters and bytes beyond ASCII become one visible character each, so that the caret stays in its
// column and the terminal stays whole.
std::string visible(std::string text) {
  for (char& c : text) {
    if (c == '\t') c = ' ';
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

std::size_t terminal_width() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string two_digits(std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

void say(std::string_view line) { put(std::string(line) + "\n"); }

void say_error(std::string_view message) { say("sparselearn: error: " + std::string(message)); }

void say_data_error(const DataError& error) {
  const std::string_view message = error.what();
  const bool placed = !error.place().file.empty();
  if (placed)
    say(message);
  else
    say(message.starts_with("error: ") ? "sparselearn: " + std::string(message)
                                       : "sparselearn: error: " + std::string(message));
  if (error.excerpt().empty()) return;
  say("  " + visible(error.excerpt()));
  say("  " + std::string(error.caret(), ' ') + "^");
}

std::string duration_text(double seconds) {
  if (!(seconds < 60)) {
    const auto whole = static_cast<std::uint64_t>(std::round(std::min(seconds, 1e15)));
    if (whole < 3600) return std::to_string(whole / 60) + " min " + two_digits(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + two_digits(whole / 60 % 60) + " min";
  }
  const double unit = seconds < 10 ? 1000 : 10;  // to the millisecond, later to the tenth
  return to_text(std::round(seconds * unit) / unit) + " s";
}

std::string aligned(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [name, value] : rows) width = std::max(width, name.size() + 2);
  std::string text;
  for (const auto& [name, value] : rows)
    text.append(name).append(width - name.size(), ' ').append(value).append("\n");
  return text;
}

std::string table_text(const std::vector<std::vector<std::string>>& lines, std::size_t left) {
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines)
    for (std::size_t k = 0; k < line.size(); ++k) widths[k] = std::max(widths[k], line[k].size());
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t k = 0; k < line.size(); ++k) {
      const std::string blanks(widths[k] - line[k].size(), ' ');
      row += k < left ? line[k] + blanks : blanks + line[k];
      if (k + 1 < line.size()) row += std::string(2, ' ');
    }
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

Screen::Screen(const Arguments& arguments) {
  quiet_ = arguments.given("quiet");
  verbose_ = arguments.given("verbose") && !quiet_;
  const std::string_view wish = arguments.text("progress");
  bar_ = !quiet_ && (wish == "always" || (wish == "auto" && ::isatty(STDERR_FILENO) == 1));
}

void Screen::note(std::string_view line) {
  if (quiet_) return;
  clear();
  say(line);
}

void Screen::block(std::string_view lines) {
  if (quiet_) return;
  clear();
  put(lines);
}

void Screen::progress(double part, std::string_view what) {
  const auto now = std::chrono::steady_clock::now();
  if (!bar_ || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  std::string line;
  if (part >= 0) {
    constexpr std::size_t cells = 20;
    const auto full = static_cast<std::size_t>(std::min(part, 1.0) * cells);
    line = "[" + std::string(full, '#') + std::string(cells - full, '.') + "] ";
  }
  line += what;
  put("\r\x1b[K" + line.substr(0, terminal_width() - 1));
  drawn_ = true;
}

void Screen::clear() {
  if (drawn_) put("\r\x1b[K");
  drawn_ = false;
}

}  // namespace sparselearn::cli
