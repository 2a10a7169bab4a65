// "did you mean": the nearest name by edit distance, for options, solvers, losses and columns.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace sparselearn {

/// The candidate within edit distance max(1, length/3) of `word` that is nearest, or "" if none is near
/// enough.
std::string closest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sparselearn
