// What to say of a run that left the numbers.
#pragma once
#include <string>

#include "sparselearn/engine/problem.hpp"

namespace sparselearn {

/// "in epoch 3 with step 0.5", and the row that stands out where one does: a row whose smoothness s_i |x_i|^2
/// is over a hundred times that of the others limits the step alone.
std::string divergence_text(const Problem& problem, double epoch, double step);

}  // namespace sparselearn
