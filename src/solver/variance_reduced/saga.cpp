// SAGA (Defazio, Bach & Lacoste-Julien 2014, eq. 1 and 2), with r_i = N s_i / S and row i drawn with
// probability p_i:
//   w <- prox_{a l1}(w - a [(g_new - g_i) r_i x_i / (N p_i) + mean + l2 w]);   mean += r_i (g_new - g_i) x_i
//   / N;   g_i <- g_new
// The table starts at the gradients of w_0. Sparse rows: exactly the iterates of the dense loop, to rounding
// (lazy_iterate.hpp).
#include "solver/hogwild/factories.hpp"
#include "solver/variance_reduced/gradient_table.hpp"

namespace sparselearn {
namespace {

class Saga final : public GradientTable {
 public:
  explicit Saga(const SolverOptions& options) : GradientTable(options, saga_step) {}

 private:
  double visit_factor(const Visit& visit) const override { return visit.scale * visit.importance; }
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_saga(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_saga(options);
  return std::make_unique<Saga>(options);
}
}  // namespace solver
}  // namespace sparselearn
