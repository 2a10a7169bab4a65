// The text of an option as a typed value; what does not fit is refused with the option's name and what was
// expected.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sparselearn::cli {

class Value {
 public:
  Value(std::string_view option, std::string_view text) : option_(option), text_(text) {}

  std::string_view option() const { return option_; }
  std::string text() const { return std::string(text_); }
  bool empty() const { return text_.empty(); }
  /// Any finite number.
  double number() const;
  double at_least(double least) const;
  double above(double bound) const;
  /// least <= value < bound.
  double within(double least, double bound) const;
  /// A whole number from `least` to `most`.
  std::uint64_t count(std::uint64_t least = 0, std::uint64_t most = UINT64_MAX) const;
  /// A size above 0 with a unit of powers of 1000: 500M, 1.5G, 800000.
  std::uint64_t bytes() const;
  /// Nothing for the word "auto".
  std::optional<Value> unless_auto() const;
  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  std::string_view option_, text_;
};

}  // namespace sparselearn::cli
