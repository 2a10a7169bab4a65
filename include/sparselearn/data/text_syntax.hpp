// What text of rows can look like.
#pragma once
#include <cstdint>

namespace sparselearn {

enum class TextSyntax : std::uint8_t {
  libsvm,
  vw,   // Vowpal Wabbit's simple form
  csv,  // a header, then numbers
};

/// Names of features in Vowpal Wabbit's form are hashed to so many bits.
inline constexpr unsigned usual_name_bits = 24;

}  // namespace sparselearn
