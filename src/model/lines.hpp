// Models that are text, walked line by line and word by word; what is wrong is told with its place.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "sparselearn/base/error.hpp"

namespace sparselearn::model {

/// Walks the lines of a file and says where one is wrong.
class Lines {
 public:
  Lines(std::string_view bytes, const std::string& path) : rest_(bytes), path_(path) {}

  bool next() {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) {
      ++number_;
      line_ = rest_;
      fail("the file ends in the middle of a line", line_.size());
    }
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.remove_suffix(1);
    ++number_;
    return true;
  }
  void need(const std::string& what) {
    if (next()) return;
    throw DataError(Place{path_, number_ + 1, 1}, "the file ends where " + what + " should be");
  }
  std::string_view line() const { return line_; }
  /// Bytes behind the line.
  std::size_t left() const { return rest_.size(); }
  [[noreturn]] void fail(const std::string& message, std::size_t offset = 0) const {
    throw DataError(Place{path_, number_, offset + 1}, message, std::string(line_.substr(0, shown)),
                    std::min<std::size_t>(offset, shown));
  }

 private:
  static constexpr std::size_t shown = 200;  // characters of a line that a message quotes

  std::string_view rest_;
  std::string_view line_;
  const std::string& path_;
  std::uint64_t number_ = 0;
};

/// The blank-separated words of a line, with their offsets.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line) {}
  std::string_view next() {
    at_ = std::min(end_ + (end_ > 0 ? 1 : 0), line_.size());
    end_ = std::min(line_.find(' ', at_), line_.size());
    return line_.substr(at_, end_ - at_);
  }
  bool done() const { return end_ >= line_.size(); }
  std::size_t offset() const { return at_; }
  std::size_t end() const { return end_; }

 private:
  std::string_view line_;
  std::size_t at_ = 0, end_ = 0;
};

}  // namespace sparselearn::model
