#include "cli/value.hpp"

#include <cmath>

#include "cli/arguments.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {

void Value::refuse(std::string_view expected) const { cli::refuse(option_, expected, text_); }

double Value::number() const {
  const auto value = parse_double(text_);
  if (!value) refuse("a number");
  return *value;
}

double Value::at_least(double least) const {
  const auto value = parse_double(text_);
  if (!value || *value < least) refuse("a number >= " + to_text(least));
  return *value;
}

double Value::above(double bound) const {
  const auto value = parse_double(text_);
  if (!value || *value <= bound) refuse("a number > " + to_text(bound));
  return *value;
}

double Value::within(double least, double bound) const {
  const auto value = parse_double(text_);
  if (!value || *value < least || *value >= bound)
    refuse("a number from " + to_text(least) + " to below " + to_text(bound));
  return *value;
}

std::uint64_t Value::count(std::uint64_t least, std::uint64_t most) const {
  const auto value = parse_unsigned(text_);
  if (value && *value >= least && *value <= most) return *value;
  const std::string upper = most == UINT64_MAX ? "" : " to " + std::to_string(most);
  refuse("a whole number from " + std::to_string(least) + upper);
}

std::uint64_t Value::bytes() const {
  constexpr std::string_view units = "KMGT";
  std::string_view digits = text_;
  double unit = 1;
  if (const auto power = digits.empty() ? units.npos : units.find(digits.back()); power != units.npos) {
    unit = std::pow(1000.0, static_cast<double>(power + 1));
    digits.remove_suffix(1);
  }
  const double size = parse_double(digits).value_or(0) * unit;
  if (!(size >= 1 && size < 1e18)) refuse("a size such as 800000, 500M or 1.5G");
  return static_cast<std::uint64_t>(size);
}

std::optional<Value> Value::unless_auto() const {
  return text_ == "auto" ? std::nullopt : std::optional(*this);
}

}  // namespace sparselearn::cli
