// The average of the iterates that a rule reports: sum_t omega_t w_t / sum_t omega_t over the updates after
// the first --averaging-start epochs, with
//   uniform      omega_t = 1          Polyak & Juditsky 1992
//   linear       omega_t = t          Lacoste-Julien, Schmidt & Bach 2012
//   weighted     omega_t = a_t        Nemirovski et al. 2009
//   exponential  omega_t = decay^-t   the last 1 / (1 - decay) updates or so
// `auto` is linear, which forgets the start by itself, unless the rule says otherwise. The rules keep the
// sums, each in the way that its idle coordinates allow; here are the weights.
#pragma once
#include <cstdint>
#include <string>

#include "solver/stochastic/updates_in.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

class Averaging {
 public:
  Averaging() = default;
  /// `automatic` is what `auto` means.
  Averaging(const Problem& problem, const SolverOptions& options, const std::string& automatic = "linear")
      : decay_(options.averaging_decay) {
    kind_ = kind_of(options.averaging == "auto" ? automatic : options.averaging);
    if (kind_ == Kind::exponential && !(decay_ > 0 && decay_ < 1))
      throw UsageError("--averaging-decay must lie in (0, 1)");
    first_ =
        static_cast<std::uint64_t>(updates_in(options.averaging_start, static_cast<double>(problem.rows()),
                                              static_cast<double>(options.batch_size), options.batch_growth));
  }

  bool on() const { return kind_ != Kind::none; }
  /// Begins an update of this step: its omega_t, 0 for one that does not count.
  double next(double step) {
    ++updates_;
    if (!on() || updates_ <= first_) return 0;
    const double omega = weight_of(step);
    total_ += omega;
    return omega;
  }
  /// Updates that do not count.
  std::uint64_t first() const { return first_; }
  /// omega_t = constant + slope t of the updates that count, where all steps are equal; not for exponential.
  struct Line {
    double constant, slope;
  };
  Line line(double step) const {
    if (kind_ == Kind::uniform) return {1, 0};
    if (kind_ == Kind::linear) return {0, 1};
    return {kind_ == Kind::weighted ? step : 0, 0};
  }
  /// sum omega_t so far; 0 while nothing is averaged.
  double total() const { return total_; }

  /// Exponential weights grow without bound: when worn(), the rule divides its sums by scale() and calls
  /// renewed().
  bool worn() const { return omega_ > 1e60; }
  double scale() const { return omega_; }
  void renewed() {
    total_ /= omega_;
    omega_ = 1;
  }

  void state(Archive& archive) { archive(updates_)(total_)(omega_); }

 private:
  enum class Kind { none, uniform, linear, weighted, exponential };

  static Kind kind_of(const std::string& name) {
    if (name == "linear") return Kind::linear;
    if (name == "none") return Kind::none;
    if (name == "uniform") return Kind::uniform;
    if (name == "weighted") return Kind::weighted;
    if (name == "exponential") return Kind::exponential;
    throw UsageError("--averaging takes auto, none, uniform, linear, weighted or exponential, not '" + name +
                     "'");
  }

  double weight_of(double step) {
    if (kind_ == Kind::uniform) return 1;
    if (kind_ == Kind::linear) return static_cast<double>(updates_);
    if (kind_ == Kind::weighted) return step;
    return omega_ /= decay_;
  }

  Kind kind_ = Kind::none;
  double decay_ = 0.999;
  std::uint64_t first_ = 0;  // updates left out
  std::uint64_t updates_ = 0;
  double total_ = 0;
  double omega_ = 1;  // exponential: decay^-t since the last renewal
};

}  // namespace sparselearn
