// Convergence theorems of the stochastic solvers: the mean over seeds of what a theorem bounds stays under
// the bound, but for three standard errors, at every epoch; and a bound with a better rate than the theorem's
// is broken, so that the problems are hard enough for the tests to tell. gd and nesterov are in
// batch_first_order.cpp, newton in batch_second_order.cpp, cg in batch_conjugate.cpp.
// f_i = loss_i + l2/2 |w|^2, i drawn uniformly with replacement; F is mu-strongly convex, every f_i L-smooth.
#include <cmath>
#include <functional>

#include "solver/snapshot_times.hpp"
#include "solver/textbook.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

class Mean {
 public:
  void add(double v) {
    sum_ += v;
    squares_ += v * v;
    count_ += 1;
  }
  double value() const { return sum_ / count_; }
  double standard_error() const {
    return std::sqrt(std::max(0.0, squares_ / count_ - value() * value()) / (count_ - 1));
  }

 private:
  double sum_ = 0, squares_ = 0, count_ = 0;
};

double squared_distance(const Vector& a, const Vector& b) {
  const Vector difference = plus(a, -1, b);
  return inner(difference, difference);
}

RandomRows small_rows() {
  RandomRows shape;
  shape.rows = 20;
  shape.features = 4;
  shape.density = 0.7;
  return shape;
}

// A problem with all that the theorems speak of.
struct Setting {
  Setting(const std::string& loss, double l2)
      : problem(loss, {0, l2}, false, small_rows()), book(problem.problem()), best(book.minimiser()) {
    const double curvature = loss == "logistic" ? 0.25 : 1;
    for (const Vector& x : book.dense.x) {
      longest = std::max(longest, std::sqrt(inner(x, x)));
      smoothness = std::max(smoothness, curvature * inner(x, x) + l2);
    }
    if (loss == "squared")
      find_flattest();
    else
      mu = l2;
  }
  double rows() const { return static_cast<double>(book.dense.rows); }
  double excess(const Vector& w) const { return book.value(w) - book.value(best); }

  Case problem;
  Textbook book;
  Vector best;                       // w*
  double mu = 0, smoothness = 0;     // L
  double longest = 0;                // max |x_i|
  Vector flattest = Vector(4, 1.0);  // the direction of least curvature, where convergence is slowest

 private:
  // The Hessian's least eigenvalue and its eigenvector, by inverse iteration.
  void find_flattest() {
    const Matrix h = book.hessian(best);
    for (int k = 0; k < 500; ++k) {
      flattest = solve(h, flattest);
      mu = 1 / std::sqrt(inner(flattest, flattest));
      for (double& v : flattest) v *= mu;
    }
  }
};

SolverOptions with_replacement(double step) {
  SolverOptions options;
  options.step = step;
  options.schedule = "constant";
  options.averaging = "none";
  options.order = "random";
  options.sampling = "uniform";
  return options;
}

using Measure = std::function<double(const Vector& w)>;
using Bound = std::function<double(double k)>;

/// Mean over the seeds of the measure after every epoch of N updates.
std::vector<Mean> run(const Setting& setting, const std::string& name, SolverOptions options,
                      const Vector& start, int epochs, int seeds, const Measure& measure) {
  std::vector<Mean> means(static_cast<std::size_t>(epochs));
  for (int seed = 1; seed <= seeds; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    const auto solver = solver::make(name, options);
    solver->start(setting.problem.problem(), start);
    for (Mean& mean : means) {
      solver->epoch();
      mean.add(measure(weights_of(*solver)));
    }
    REQUIRE(solver->updates() == static_cast<std::uint64_t>(epochs) * setting.book.dense.rows);
  }
  return means;
}

void check_under(const std::vector<Mean>& means, double updates_per_mean, const Bound& bound) {
  for (std::size_t e = 0; e < means.size(); ++e) {
    const double k = static_cast<double>(e + 1) * updates_per_mean;
    CAPTURE(k);
    CHECK(means[e].value() <= bound(k) + 3 * means[e].standard_error());
  }
}

/// A bound that is too good is broken, and not by chance.
void check_broken(const std::vector<Mean>& means, double updates_per_mean, const Bound& bound) {
  bool broken = false;
  for (std::size_t e = 0; e < means.size(); ++e) {
    const double k = static_cast<double>(e + 1) * updates_per_mean;
    broken = broken || means[e].value() > bound(k) + 5 * means[e].standard_error();
  }
  CHECK(broken);
}

// Logistic regression from so far away that all rows' losses are saturated: F is hardly more than mu-strongly
// convex there. |w_{k+1}| <= (1 - a mu) |w_k| + a max|x| keeps iterates where |grad f_i| <= B.
struct BoundedGradients {
  explicit BoundedGradients(double distance) : setting("logistic", 0.1) {
    const double edge = setting.longest / setting.mu;
    for (double& v : start) v = distance * edge / 2;  // |start| = distance * edge
    largest = setting.longest + setting.mu * std::max(distance, 1.0) * edge;
    begin = squared_distance(start, setting.best);
  }
  Setting setting;
  Vector start = Vector(4, 0.0);
  double largest = 0;  // B
  double begin = 0;    // |w_0 - w*|^2
};

constexpr int seeds = 400;

}  // namespace

// From E|w - a g - w*|^2 = |w - w*|^2 - 2a <grad F, w - w*> + a^2 E|g|^2 and <grad F, w - w*> >= mu |w -
// w*|^2 (e.g. Bach, Learning Theory from First Principles, section 5.4).
TEST_CASE("sgd, constant step a < 1/(2 mu): (1 - 2 a mu)^k |w0 - w*|^2 + a B^2 / (2 mu)") {
  const BoundedGradients far(20);
  const Setting& s = far.setting;
  for (const double fraction : {0.005, 0.02, 0.2}) {  // of 1 / (2 mu)
    const double a = fraction / (2 * s.mu);
    CAPTURE(fraction);
    const auto means = run(s, "sgd", with_replacement(a), far.start, 10, seeds,
                           [&](const Vector& w) { return squared_distance(w, s.best); });
    const auto bound = [&](double times) {
      return [=, &far, &s](double k) {
        return std::pow(1 - 2 * times * a * s.mu, k) * far.begin + a * far.largest * far.largest / (2 * s.mu);
      };
    };
    check_under(means, s.rows(), bound(1));
    if (fraction < 0.01) check_broken(means, s.rows(), bound(1.5));
  }
}

// Needell, Srebro & Ward 2014, theorem 2.1, after Moulines & Bach 2011: smooth losses, no bound on gradients;
// sigma^2 = E|grad f_i(w*)|^2.
TEST_CASE("sgd, constant step a < 1/L: (1 - 2 a mu (1 - a L))^k |w0 - w*|^2 + a sigma^2 / (mu (1 - a L))") {
  const Setting s("squared", 0.01);
  const Vector start = plus(s.best, 30, s.flattest);
  double sigma2 = 0;
  for (std::uint64_t i = 0; i < s.book.dense.rows; ++i) {
    Vector g(s.best.size(), 0.0);
    s.book.dense.add(g, i, s.book.dense.derivative(i, s.best), 1);
    g = plus(g, s.book.dense.penalty.l2, s.best);
    sigma2 += inner(g, g) / s.rows();
  }
  for (const double fraction : {0.05, 0.3}) {  // of 1 / L
    const double a = fraction / s.smoothness;
    CAPTURE(fraction);
    const auto means = run(s, "sgd", with_replacement(a), start, 40, seeds,
                           [&](const Vector& w) { return squared_distance(w, s.best); });
    const auto bound = [&](double times) {
      return [=, &s](double k) {
        const double room = 1 - a * s.smoothness;
        return std::pow(1 - 2 * times * a * s.mu * room, k) * 900 + a * sigma2 / (s.mu * room);
      };
    };
    check_under(means, s.rows(), bound(1));
    check_broken(means, s.rows(), bound(1.5));
  }
}

// With e_{k+1} <= (1 - 2 mu a_k) e_k + a_k^2 C: C = B^2 for e = |w - w*|^2 (Nemirovski, Juditsky, Lan &
// Shapiro 2009, section 2.1), C = L B^2 / 2 for e = F - F* (Bottou, Curtis & Nocedal 2018, theorem 4.7,
// E|g|^2 <= B^2).
TEST_CASE(
    "sgd, a_k = beta/(k + gamma), beta > 1/(2 mu): max(beta^2 C / (2 beta mu - 1), gamma e_0) / (k + "
    "gamma)") {
  const BoundedGradients near(0.2);
  const Setting& s = near.setting;
  const double beta = 1 / s.mu, gamma = 4;
  SolverOptions options = with_replacement(beta / gamma);
  options.schedule = "inverse";
  options.schedule_options.decay = gamma;
  const double b2 = near.largest * near.largest;
  const struct {
    double c;
    Measure measure;
  } forms[] = {{b2, [&](const Vector& w) { return squared_distance(w, s.best); }},
               {s.smoothness * b2 / 2, [&](const Vector& w) { return s.excess(w); }}};
  for (const auto& form : forms) {
    const auto means = run(s, "sgd", options, near.start, 300, 100, form.measure);
    const double nu =
        std::max(beta * beta * form.c / (2 * beta * s.mu - 1), gamma * form.measure(near.start));
    check_under(means, s.rows(), [&](double k) { return nu / (k + gamma); });
    check_broken(means, s.rows(), [&](double k) { return nu * gamma / std::pow(k + gamma, 2); });
  }
}

// Nemirovski et al. 2009, section 2.2, for the mean of w_1 .. w_k: summing 2a (F(w_t) - F*) <= e_t - e_{t+1}
// + a^2 B^2 over t = 1 .. k, with e_1 <= e_0 + a^2 B^2.
TEST_CASE("averaged sgd, constant step: F(mean) - F* <= (|w0 - w*|^2 + a^2 B^2) / (2 a k) + a B^2 / 2") {
  const BoundedGradients far(20);
  const Setting& s = far.setting;
  for (const double fraction : {0.02, 0.1}) {
    const double a = fraction / (2 * s.mu), b2 = far.largest * far.largest;
    CAPTURE(fraction);
    SolverOptions options = with_replacement(a);
    options.averaging = "uniform";
    const auto means =
        run(s, "sgd", options, far.start, 10, seeds, [&](const Vector& w) { return s.excess(w); });
    const auto bound = [&](double power) {
      return [=, &far](double k) {
        return (far.begin + a * a * b2) / (2 * a * std::pow(k, power)) + a * b2 / 2;
      };
    };
    check_under(means, s.rows(), bound(1));
    check_broken(means, s.rows(), bound(2));
  }
}

// Defazio, Bach & Lacoste-Julien 2014, theorem 1, from w_0 with the table at grad f_i(w_0).
TEST_CASE("saga: (1 - mu/(2(mu N + L)))^k (|w0 - w*|^2 + N (F(w0) - F*) / (mu N + L))") {
  for (const std::string loss : {"squared", "logistic"}) {
    const Setting s(loss, 0.01);
    const Vector start = plus(s.best, 5, s.flattest);
    const double scale = s.mu * s.rows() + s.smoothness;
    CAPTURE(loss);
    const auto means = run(s, "saga", with_replacement(1 / (2 * scale)), start, 60, 100,
                           [&](const Vector& w) { return squared_distance(w, s.best); });
    const auto bound = [&](double times) {
      return [=, &s](double k) {
        return std::pow(1 - times * s.mu / (2 * scale), k) *
               (squared_distance(start, s.best) + s.rows() * s.excess(start) / scale);
      };
    };
    check_under(means, s.rows(), bound(1));
    // Along the flattest direction of a quadratic, exactly half the exponent is given away.
    if (loss == "squared") check_broken(means, s.rows(), bound(2.5));
  }
}

namespace {

// SVRG as the paper writes it, which keeps its snapshots: the solver's own are its business.
class SnapshotLoop {
 public:
  SnapshotLoop(const Setting& setting, const SolverOptions& options, Vector start)
      : dense_(setting.book.dense),
        visits_(setting.problem.problem(), dense_, options),
        times_(options, dense_.rows),
        a_(*options.step),
        w_(std::move(start)) {
    take_snapshot();
  }

  void epoch() {
    for (const std::uint64_t i : visits_.next_epoch()) {
      if (left_ == 0) take_snapshot();
      --left_;
      Vector v = mean_;
      Vector difference = dense_.derivative(i, w_);
      difference[0] -= dense_.derivative(i, snapshots.back())[0];
      dense_.add(v, i, difference, 1);
      w_ = plus(w_, -a_, plus(v, dense_.penalty.l2, w_));
    }
  }
  const Vector& now() const { return w_; }

  std::vector<Vector> snapshots;

 private:
  // The mean is that of the losses' gradients alone: l2 w is never noisy.
  void take_snapshot() {
    snapshots.push_back(w_);
    mean_.assign(w_.size(), 0.0);
    for (std::uint64_t i = 0; i < dense_.rows; ++i)
      dense_.add(mean_, i, dense_.derivative(i, w_), 1 / static_cast<double>(dense_.rows));
    left_ = times_.next();
  }

  const Dense& dense_;
  Visits visits_;
  SnapshotTimes times_;
  double a_;
  Vector w_, mean_;
  std::uint64_t left_ = 0;
};

}  // namespace

// Johnson & Zhang 2013, theorem 1, option II. The snapshot here is uniform among w_1 .. w_m instead of
// w_0 .. w_{m-1}: the proof's sum shifted by one step holds as it stands, for E|w_1 - w*|^2 <= |w_0 - w*|^2
// when a < 1/(4L).
TEST_CASE("svrg: E F(snapshot) - F* shrinks by rho = 1/(mu a (1 - 2 L a) m) + 2 L a / (1 - 2 L a)") {
  for (const std::string loss : {"squared", "logistic"}) {
    const Setting s(loss, 0.05);
    const double a = 0.1 / s.smoothness, room = 1 - 2 * s.smoothness * a;
    SolverOptions options = with_replacement(a);
    options.snapshot = "random";
    options.inner = std::ceil(3 / (s.mu * a * room * s.rows()));
    const double m = options.inner * s.rows();
    const double rho = 1 / (s.mu * a * room * m) + 2 * s.smoothness * a / room;
    CAPTURE(loss);
    REQUIRE(rho < 1);
    const Vector start = plus(s.best, 5, s.flattest);
    constexpr std::size_t stages = 4;
    std::vector<Mean> means(stages);
    for (int seed = 1; seed <= seeds; ++seed) {
      options.seed = static_cast<std::uint64_t>(seed);
      SnapshotLoop loop(s, options, start);
      const auto solver = solver::make("svrg", options);
      solver->start(s.problem.problem(), start);
      while (loop.snapshots.size() <= stages) {
        loop.epoch();
        solver->epoch();
      }
      check_near(weights_of(*solver), loop.now(), 1e-8);
      for (std::size_t j = 0; j < stages; ++j) means[j].add(s.excess(loop.snapshots[j + 1]));
    }
    check_under(means, 1, [&](double j) { return std::pow(rho, j) * s.excess(start); });
    check_broken(means, 1, [&](double j) { return std::pow(rho, 8 * j) * s.excess(start); });
  }
}
