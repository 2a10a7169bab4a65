#pragma once

namespace sparselearn {

/// The longest shortest decimal of a double, "-2.2250738585072014e-308", has 24 characters; copies of a fixed
/// size may run over that.
inline constexpr int longest_decimal = 48;

/// Writes what std::to_chars(out, ..., value) would, in about two thirds of the time for most numbers in use:
/// the shortest decimal that reads back to the same value, of several the nearest; fixed or with an exponent,
/// whichever is shorter. `value` is finite, `out` has room for longest_decimal characters. Returns the end.
char* write_shortest(char* out, double value);

}  // namespace sparselearn
