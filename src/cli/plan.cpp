#include "cli/plan.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "cli/names.hpp"
#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/base/spill.hpp"
#include "sparselearn/data/estimate.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/auto_solver.hpp"
#include "sparselearn/train/split.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::size_t most_classes = 1000;

struct Plan {
  std::string loss;
  std::size_t labels = 0;  // different ones in the sample, most_classes + 1 for more
  SolverChoice solver;
  std::optional<double> pass_seconds;  // of a gradient over all rows; none where the weights hardly fit
};

std::uint64_t rounded(double count) { return static_cast<std::uint64_t>(std::llround(count)); }

// The loss that the labels call for.
std::string usual_loss(const std::vector<double>& labels) {
  if (labels.size() <= 2) return "logistic";
  const bool whole =
      std::all_of(labels.begin(), labels.end(), [](double label) { return label == std::trunc(label); });
  return whole && labels.size() <= most_classes ? "softmax" : "squared";
}

// Seconds for a gradient over the rows, the least of some runs, since the first ones warm up.
double gradient_seconds(const Problem& problem) {
  constexpr int runs = 5;
  Objective objective(problem);
  const std::vector<double> at(problem.dimension());
  std::vector<double> gradient(problem.dimension());
  double least = std::numeric_limits<double>::infinity();
  for (int run = 0; run < runs; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    objective.value_and_gradient(at, gradient);
    least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return least;
}

// The same for all rows. What a gradient takes beside the rows, as long as the weights are many, does not
// grow with them: that is what a single row takes.
std::optional<double> pass_seconds(const Problem& problem, double fraction) {
  constexpr double copies = 16;  // of the weights, in a gradient's parts and beside them
  const double weights = static_cast<double>(problem.dimension()) * sizeof(double);
  if (copies * weights > static_cast<double>(physical_memory())) return std::nullopt;
  const Dataset& sample = problem.data();
  const Dataset single = subset(sample, [](std::uint64_t i) { return i == 0; });
  const double fixed = gradient_seconds(Problem(single, problem.loss(), problem.penalty()));
  return fixed + std::max(0.0, gradient_seconds(problem) - fixed) / fraction;
}

// Maps the sample's labels and asks who would train on it. A sample of one label is that of a binary loss all
// the same: the other may come later in the file.
Plan make_plan(DataEstimate& estimate, const std::string& asked_loss, double l1) {
  Plan plan;
  Dataset& sample = estimate.sample;
  std::vector<double> labels = sample.distinct_labels(most_classes);
  plan.labels = labels.size();
  plan.loss = asked_loss == "auto" ? usual_loss(labels) : asked_loss;
  LossOptions options;
  const LabelKind kind = loss::make(plan.loss, options)->labels();
  if (kind == LabelKind::classes) options.classes = labels.size();
  if (kind == LabelKind::binary && labels.size() == 1) labels.push_back(labels[0] + 1);
  const LabelMap map(labels, kind);
  if (map.classes() > 0) sample.map_labels([&](double label) { return map.to_loss(label); });
  const auto loss = loss::make(plan.loss, options);
  const Problem problem(sample, *loss, {.l1 = l1, .l2 = 1 / estimate.rows});
  plan.solver = choose_solver(problem, {}, false, 1 / estimate.fraction);
  plan.pass_seconds = pass_seconds(problem, estimate.fraction);
  return plan;
}

std::string labels_text(const Plan& plan) {
  return plan.labels > most_classes ? "more than " + with_commas(most_classes) + " different"
                                    : with_commas(plan.labels) + " different";
}

// Whether the rows fit, and what to do if they do not.
std::string memory_text(const DataEstimate& estimate) {
  const std::uint64_t machine = physical_memory();
  const std::string text =
      bytes_text(rounded(estimate.memory)) + " for the rows; the machine has " + bytes_text(machine);
  return estimate.memory < 0.8 * static_cast<double>(machine) ? text : text + ": train with --stream";
}

std::string time_text(const Plan& plan) {
  if (!plan.pass_seconds) return "not measured: the weights would take too much memory";
  return "about " + to_text(*plan.pass_seconds, 2) + " s, measured as the gradient of the sampled rows";
}

std::string table(const DataEstimate& estimate, const Plan& plan) {
  const std::string about = estimate.exact ? "" : "about ";
  const std::string features = with_commas(estimate.sample.features());
  std::string text = aligned({
      {"files", bytes_text(estimate.bytes)},
      {"text", about + bytes_text(rounded(estimate.text_bytes))},
      {"sampled", estimate.exact ? "all of it"
                                 : to_text(100 * estimate.fraction, 3) + "% of the rows, " +
                                       with_commas(estimate.sample.rows())},
      {"rows", about + with_commas(rounded(estimate.rows))},
      {"features", estimate.exact ? features : "at least " + features},
      {"nonzeros", about + with_commas(rounded(estimate.nonzeros))},
      {"labels", labels_text(plan) + (estimate.exact ? "" : " in the sample")},
      {"memory", about + memory_text(estimate)},
      {"time per pass", time_text(plan)},
      {"solver",
       std::string(plan.solver.info->name) + " with --loss " + plan.loss + ": " + plan.solver.reason},
  });
  if (estimate.bad_lines > 0)
    text += "note: " + with_commas(estimate.bad_lines) + " bad " +
            (estimate.bad_lines == 1 ? "line" : "lines") +
            " in what was read; `sparselearn inspect --check` tells them\n";
  return text;
}

std::string json_text(const DataEstimate& estimate, const Plan& plan) {
  JsonWriter json;
  json.begin_object().member("kind", "plan").member("exact", estimate.exact);
  json.member("file_bytes", estimate.bytes).member("text_bytes", rounded(estimate.text_bytes));
  json.member("sampled_rows", estimate.sample.rows()).member("bad_lines", estimate.bad_lines);
  json.member("rows", rounded(estimate.rows)).member("nonzeros", rounded(estimate.nonzeros));
  json.member("features_at_least", estimate.sample.features());
  json.member("index_base", estimate.sample.index_base());
  json.member("memory_bytes", rounded(estimate.memory)).member("machine_bytes", physical_memory());
  if (plan.pass_seconds) json.member("seconds_per_pass", *plan.pass_seconds);
  json.member("loss", plan.loss).member("solver", plan.solver.info->name);
  return json.member("reason", plan.solver.reason).end_object().text();
}

}  // namespace

ExitCode plan_data(const Arguments& arguments) {
  arguments.require_absent({"top", "names", "check", "fix", "on-error", "multilabel"}, "inspect --plan");
  const std::string loss(arguments.text("loss"));
  if (loss != "auto") find_named("loss", loss, loss::all());
  const double l1 = Value("l1", arguments.text("l1")).at_least(0);
  for (const std::string& path : arguments.positional())
    if (path != "-" && !arguments.given("input-format") && is_model(path))
      throw UsageError(path + " is a model; --plan is for data");
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  DataEstimate estimate = estimate_data(arguments.positional(), read_options(arguments));
  const Plan plan = make_plan(estimate, loss, l1);
  OutputFile out("-");
  out.write(arguments.given("json") ? json_text(estimate, plan) : table(estimate, plan));
  out.commit();
  return ExitCode::success;
}

}  // namespace sparselearn::cli
