// Every option that the tables say a solver or a loss reads reaches it: a value that is not the default leads
// to other weights.
#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

// Options as they are written, of which one at least shall move the weights of each solver that reads them,
// and those they need beside them. The default of a solver may be one of the values, or not all may be for
// it.
struct Trial {
  std::vector<Words> given;
  Words beside;
};

Trial flag(const std::string& option, const Words& beside = {}) { return {{{"--" + option}}, beside}; }

const std::map<std::string, Trial> trials{
    {"step", {{{"--step", "0.003"}}, {}}},
    {"schedule", {{{"--schedule", "constant"}}, {}}},
    {"schedule-decay", {{{"--schedule-decay", "0.5"}}, {"--schedule", "exponential"}}},
    {"schedule-horizon", {{{"--schedule-horizon", "10"}}, {"--schedule", "cosine"}}},
    {"schedule-final-step", {{{"--schedule-final-step", "0.01"}}, {"--schedule", "cosine"}}},
    {"schedule-drop-every",
     {{{"--schedule-drop-every", "2"}}, {"--schedule", "drop", "--schedule-decay", "0.5"}}},
    {"line-search",
     {{{"--line-search", "backtracking"}, {"--line-search", "fixed"}, {"--line-search", "exact"}},
      {"--loss", "squared"}}},
    {"batch-size", {{{"--batch-size", "7"}}, {}}},
    {"batch-growth", {{{"--batch-growth", "2"}}, {}}},
    {"averaging", {{{"--averaging", "uniform"}}, {}}},
    {"averaging-start", {{{"--averaging-start", "1.5"}}, {"--averaging", "uniform"}}},
    {"averaging-decay", {{{"--averaging-decay", "0.5"}}, {"--averaging", "exponential"}}},
    {"momentum", {{{"--momentum", "0.5"}}, {}}},
    {"nesterov", flag("nesterov", {"--momentum", "0.5"})},
    {"beta1", {{{"--beta1", "0.5"}}, {}}},
    {"beta2", {{{"--beta2", "0.9"}}, {}}},
    {"rho", {{{"--rho", "0.9"}}, {}}},
    {"epsilon", {{{"--epsilon", "0.01"}}, {}}},
    {"beta", {{{"--beta", "3"}}, {}}},
    {"gamma", {{{"--gamma", "7"}}, {}}},
    {"ftrl-penalty", {{{"--ftrl-penalty", "total"}}, {}}},
    {"memory", {{{"--memory", "1"}}, {}}},
    {"inner", {{{"--inner", "0.7"}}, {}}},
    {"loopless", flag("loopless")},
    {"snapshot", {{{"--snapshot", "random"}}, {}}},
    {"damping", {{{"--damping", "0.1"}}, {}}},
    {"fisher", {{{"--fisher", "empirical"}}, {}}},
    {"cg-beta", {{{"--cg-beta", "fletcher-reeves"}}, {}}},
    {"restart", {{{"--restart", "2"}}, {}}},
    {"no-restart", flag("no-restart")},
    {"kappa", {{{"--kappa", "0.3"}}, {}}},
    {"phi", {{{"--phi", "0.3"}}, {}}},
    {"truncate-every", {{{"--truncate-every", "5"}}, {"--l1", "0.01"}}},
    {"theta", {{{"--theta", "0.1"}}, {"--l1", "0.01"}}},
    {"displacements", {{{"--displacements", "0"}}, {}}},
    {"block-size", {{{"--block-size", "3"}}, {}}},
    {"clip-norm", {{{"--clip-norm", "0.1"}}, {}}},
    {"clip-value", {{{"--clip-value", "0.01"}}, {}}},
    {"gradient-noise", {{{"--gradient-noise", "0.1"}}, {}}},
    {"update", {{{"--update", "dense"}, {"--update", "lazy"}}, {}}},
    {"order", {{{"--order", "sequential"}}, {}}},
    {"sampling", {{{"--sampling", "uniform"}, {"--sampling", "norm"}}, {}}},
    {"huber-delta", {{{"--huber-delta", "0.3"}}, {}}},
    {"epsilon-insensitive", {{{"--epsilon-insensitive", "0.3"}}, {}}},
    {"quantile", {{{"--quantile", "0.7"}}, {}}},
    {"hinge-smoothing", {{{"--hinge-smoothing", "0.3"}}, {}}},
    {"label-smoothing", {{{"--label-smoothing", "0.1"}}, {}}},
    {"parts", {{{"--parts", "5"}}, {}}},
    {"seed", {{{"--seed", "7"}}, {}}},
};

// The weights that a solver comes to on the data in the folder; nothing where the words do not go together.
class Weights {
 public:
  Weights(const TemporaryFolder& folder, std::string solver, Words loss = {})
      : folder_(folder), solver_(std::move(solver)), loss_(std::move(loss)) {
    if (!after({}).empty()) return;
    loss_ = {"--loss", "softmax"};  // not for one score a row
    known_.clear();
  }

  const std::string& after(const Words& options) {
    const auto [known, is_new] = known_.try_emplace(options);
    if (is_new) known->second = trained(options);
    return known->second;
  }

 private:
  std::string trained(const Words& options) const {
    Words words{"train", "-q", "-j", "1", "--tol", "0", "-e", "20", "-s", solver_, "-m", folder_ / "model"};
    words.insert(words.end(), loss_.begin(), loss_.end());
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(folder_ / "rows.svm");
    const Outcome outcome = run(words);
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
  Words loss_;
  std::map<Words, std::string> known_;
};

Words joined(Words words, const Words& others) {
  words.insert(words.end(), others.begin(), others.end());
  return words;
}

void check_option(Weights& weights, const std::string& option) {
  CAPTURE(option);
  REQUIRE(trials.contains(option));
  const Trial& trial = trials.at(option);
  const std::string& usual = weights.after(trial.beside);
  REQUIRE(!usual.empty());
  bool moved = false;
  for (const Words& given : trial.given) {
    const std::string& found = weights.after(joined(trial.beside, given));
    moved = moved || (!found.empty() && found != usual);
  }
  CHECK(moved);
}

}  // namespace

TEST_CASE("every solver: each option it is said to read moves its weights") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", sample_data(200, 20));
  for (const solver::Info& info : solver::all()) {
    CAPTURE(std::string(info.name));
    Weights weights(folder, std::string(info.name));
    std::istringstream options{std::string(info.options)};
    for (std::string option; std::getline(options, option, ',');) check_option(weights, option);
  }
}

TEST_CASE("every loss: each option it is said to read moves the weights") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", sample_data(200, 20));
  for (const loss::Info& info : loss::all()) {
    CAPTURE(std::string(info.name));
    std::istringstream options{std::string(info.options)};
    for (std::string option; std::getline(options, option, ',');) {
      if (option == "classes") continue;  // the data tell it
      Weights weights(folder, "sgd", {"--loss", std::string(info.name)});
      check_option(weights, option);
    }
  }
}
