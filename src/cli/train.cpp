// sparselearn train: from options and data to a model, a trace and a certificate.
#include <exception>
#include <memory>

#include "cli/calibrating.hpp"
#include "cli/checkpoints.hpp"
#include "cli/experiment.hpp"
#include "cli/fitting.hpp"
#include "cli/interrupt.hpp"
#include "cli/train_progress.hpp"
#include "cli/train_report.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/train/one_vs_rest.hpp"
#include "sparselearn/train/trace_writer.hpp"
#include "sparselearn/train/weight_trace.hpp"

namespace sparselearn::cli {
namespace {

// An hour of training must not end in "no such directory".
void require_writable_outputs(const TrainSettings& settings) {
  for (const std::string& path :
       {settings.model, settings.trace, settings.trace_weights, settings.summary, settings.checkpoint})
    if (!path.empty()) require_writable(path);
}

ExitCode exit_code(const TrainSettings& settings, const Certificate& certificate) {
  if (certificate.reason == "interrupted") return ExitCode::interrupted;
  if (certificate.reason == "diverged") return ExitCode::not_converged;
  return settings.require_convergence && !certificate.converged ? ExitCode::not_converged : ExitCode::success;
}

// One call of `train`, after the data has been read.
class Training {
 public:
  Training(const Arguments& arguments, const TrainSettings& settings, TrainData& data,
           Checkpoints& checkpoints, Screen& screen)
      : settings_(settings),
        data_(data),
        checkpoints_(checkpoints),
        screen_(screen),
        problem_words_(objective_options(arguments)),
        loss_(make_loss(settings, data.labels)) {
    fit_.l1 = settings.l1;
    fit_.l2 = settings.l2.value_or(1 / data.rows.total_weight());
    fit_.threads = ThreadLimit::threads();
    if (settings.trace.empty()) return;
    trace_ =
        std::make_unique<TraceWriter>(settings.trace, settings.trace_append ? TraceWriter::Existing::append
                                                                            : TraceWriter::Existing::replace);
    run_number_ = parse_unsigned(trace_->next_run()).value_or(1);
  }

  ExitCode run() {
    const bool one_vs_rest = settings_.multilabel || (settings_.one_vs_rest && data_.labels.classes() > 2);
    Model model = one_vs_rest ? fit_classes() : fit_all();
    if (settings_.calibrate != Calibration::Kind::none && usable()) calibrate(model);
    screen_.clear();
    return finish(model);
  }

 private:
  Problem problem() const { return Problem(data_.rows, *loss_, {fit_.l1, fit_.l2}, settings_.intercept); }

  // Picks the solver and tells what is going to happen.
  const solver::Info& open(const Problem& problem, std::size_t models) {
    const SolverPick pick = pick_solver(settings_, problem);
    fit_.solver = pick.name;
    fit_.choice = pick.reason;
    fit_.coefficients = data_.features() * problem.outputs() * models;
    screen_.block(opening(settings_, data_, fit_));
    return *pick.info;
  }

  Model fit_all() {
    const Problem all = problem();
    fit_.result = fit(all, open(all, 1), 0, "", settings_.train);
    // Calibration reads them once more.
    const bool last_use = settings_.calibrate == Calibration::Kind::none;
    return whole_model(all, last_use ? std::move(fit_.result.weights) : fit_.result.weights);
  }

  Model fit_classes() {
    OneVsRest classes(data_.rows, data_.labels.classes());
    const Problem one = problem();
    classes.select(0);
    const solver::Info& info = open(one, classes.classes());
    for (std::size_t c = 0; c < classes.classes() && !fit_.broken_off; ++c) {
      classes.select(c);
      const std::string name = "label " + to_text(data_.labels.labels()[c]);
      if (classes.rows_of(c) == data_.rows.rows()) screen_.note("note: every row has the " + name);
      const TrainResult result = fit(one, info, c, name + "  ", time_share(classes));
      classes.keep(whole_model(one, result.weights), result);
      const bool diverged = result.certificate.reason == "diverged";
      fit_.broken_off = diverged || (interrupted() && c + 1 < classes.classes());
      if (!fit_.broken_off && !interrupted()) continue;
      fit_.result = classes.result();
      fit_.result.certificate = result.certificate;
      fit_.result.certificate.converged = false;
      fit_.result.certificate.reason = diverged ? "diverged" : "interrupted";
      fit_.result.certificate.detail += " at " + name;
      if (fit_.broken_off) fit_.result.certificate.detail += ", no model is written";
      return classes.model();
    }
    fit_.result = classes.result();
    return classes.model();
  }

  // What is left of the time limit is shared by the classes that are left.
  TrainOptions time_share(const OneVsRest& classes) const {
    TrainOptions options = settings_.train;
    if (options.time_limit > 0)
      options.time_limit = std::max(1e-9, options.time_limit - classes.result().last.seconds) /
                           static_cast<double>(classes.classes() - classes.kept());
    return options;
  }

  // Of all features, whatever those of the problem are, and ready to be written (TrainData::complete).
  Model whole_model(const Problem& problem, std::vector<double> weights) const {
    Model model = finished_model(settings_, problem, data_.labels, fit_.solver, std::move(weights));
    data_.complete(model);
    return model;
  }

  TrainResult fit(const Problem& problem, const solver::Info& info, std::size_t number,
                  const std::string& name, const TrainOptions& options) {
    const std::unique_ptr<Solver> solver = make_solver(settings_, info);
    const TraceRun constants = trace_run(settings_, fit_, run_number_++);
    Progress progress(screen_, settings_.train.epochs, name);
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) {
      if (trace_) trace_->write(constants, row);
      progress.row(row);
    };
    trace_weights(problem, constants, hooks);
    hooks.keep_going = [&] {
      progress.tick(solver->epochs());
      return !interrupted();
    };
    const std::unique_ptr<Validation> validation = validate(settings_, data_, problem, fit_.solver, hooks);
    std::vector<double> start;
    if (data_.start) start = start_point(*data_.start, problem);
    return checkpoints_.run(number, problem, *solver, options, hooks, start);
  }

  void trace_weights(const Problem& problem, const TraceRun& constants, TrainHooks& hooks) {
    if (settings_.trace_weights.empty()) return;
    const auto model_of = [&](std::span<const double> w) {
      Model model = finished_model(settings_, problem, data_.labels, fit_.solver, {w.begin(), w.end()});
      data_.used.widen(model);
      return model;
    };
    const std::vector<double> zero(problem.dimension());
    weight_trace_ = std::make_unique<WeightTrace>(settings_.trace_weights, model_of(zero), problem_words_);
    hooks.on_weights = [this, model_of, constants](std::span<const double> w, const TraceRow& row) {
      weight_trace_->write(constants, row, model_of(w));
    };
  }

  bool usable() const { return fit_.result.certificate.reason != "diverged" && !fit_.broken_off; }

  void calibrate(Model& model) {
    const auto calibration = calibration_of(settings_, data_, fit_, screen_);
    if (calibration)
      model.calibration = *calibration;
    else
      screen_.note("note: interrupted before the end of the calibration: the model has none");
  }

  ExitCode finish(Model& model) {
    const Certificate& certificate = fit_.result.certificate;
    std::exception_ptr lost;  // a full disk under the checkpoint must not take the model along
    try {
      checkpoints_.write();
    } catch (const IoError&) {
      lost = std::current_exception();
    }
    write_results(model);
    if (lost) std::rethrow_exception(lost);
    screen_.block(closing(settings_, data_, fit_));
    const bool cut_short = settings_.calibrate != Calibration::Kind::none && usable() && !model.calibration;
    const ExitCode code = cut_short ? ExitCode::interrupted : exit_code(settings_, certificate);
    if (code == ExitCode::not_converged && screen_.quiet()) say_error(certificate.text());
    screen_.note(certificate.text());
    return code;
  }

  void write_results(Model& model) {
    if (trace_) trace_->commit();
    if (weight_trace_) weight_trace_->commit();
    if (!settings_.model.empty() && usable()) write_model_file(model);
    if (settings_.summary.empty()) return;
    OutputFile file(settings_.summary);
    file.write(summary_json(settings_, data_, fit_));
    file.commit();
  }

  void write_model_file(Model& model) {
    add_outcome(model, fit_.result);
    write_model(model, settings_.model, settings_.model_format);
  }

  const TrainSettings& settings_;
  TrainData& data_;
  Checkpoints& checkpoints_;
  Screen& screen_;
  const std::string problem_words_;  // the options that say what is minimised
  const std::unique_ptr<Loss> loss_;
  std::unique_ptr<TraceWriter> trace_;
  std::unique_ptr<WeightTrace> weight_trace_;
  std::uint64_t run_number_ = 1;
  Fit fit_;
};

// Rows that nobody will see need not tell all.
bool rows_are_seen(const TrainSettings& settings, bool verbose) {
  return verbose || !settings.trace.empty() || !settings.checkpoint.empty() || !settings.resume.empty();
}

}  // namespace

ExitCode train_command(const Arguments& arguments) {
  TrainSettings settings = train_settings(arguments);
  settings.train.all_figures = rows_are_seen(settings, arguments.given("verbose"));
  settings.train.last_figures = !settings.summary.empty();
  require_writable_outputs(settings);
  Screen screen(arguments);
  const ThreadLimit limit(settings.threads);
  Checkpoints checkpoints(arguments, settings, screen);
  TrainData data = read_train_data(arguments, settings, screen);
  checkpoints.look_at(data);
  catch_interrupts();  // from here on there is a model to keep
  return Training(arguments, settings, data, checkpoints, screen).run();
}

}  // namespace sparselearn::cli
