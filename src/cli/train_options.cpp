// Which field each option of `train` sets: one line an option, next to options.def.
#include <algorithm>

#include "cli/train_settings.hpp"
#include "cli/value.hpp"

namespace sparselearn::cli {
namespace {

using Settings = TrainSettings;

std::optional<double> positive_or_auto(const Value& value) {
  const auto given = value.unless_auto();
  return given ? std::optional(given->above(0)) : std::nullopt;
}

struct Binding {
  std::string_view option;
  void (*apply)(Settings&, const Value&);
};

const Binding problem_bindings[] = {
    {"loss", [](Settings& s, const Value& v) { s.loss = v.text(); }},
    {"l1", [](Settings& s, const Value& v) { s.l1 = v.at_least(0); }},
    {"l2",
     [](Settings& s, const Value& v) {
       if (const auto given = v.unless_auto()) s.l2 = given->at_least(0);
     }},
    {"intercept", [](Settings& s, const Value&) { s.intercept = true; }},
    {"class-weight", [](Settings& s, const Value& v) { s.class_weight = v.text(); }},
    {"weights", [](Settings& s, const Value& v) { s.weights_file = v.text(); }},
    {"normalize", [](Settings& s, const Value& v) { s.normalize = v.text(); }},
    {"positive", [](Settings& s, const Value& v) { s.positive = v.number(); }},
    {"multiclass", [](Settings& s, const Value& v) { s.one_vs_rest = s.multilabel || v.text() == "ovr"; }},
    {"multilabel", [](Settings& s, const Value&) { s.multilabel = s.one_vs_rest = true; }},
    {"huber-delta", [](Settings& s, const Value& v) { s.loss_options.huber_delta = v.above(0); }},
    {"epsilon-insensitive",
     [](Settings& s, const Value& v) { s.loss_options.epsilon_insensitive = v.at_least(0); }},
    {"quantile", [](Settings& s, const Value& v) { s.loss_options.quantile = v.within(0, 1); }},
    {"hinge-smoothing", [](Settings& s, const Value& v) { s.loss_options.hinge_smoothing = v.above(0); }},
    {"label-smoothing", [](Settings& s, const Value& v) { s.loss_options.label_smoothing = v.within(0, 1); }},
    {"hash-bits", [](Settings& s, const Value& v) { s.hash_bits = static_cast<unsigned>(v.count(1, 31)); }},
    {"max-memory", [](Settings& s, const Value& v) { s.max_memory = v.bytes(); }},
    {"stream", [](Settings& s, const Value&) { s.stream = true; }},
    {"stream-dir",
     [](Settings& s, const Value& v) {
       if (v.empty()) v.refuse("a folder");
       s.stream = true;
       s.stream_folder = v.text();
     }},
    {"cache", [](Settings& s, const Value&) { s.cache = true; }},
    {"cache-dir",
     [](Settings& s, const Value& v) {
       if (v.empty()) v.refuse("a folder");
       s.cache = true;
       s.cache_folder = v.text();
     }},
    {"features", [](Settings& s, const Value& v) { s.features = v.count(1, UINT32_MAX); }},
};

const Binding method_bindings[] = {
    {"solver", [](Settings& s, const Value& v) { s.solver = v.text(); }},
    {"epochs", [](Settings& s, const Value& v) { s.train.epochs = s.solver_options.epochs = v.at_least(0); }},
    {"tol", [](Settings& s, const Value& v) { s.train.tolerance = v.at_least(0); }},
    {"time-limit", [](Settings& s, const Value& v) { s.train.time_limit = v.at_least(0); }},
    {"require-convergence", [](Settings& s, const Value&) { s.require_convergence = true; }},
    {"warm-start", [](Settings& s, const Value& v) { s.warm_start = v.text(); }},
    {"switch-to", [](Settings& s, const Value& v) { s.switch_to = v.text(); }},
    {"switch-at", [](Settings& s, const Value& v) { s.switch_at = v.above(0); }},
    {"continuation", [](Settings& s, const Value& v) { s.continuation = v.count(1, 1000); }},
    {"continuation-by",
     [](Settings& s, const Value& v) {
       s.continuation_by = v.text() == "smoothing" ? ContinuationBy::smoothing : ContinuationBy::penalty;
     }},
    {"seed", [](Settings& s, const Value& v) { s.solver_options.seed = v.count(); }},
    {"threads", [](Settings& s, const Value& v) { s.threads = v.count(0, 4096); }},
    {"mode", [](Settings& s, const Value& v) { s.solver_options.mode = v.text(); }},
    {"valid", [](Settings& s, const Value& v) { s.valid = v.text(); }},
    {"valid-fraction",
     [](Settings& s, const Value& v) {
       if (v.within(0, 1) == 0) v.refuse("a number between 0 and 1");
       s.valid_fraction = v.number();
     }},
    {"metric", [](Settings& s, const Value& v) { s.metric = v.text(); }},
    {"early-stop", [](Settings& s, const Value& v) { s.train.early_stop = v.count(); }},
    {"model", [](Settings& s, const Value& v) { s.model = v.text(); }},
    {"model-format", [](Settings& s, const Value& v) { s.model_format = model_format(v.text()); }},
    {"calibrate",
     [](Settings& s, const Value& v) {
       if (v.text() == "platt") s.calibrate = Calibration::Kind::platt;
       if (v.text() == "isotonic") s.calibrate = Calibration::Kind::isotonic;
     }},
    {"trace", [](Settings& s, const Value& v) { s.trace = v.text(); }},
    {"trace-weights", [](Settings& s, const Value& v) { s.trace_weights = v.text(); }},
    {"trace-append", [](Settings& s, const Value&) { s.trace_append = true; }},
    {"trace-every", [](Settings& s, const Value& v) { s.train.trace_every = v.above(0); }},
    {"summary", [](Settings& s, const Value& v) { s.summary = v.text(); }},
    {"checkpoint", [](Settings& s, const Value& v) { s.checkpoint = v.text(); }},
    {"checkpoint-every", [](Settings& s, const Value& v) { s.checkpoint_every = v.at_least(0); }},
    {"resume", [](Settings& s, const Value& v) { s.resume = v.text(); }},
};

const Binding solver_bindings[] = {
    {"step", [](Settings& s, const Value& v) { s.solver_options.step = positive_or_auto(v); }},
    {"schedule", [](Settings& s, const Value& v) { s.solver_options.schedule = v.text(); }},
    {"schedule-final-step",
     [](Settings& s, const Value& v) { s.solver_options.schedule_options.final_step = v.at_least(0); }},
    {"schedule-horizon",
     [](Settings& s, const Value& v) { s.solver_options.schedule_options.horizon = v.at_least(0); }},
    {"schedule-decay",
     [](Settings& s, const Value& v) { s.solver_options.schedule_options.decay = v.at_least(0); }},
    {"schedule-drop-every",
     [](Settings& s, const Value& v) { s.solver_options.schedule_options.drop_every = v.at_least(0); }},
    {"line-search", [](Settings& s, const Value& v) { s.solver_options.line_search = v.text(); }},
    {"batch-size", [](Settings& s, const Value& v) { s.solver_options.batch_size = v.count(1); }},
    {"batch-growth", [](Settings& s, const Value& v) { s.solver_options.batch_growth = v.at_least(1); }},
    {"averaging", [](Settings& s, const Value& v) { s.solver_options.averaging = v.text(); }},
    {"averaging-start",
     [](Settings& s, const Value& v) { s.solver_options.averaging_start = v.at_least(0); }},
    {"averaging-decay",
     [](Settings& s, const Value& v) { s.solver_options.averaging_decay = v.within(0, 1); }},
    {"momentum",
     [](Settings& s, const Value& v) {
       if (const auto given = v.unless_auto()) s.solver_options.momentum = given->within(0, 1);
     }},
    {"nesterov", [](Settings& s, const Value&) { s.solver_options.nesterov = true; }},
    {"beta1", [](Settings& s, const Value& v) { s.solver_options.beta1 = v.within(0, 1); }},
    {"beta2", [](Settings& s, const Value& v) { s.solver_options.beta2 = v.within(0, 1); }},
    {"rho", [](Settings& s, const Value& v) { s.solver_options.rho = v.within(0, 1); }},
    {"epsilon", [](Settings& s, const Value& v) { s.solver_options.epsilon = v.above(0); }},
    {"beta", [](Settings& s, const Value& v) { s.solver_options.beta = v.at_least(0); }},
    {"gamma", [](Settings& s, const Value& v) { s.solver_options.gamma = v.at_least(0); }},
    {"ftrl-penalty", [](Settings& s, const Value& v) { s.solver_options.ftrl_penalty = v.text(); }},
    {"memory", [](Settings& s, const Value& v) { s.solver_options.memory = v.count(0, 10000); }},
    {"inner", [](Settings& s, const Value& v) { s.solver_options.inner = v.above(0); }},
    {"loopless", [](Settings& s, const Value&) { s.solver_options.loopless = true; }},
    {"snapshot", [](Settings& s, const Value& v) { s.solver_options.snapshot = v.text(); }},
    {"damping", [](Settings& s, const Value& v) { s.solver_options.damping = v.at_least(0); }},
    {"fisher", [](Settings& s, const Value& v) { s.solver_options.fisher = v.text(); }},
    {"cg-beta", [](Settings& s, const Value& v) { s.solver_options.cg_beta = v.text(); }},
    {"restart", [](Settings& s, const Value& v) { s.solver_options.restart = v.count(); }},
    {"no-restart", [](Settings& s, const Value&) { s.solver_options.no_restart = true; }},
    {"kappa", [](Settings& s, const Value& v) { s.solver_options.kappa = v.at_least(0); }},
    {"phi", [](Settings& s, const Value& v) { s.solver_options.phi = v.within(0, 1); }},
    {"truncate-every", [](Settings& s, const Value& v) { s.solver_options.truncate_every = v.count(1); }},
    {"theta", [](Settings& s, const Value& v) { s.solver_options.theta = v.at_least(0); }},
    {"displacements", [](Settings& s, const Value& v) { s.solver_options.displacements = v.count(0, 1000); }},
    {"block-size", [](Settings& s, const Value& v) { s.solver_options.block_size = v.count(1, UINT32_MAX); }},
    {"clip-norm", [](Settings& s, const Value& v) { s.solver_options.clip_norm = v.at_least(0); }},
    {"clip-value", [](Settings& s, const Value& v) { s.solver_options.clip_value = v.at_least(0); }},
    {"gradient-noise", [](Settings& s, const Value& v) { s.solver_options.gradient_noise = v.at_least(0); }},
    {"update", [](Settings& s, const Value& v) { s.solver_options.update = v.text(); }},
    {"order", [](Settings& s, const Value& v) { s.solver_options.order = v.text(); }},
    {"sampling", [](Settings& s, const Value& v) { s.solver_options.sampling = v.text(); }},
    {"parts", [](Settings& s, const Value& v) { s.solver_options.parts = v.count(0, 65536); }},
};

bool apply_from(std::span<const Binding> bindings, Settings& settings, const Value& value) {
  const auto found = std::find_if(bindings.begin(), bindings.end(),
                                  [&](const Binding& b) { return b.option == value.option(); });
  if (found == bindings.end()) return false;
  found->apply(settings, value);
  return true;
}

}  // namespace

bool apply_train_option(TrainSettings& settings, std::string_view name, std::string_view text) {
  const Value value(name, text);
  return apply_from(problem_bindings, settings, value) || apply_from(method_bindings, settings, value) ||
         apply_from(solver_bindings, settings, value);
}

}  // namespace sparselearn::cli
