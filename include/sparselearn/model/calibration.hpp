// What makes the score of a classifier of two labels a probability that was fitted to rows held out.
#pragma once
#include <cstdint>
#include <vector>

namespace sparselearn {

struct Calibration {
  enum class Kind : std::uint8_t { none, platt, isotonic };
  Kind kind = Kind::none;
  /// platt: P = 1 / (1 + exp(a z + b)).
  double a = 0, b = 0;
  /// isotonic: P at ascending scores; linear between them, constant beyond the first and the last.
  std::vector<double> scores, probabilities;

  explicit operator bool() const { return kind != Kind::none; }
  bool operator==(const Calibration&) const = default;
  /// P(label of +1) at the score z. There must be a calibration.
  double probability(double z) const;
};

}  // namespace sparselearn
