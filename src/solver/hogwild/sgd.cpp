// Lock-free SGD (Recht, Re, Wright & Niu 2011), with the proximal form and the sparse penalty of hogwild.hpp:
//   w_j <- S(w_j - a_t r_i loss'(z_i) x_ij / (N p_i), a_t d_j l1) / (1 + a_t d_j l2),  j in T_i
// What is returned is an average of iterates some thousand rows apart, and where F is watched
// (watched_step.hpp) of the last of each epoch too, with weights t^2, t the rows seen (Shamir & Zhang 2013);
// with `--averaging none` the last iterate. A batch is one row.
#include <algorithm>

#include "solver/hogwild/factories.hpp"
#include "solver/hogwild/hogwild.hpp"
#include "solver/stochastic/falling_step.hpp"
#include "solver/watched_step.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

class HogwildSgd final : public Hogwild {
 public:
  using Hogwild::Hogwild;

  void start(const Problem& problem, std::span<const double> w0) override {
    if (options_.batch_size != 1 || options_.batch_growth != 1)
      throw UsageError("sgd --mode hogwild takes single rows; --batch-size needs --mode deterministic");
    if (options_.clip_norm > 0 || options_.clip_value > 0 || options_.gradient_noise > 0)
      throw UsageError(
          "sgd --mode hogwild takes gradients as they are; --clip-norm, --clip-value and --gradient-noise "
          "need --mode deterministic");
    if (options_.averaging != "auto" && options_.averaging != "none")
      throw UsageError("sgd --mode hogwild takes --averaging auto or none, not '" + options_.averaging + "'");
    if (options_.averaging_start != 0)
      throw UsageError(
          "sgd --mode hogwild averages from the start; --averaging-start needs --mode deterministic");
    Hogwild::start(problem, w0);
    choose_sampling("uniform", 1.0);
    sum_.assign(options_.averaging == "none" ? 0 : slots_.size(), 0.0);
    total_ = 0;
    unaveraged_ = 0;
    choose_spacing();
    step_ = 1;
    make_schedule();
    step_ = options_.step ? *options_.step : serial_step(solver::make_sgd) / schedule_->at(0);
    make_schedule();
    watched_.begin(problem, options_);
    watch_step();
  }

  void epoch() override {
    order_->begin_epoch();
    for (auto group = order_->next_group(); !group.empty(); group = order_->next_group())
      while (!group.empty()) {
        const auto rows = group.first(std::min<std::uint64_t>(spacing_ - unaveraged_, group.size()));
        learn(rows);
        group = group.subspan(rows.size());
        if (unaveraged_ == spacing_) average();
      }
    epochs_ += 1;
    passes_ += 1;
    watch_step();
  }

  std::span<const double> weights() override {
    if (sum_.empty() || total_ == 0) return Hogwild::weights();
    for (std::size_t j = 0; j < sum_.size(); ++j) weights_[j] = sum_[j] / total_;
    return weights_;
  }
  double step() const override { return schedule_->at(updates_); }
  void state(Archive& archive) override {
    const double first_step = step_;  // start()'s; a run only ever makes it shorter
    Hogwild::state(archive);
    archive(sum_)(total_)(unaveraged_)(step_);
    archive.require(unaveraged_ < spacing_ && step_ > 0 && step_ <= first_step);
    watched_.state(archive);
    if (archive.loading()) make_schedule();
  }

 private:
  void watch_step() {
    if (!watched_.on()) return;
    if (unaveraged_ > 0) average();  // the judged average must show what became of the last iterate
    passes_ += 1;
    if (watched_.holds(*problem_, weights(), slots_, sum_, total_)) return;
    // From the best average on: the iterate it ended with may lie far off, and shorter steps would stay
    // there.
    const std::span<const double> best = weights();
    for (std::size_t j = 0; j < best.size(); ++j) slots_[j].w = best[j];
    step_ = halved(step_);
    make_schedule();
  }

  void learn(std::span<const RowPlace> rows) {
    const Penalty penalty = problem_->penalty();
    visit_rows(rows, [&](const Visit& visit, const RowView& row, double* g) {
      gradient_at(visit, row, g);
      const double step = schedule_->at(updates_ + visit.turn), share = step * visit.scale * visit.importance;
      for_each_coordinate(
          row,
          [&](Slot& slot, std::size_t c, double x) {
            store(slot.w, proximal(load(slot.w) - share * g[c] * x, step, slot.rarity, penalty));
          },
          [&](Slot& slot, std::size_t c) { add(slot.w, -share * g[c]); });
    });
    updates_ += rows.size();
    unaveraged_ += rows.size();
  }

  void average() {
    unaveraged_ = 0;
    if (sum_.empty()) return;
    const double t = static_cast<double>(updates_) / static_cast<double>(problem_->rows());
    for (std::size_t j = 0; j < sum_.size(); ++j) sum_[j] += t * t * slots_[j].w;
    total_ += t * t;
  }

  // Rows between averaged iterates, so that averaging costs no more than learning; an epoch at most.
  void choose_spacing() {
    constexpr std::uint64_t fewest = 1024;
    const double row =
        static_cast<double>(problem_->data().nonzeros() + 1) / static_cast<double>(problem_->rows());
    spacing_ = static_cast<std::uint64_t>(2 * static_cast<double>(problem_->features()) / row);
    spacing_ = std::clamp(spacing_, std::min(fewest, problem_->rows()), problem_->rows());
  }

  void make_schedule() {
    ScheduleOptions options = options_.schedule_options;
    options.step = step_;
    options.updates_per_epoch = static_cast<double>(problem_->rows());
    if (options.horizon == 0) options.horizon = std::max(1.0, options_.epochs) * options.updates_per_epoch;
    schedule_ = options_.schedule == "auto" ? falling_step(options, options_.averaging)
                                            : schedule::make(options_.schedule, options);
  }

  std::unique_ptr<Schedule> schedule_;
  HugeVector<double> sum_;                      // of t^2 w over the averaged iterates; empty: no averages
  double total_ = 0;                            // sum of the averages' weights
  std::uint64_t spacing_ = 1, unaveraged_ = 0;  // rows between averaged iterates; since the last
  double step_ = 0;
  WatchedStep<HugeVector<Slot>, HugeVector<double>, double> watched_;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_hogwild_sgd(const SolverOptions& options) {
  return std::make_unique<HogwildSgd>(options);
}
}  // namespace solver
}  // namespace sparselearn
