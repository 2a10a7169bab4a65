// What a loss answers unless it says otherwise.
#include "sparselearn/loss/loss.hpp"

#include <stdexcept>
#include <string>

namespace sparselearn {
namespace {

[[noreturn]] void no_such(const Loss& loss, const char* what) {
  throw std::logic_error("the loss " + std::string(loss.name()) + " has no " + what);
}

}  // namespace

double Loss::conjugate(double, double) const { no_such(*this, "conjugate of one score"); }
double Loss::conjugates(std::span<const double>, std::span<const double>, std::span<const float>) const {
  no_such(*this, "conjugate of one score");
}
Loss::Domain Loss::conjugate_domain(double) const { no_such(*this, "conjugate of one score"); }
double Loss::dual_step(double, double, double, double) const { no_such(*this, "dual step"); }
double Loss::conjugate_at(const double* u, double y) const { return conjugate(*u, y); }
double Loss::probability(double) const { return std::numeric_limits<double>::quiet_NaN(); }
std::vector<double> Loss::kinks(double) const { return {}; }
std::unique_ptr<Loss> Loss::smoothed(double) const { return nullptr; }

}  // namespace sparselearn
