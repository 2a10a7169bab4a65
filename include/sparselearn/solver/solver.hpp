// What a solver is, and the table of all of them. Options are plain structs outside; a solver's own state is
// made by start(), so one solver object can be run twice.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/schedule/schedule.hpp"

namespace sparselearn {

/// Every solver option, with its default. Each solver reads the ones its line in solvers.def names; the
/// command line refuses the others. An empty optional means "auto": the solver finds a value itself and says
/// so in step().
struct SolverOptions {
  std::optional<double> step;           // --step
  std::string schedule = "auto";        // --schedule; "auto": the solver's own
  ScheduleOptions schedule_options;     // --schedule-* ; step is filled in by the solver
  std::string line_search = "auto";     // --line-search: auto|fixed|backtracking|wolfe|barzilai-borwein|exact
  std::uint64_t batch_size = 1;         // --batch-size, rows
  double batch_growth = 1;              // --batch-growth, factor an epoch
  std::string averaging = "auto";       // --averaging: auto|none|uniform|linear|weighted|exponential
  double averaging_start = 0;           // --averaging-start, epochs
  double averaging_decay = 0.999;       // --averaging-decay, exponential averaging an update
  std::optional<double> momentum;       // --momentum, mu
  bool nesterov = false;                // --nesterov
  double beta1 = 0.9, beta2 = 0.99995;  // --beta1 --beta2, adam family
  double rho = 0.99995;                 // --rho, rmsprop, adadelta
  double epsilon = 1e-8;                // --epsilon
  double beta = 1;                      // --beta, ftrl
  double gamma = 0;                     // --gamma, rda; 0: 1/step
  std::string ftrl_penalty = "average";   // --ftrl-penalty: average|total
  std::size_t memory = 0;                 // --memory, pairs of lbfgs; 0: own, 10 to 100
  double inner = 2.4;                     // --inner, svrg inner steps as a multiple of N
  bool loopless = false;                  // --loopless, svrg
  std::string snapshot = "last";          // --snapshot: last|random, svrg
  double damping = 0;                     // --damping, newton, natural-gradient, kfac
  std::string fisher = "exact";           // --fisher: exact|empirical
  std::string cg_beta = "polak-ribiere";  // --cg-beta: polak-ribiere|fletcher-reeves
  std::uint64_t restart = 0;              // --restart: steps between restarts; 0: the solver's own rule
  bool no_restart = false;                // --no-restart, nesterov
  double kappa = 0, phi = 0;              // --kappa --phi, delta-bar-delta; 0: own
  std::uint64_t truncate_every = 1;       // --truncate-every, rounding and tg
  double theta = 0;                       // --theta, rounding, tg; 0: own (tg: infinity)
  std::size_t displacements = 8;          // --displacements, passes kept by the subspace step of cd, block-cd
  std::size_t block_size = 16;            // --block-size, block-cd
  double clip_norm = 0, clip_value = 0;   // --clip-norm --clip-value; 0: none
  double gradient_noise = 0;              // --gradient-noise, variance eta of eta/(1+t)^0.55; 0: none
  std::string update = "auto";            // --update: auto|dense|lazy
  std::string order = "reshuffle";        // --order: reshuffle|once|sequential|random|curriculum
  std::string sampling = "auto";          // --sampling: auto|uniform|norm
  std::string mode = "auto";              // --mode: auto|deterministic|hogwild
  std::uint64_t parts = 0;                // --parts; 0: auto
  double epochs = 100;                    // --epochs: schedules with a horizon end there
  std::uint64_t seed = 1;                 // --seed
};

/// Dual variables a solver keeps: alpha_i (rows, file order, alpha = -loss'(z) at the optimum) and v = (1/S)
/// sum s_i alpha_i x_i (dimension() doubles, exact for these alpha).
struct Duals {
  std::span<const double> alpha;
  std::span<const double> v;
};

/// F and the gradient of its smooth part at weights(), with the scores that `objective` remembers of them.
struct Evaluated {
  Objective::Value value;
  std::span<const double> gradient;
  const Objective* objective;
};

class Solver {
 public:
  virtual ~Solver() = default;
  /// Forgets any earlier run and begins at w0 (dimension() doubles). The problem must outlive the run.
  /// Throws UsageError, naming solvers that could, for a problem it does not support.
  virtual void start(const Problem& problem, std::span<const double> w0) = 0;
  /// One unit of work: about N row gradients for stochastic, variance-reduced, dual and coordinate solvers,
  /// one outer iteration for batch ones. Throws DivergedError only if it could not recover by itself.
  virtual void epoch() = 0;
  /// The solution as of now (averaged, if averaging is on); valid until the next call.
  virtual std::span<const double> weights() = 0;
  /// w becomes weights(), from a solver that would have to make another vector for them; false, and w as it
  /// was, from all others.
  virtual bool write_weights(std::vector<double>&) { return false; }
  /// Work so far in units of --epochs, weight updates so far, passes over the data (every kind counted) so
  /// far.
  virtual double epochs() const = 0;
  virtual std::uint64_t updates() const = 0;
  virtual double passes() const = 0;
  /// Step size in force; NaN where there is none.
  virtual double step() const = 0;
  /// True when no step can make further progress in double precision.
  virtual bool stalled() const { return false; }
  /// What the duality gap at weights() will hardly be below, known without a pass; 0 where nothing is known.
  virtual double least_gap() const { return 0; }
  virtual std::optional<Duals> duals() { return std::nullopt; }
  /// What the solver has computed at weights() anyway, so that nobody need compute it again.
  virtual std::optional<Evaluated> evaluated() const { return std::nullopt; }
  /// Saves or loads everything that start() and epoch() made, so that a loaded solver continues bit for bit.
  virtual void state(Archive& archive) = 0;
};

namespace solver {

/// What a solver supports, or'ed.
enum Support : unsigned {
  l1 = 1,          // l1 > 0
  intercept = 2,   // --intercept
  stream = 4,      // --stream: rows that lie on disk
  classes = 8,     // losses with more than one score a row
  hogwild = 16,    // --mode hogwild
  nonsmooth = 32,  // losses with kinks
  no_l2 = 64,      // l2 = 0
};

/// One line of solvers.def.
struct Info {
  std::string_view name;
  std::string_view family;  // batch, stochastic, variance-reduced, online, coordinate
  std::string_view summary;
  std::string_view source;
  unsigned supports;
  std::string_view options;  // option names it reads, comma-separated
  std::unique_ptr<Solver> (*make)(const SolverOptions&);
  bool reads(std::string_view option) const;
};

std::span<const Info> all();
const Info* find(std::string_view name);
/// Throws UsageError for an unknown name (suggesting the nearest).
std::unique_ptr<Solver> make(std::string_view name, const SolverOptions& options);
/// Throws UsageError, naming the solvers that do, when `info` does not support what the problem, and
/// `lock_free`
/// (--mode hogwild), need.
void require_support(const Info& info, const Problem& problem, bool lock_free = false);

}  // namespace solver
}  // namespace sparselearn
