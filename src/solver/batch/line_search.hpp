// Step lengths. For l1 = 0 a step a along d is judged by phi(a) = F(w + a d). F is convex, so phi' rises with
// a and looking for a good step is looking for the root of phi': secants inside a bracket, halving when they
// fail.
#pragma once
#include <functional>
#include <span>

#include "sparselearn/engine/objective.hpp"

namespace sparselearn::batch {

/// What --line-search may say.
enum class LineSearch { automatic, fixed, backtracking, wolfe, barzilai_borwein, exact };

/// phi(a) and phi'(a).
struct PhiPoint {
  double value = 0;
  double slope = 0;
};

/// The strong Wolfe conditions (Nocedal & Wright 2006, eq. 3.7):
///   phi(a) <= phi(0) + decrease * a * phi'(0)   and   |phi'(a)| <= curvature * |phi'(0)|.
/// Where phi(a) and phi(0) differ by rounding only, the first is judged by slopes: phi'(a) <= (2 decrease -
/// 1) phi'(0) (Hager & Zhang 2005, eq. 4.1). With curvature = infinity what remains is the Armijo condition.
struct WolfeConditions {
  double decrease = 1e-4;
  double curvature = 0.9;
  bool hold(const PhiPoint& start, double a, const PhiPoint& at) const;
};

/// A step that meets the conditions, tried from `first` on; 0 if none was found. Needs phi'(0) < 0.
double wolfe_step(const std::function<PhiPoint(double)>& phi, const PhiPoint& start, double first,
                  const WolfeConditions& conditions);

/// Armijo backtracking: the first of first, first/2, first/4, ... that meets conditions.decrease; 0 if none.
double backtracking_step(const std::function<PhiPoint(double)>& phi, const PhiPoint& start, double first,
                         const WolfeConditions& conditions);

/// phi of the smooth F on the line w + a d, from the scores z = Xw and dz = Xd: needs no pass over the data.
class ScoreLine {
 public:
  ScoreLine(const Objective& objective, std::span<const double> w, std::span<const double> d,
            std::span<const double> z, std::span<const double> dz);
  PhiPoint operator()(double a) const;

 private:
  const Objective& objective_;
  std::span<const double> z_, dz_;
  double w_w_, w_d_, d_d_;  // of the penalised weights
};

/// The first Barzilai & Borwein (1988) step s's / s'y, from the last step s and gradient change y; 0 where
/// s'y is not positive.
double barzilai_borwein_step(std::span<const double> s, std::span<const double> y);

/// The exact minimiser of the second-order model along d: -g'd / d'Hd (for a quadratic F, of F itself); 0
/// where d'Hd is not positive.
double second_order_step(std::span<const double> g, std::span<const double> d,
                         std::span<const double> hessian_d);

/// The least L with f(b) <= f(a) + f'(a)(b - a) + (L/2) |b - a|^2, from values and slopes along b - a at both
/// ends. Where the values agree to ten digits, the curvature that the slopes show (as in TFOCS; Becker,
/// Candes & Grant 2011, sec. 5.3). Infinite if f(b) is.
double local_lipschitz(const PhiPoint& a, const PhiPoint& b, double squared_length);

}  // namespace sparselearn::batch
