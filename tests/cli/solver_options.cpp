// Every option that the tables say a solver or a loss reads reaches it: a value that is not the default leads
// to other weights.
#include <doctest/doctest.h>

#include <map>

#include "cli/options.hpp"
#include "cli/run_program.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

// Values of an option, "" for a flag, of which one at least shall move the weights of each solver that reads
// it, and the options it needs beside it. The default of a solver may be one of the values, or not all may be
// for it.
struct Trial {
  Words values;
  Words beside = {};
};

const std::map<std::string, Trial> trials{
    {"step", {{"0.003"}}},
    {"schedule", {{"constant"}}},
    {"schedule-decay", {{"0.5"}, {"--schedule", "exponential"}}},
    {"schedule-horizon", {{"10"}, {"--schedule", "cosine"}}},
    {"schedule-final-step", {{"0.01"}, {"--schedule", "cosine"}}},
    {"schedule-drop-every", {{"2"}, {"--schedule", "drop", "--schedule-decay", "0.5"}}},
    {"line-search", {{"backtracking", "fixed", "exact"}, {"--loss", "squared"}}},
    {"batch-size", {{"7"}}},
    {"batch-growth", {{"2"}}},
    {"averaging", {{"uniform"}}},
    {"averaging-start", {{"1.5"}, {"--averaging", "uniform"}}},
    {"averaging-decay", {{"0.5"}, {"--averaging", "exponential"}}},
    {"momentum", {{"0.5"}}},
    {"nesterov", {{""}, {"--momentum", "0.5"}}},
    {"beta1", {{"0.5"}}},
    {"beta2", {{"0.9"}}},
    {"rho", {{"0.9"}}},
    {"epsilon", {{"0.01"}}},
    {"beta", {{"3"}}},
    {"gamma", {{"7"}}},
    {"ftrl-penalty", {{"total"}}},
    {"memory", {{"1"}}},
    {"inner", {{"0.7"}}},
    {"loopless", {{""}}},
    {"snapshot", {{"random"}}},
    {"damping", {{"0.1"}}},
    {"fisher", {{"empirical"}}},
    {"cg-beta", {{"fletcher-reeves"}}},
    {"restart", {{"2"}}},
    {"no-restart", {{""}}},
    {"kappa", {{"0.3"}}},
    {"phi", {{"0.3"}}},
    {"truncate-every", {{"5"}, {"--l1", "0.01"}}},
    {"theta", {{"0.1"}, {"--l1", "0.01"}}},
    {"displacements", {{"0"}}},
    {"block-size", {{"3"}}},
    {"clip-norm", {{"0.1"}}},
    {"clip-value", {{"0.01"}}},
    {"gradient-noise", {{"0.1"}}},
    {"update", {{"dense", "lazy"}}},
    {"order", {{"sequential"}}},
    {"sampling", {{"uniform", "norm"}}},
    {"huber-delta", {{"0.3"}}},
    {"epsilon-insensitive", {{"0.3"}}},
    {"quantile", {{"0.7"}}},
    {"hinge-smoothing", {{"0.3"}}},
    {"label-smoothing", {{"0.1"}}},
    {"parts", {{"5"}}},
    {"seed", {{"7"}}},
};

Words joined(Words words, const Words& others) {
  words.insert(words.end(), others.begin(), others.end());
  return words;
}

// The weights that a solver comes to on the data in the folder; nothing where the words do not go together.
class Weights {
 public:
  Weights(const TemporaryFolder& folder, std::string solver, Words always = {})
      : folder_(folder), solver_(std::move(solver)), always_(std::move(always)) {
    if (!after({}).empty()) return;
    always_ = {"--loss", "softmax"};  // not for one score a row
    known_.clear();
  }

  const std::string& after(const Words& options) {
    const auto [known, is_new] = known_.try_emplace(options);
    if (is_new) known->second = trained(options);
    return known->second;
  }

 private:
  std::string trained(const Words& options) const {
    const Words usual{"train",
                      "-q",
                      "-j",
                      "1",
                      "--tol",
                      "0",
                      "-e",
                      "20",
                      "-s",
                      solver_,
                      "-m",
                      folder_ / "model",
                      folder_ / "rows.svm"};
    const Outcome outcome = run(joined(joined(usual, always_), options));
    CAPTURE(outcome.err);
    REQUIRE((outcome.status == 0 || outcome.status == 2));
    if (outcome.status == 2) return "";
    const std::string model = read_text(folder_ / "model");
    const std::size_t weights = model.find("\nweights ");  // behind what is said of the run, as its seed
    REQUIRE(weights != std::string::npos);
    return model.substr(weights);
  }

  const TemporaryFolder& folder_;
  const std::string solver_;
  Words always_;
  std::map<Words, std::string> known_;
};

// The words of a table's "one,two".
Words options_of(std::string_view listed) {
  Words found;
  for (const std::string_view option : cli::split(listed, ','))
    if (!option.empty()) found.emplace_back(option);
  return found;
}

enum class Effect { moves, nothing, refused };

Effect effect_of(const std::string& option, Weights& weights) {
  REQUIRE(trials.contains(option));
  const Trial& trial = trials.at(option);
  const std::string& usual = weights.after(trial.beside);
  bool taken = false;
  for (const std::string& value : trial.values) {
    Words given{"--" + option};
    if (!value.empty()) given.push_back(value);
    const std::string& found = weights.after(joined(trial.beside, given));
    if (!found.empty() && !usual.empty() && found != usual) return Effect::moves;
    taken = taken || !found.empty();
  }
  return taken ? Effect::nothing : Effect::refused;
}

}  // namespace

TEST_CASE("every solver: each option it is said to read moves its weights") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", sample_data(200, 20));
  for (const solver::Info& info : solver::all()) {
    CAPTURE(std::string(info.name));
    Weights weights(folder, std::string(info.name));
    for (const std::string& option : options_of(info.options)) {
      CAPTURE(option);
      CHECK(effect_of(option, weights) == Effect::moves);
    }
  }
}

TEST_CASE("lock-free solvers: each option that the solver reads moves their weights or is refused") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", sample_data(200, 20));
  for (const solver::Info& info : solver::all()) {
    if (!(info.supports & solver::hogwild)) continue;
    CAPTURE(std::string(info.name));
    Weights weights(folder, std::string(info.name), {"--mode", "hogwild"});
    for (const std::string& option : options_of(info.options)) {
      CAPTURE(option);
      CHECK(effect_of(option, weights) != Effect::nothing);
    }
  }
}

TEST_CASE("every loss: each option it is said to read moves the weights") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", sample_data(200, 20));
  for (const loss::Info& info : loss::all()) {
    CAPTURE(std::string(info.name));
    for (const std::string& option : options_of(info.options)) {
      if (option == "classes") continue;  // the data tell how many
      CAPTURE(option);
      Weights weights(folder, "sgd", {"--loss", std::string(info.name)});
      CHECK(effect_of(option, weights) == Effect::moves);
    }
  }
}
