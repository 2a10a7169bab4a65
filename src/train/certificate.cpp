#include <string>

#include "sparselearn/base/number.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {

std::string Certificate::text() const {
  const std::string what = kind == Kind::duality_gap ? "duality gap " : "projected gradient ";
  const std::string comparison =
      what + to_text(value, 2) + (value <= target ? " <= " : " > ") + to_text(target, 2);
  return converged ? "converged: " + comparison : "not converged: " + reason + detail + ", " + comparison;
}

}  // namespace sparselearn
