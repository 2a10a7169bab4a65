#include "cli/value.hpp"

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

std::optional<Value> Value::unless_auto() const {
  return text_ == "auto" ? std::nullopt : std::optional(*this);
}

}  // namespace sparselearn::cli
