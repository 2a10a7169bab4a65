#include "cli/train_settings.hpp"

#include <algorithm>

#include "cli/names.hpp"
#include "sparselearn/schedule/schedule.hpp"
#include "sparselearn/train/validation.hpp"

namespace sparselearn::cli {
namespace {

std::vector<std::string> given_of_group(const Arguments& arguments, Group group) {
  std::vector<std::string> names;
  for (const Option* option : options_of(arguments.subcommand()))
    if (option->group == group && arguments.given(option->name)) names.emplace_back(option->name);
  return names;
}

// "solver X does not read --beta1; solvers that do: adam, nadam"
template <class Info>
[[noreturn]] void refuse_unread(const std::string& kind, std::string_view name, const std::string& option,
                                std::span<const Info> all) {
  std::vector<std::string_view> readers;
  for (const Info& info : all)
    if (reads(info.options, option)) readers.push_back(info.name);
  const std::string plural = kind == "loss" ? "losses" : kind + "s";
  throw UsageError(kind + " " + std::string(name) + " does not read --" + option +
                   (readers.empty() ? "; no other " + kind + " of this version does"
                                    : "; " + plural + " that do: " + listed(readers, "and")));
}

// The option that asked for one against the rest.
std::string one_vs_rest_option(const TrainSettings& settings) {
  return settings.multilabel ? "--multilabel" : "--multiclass ovr";
}

void check_loss(const Arguments& arguments, const TrainSettings& settings) {
  const loss::Info& info = find_named("loss", settings.loss, loss::all());
  for (const std::string& option : given_of_group(arguments, Group::loss_option))
    if (!reads(info.options, option)) refuse_unread("loss", info.name, option, loss::all());
  if (settings.one_vs_rest && info.make(settings.loss_options)->labels() != LabelKind::binary)
    throw UsageError(one_vs_rest_option(settings) + " makes problems of two labels, which the loss " +
                     settings.loss + " does not take");
}

void check_smoothing(const TrainSettings& settings) {
  if (settings.continuation < 2) throw UsageError("--continuation-by needs --continuation");
  std::vector<std::string_view> kinked;
  for (const loss::Info& info : loss::all())
    if (info.make(settings.loss_options)->smoothed(1)) kinked.push_back(info.name);
  if (std::find(kinked.begin(), kinked.end(), settings.loss) == kinked.end())
    throw UsageError("loss " + settings.loss +
                     " has no smoothed form; losses that do: " + listed(kinked, "and"));
}

void check_solver(const TrainSettings& settings) {
  if (settings.switch_to.empty() != (settings.switch_at == 0))
    throw UsageError("--switch-to and --switch-at need each other");
  if (!settings.switch_to.empty() && settings.continuation > 1)
    throw UsageError("--switch-to and --continuation exclude each other");
  if (settings.continuation_by == ContinuationBy::smoothing) check_smoothing(settings);
  if (settings.solver == "auto") return;
  const solver::Info& info = find_named("solver", settings.solver, solver::all());
  for (const std::string& option : settings.solver_options_given)
    if (!info.reads(option)) refuse_unread("solver", info.name, option, solver::all());
}

void check_schedule(const Arguments& arguments, const TrainSettings& settings) {
  const std::string& name = settings.solver_options.schedule;
  const std::vector<std::string> given = given_of_group(arguments, Group::schedule_option);
  if (name == "auto") {
    if (given.empty()) return;
    throw UsageError("--" + given[0] + " needs --schedule: solvers set their own schedules themselves");
  }
  const schedule::Info& info = find_named("schedule", name, schedule::all());
  for (const std::string& option : given)
    if (!reads(info.options, option)) refuse_unread("schedule", info.name, option, schedule::all());
}

void check_averaging(const Arguments& arguments, const TrainSettings& settings) {
  const std::string& kind = settings.solver_options.averaging;
  if (arguments.given("averaging-decay") && kind != "exponential")
    throw UsageError("--averaging-decay needs --averaging exponential");
  if (arguments.given("averaging-start") && kind == "none")
    throw UsageError("--averaging-start does not go with --averaging none");
}

void check_validation(const Arguments& arguments, const TrainSettings& settings) {
  // A subcommand without --valid has rows of its own to judge by.
  const bool validates =
      !settings.valid.empty() || settings.valid_fraction || !find_option(arguments.subcommand(), "valid");
  if (!settings.valid.empty() && settings.valid_fraction)
    throw UsageError("--valid and --valid-fraction exclude each other");
  if (validates && settings.one_vs_rest)
    throw UsageError(one_vs_rest_option(settings) +
                     " trains a model a class and has no common validation; use `sparselearn evaluate`");
  if (!settings.warm_start.empty() && settings.one_vs_rest)
    throw UsageError("--warm-start does not go with " + one_vs_rest_option(settings));
  for (const char* option : {"metric", "early-stop"})
    if (arguments.given(option) && !validates)
      throw UsageError(std::string("--") + option + " needs --valid or --valid-fraction");
  if (settings.metric != "auto") find_metric(settings.metric);
}

void check_calibration(const TrainSettings& settings) {
  if (settings.calibrate == Calibration::Kind::none) return;
  if (loss::make(settings.loss, settings.loss_options)->labels() != LabelKind::binary || settings.one_vs_rest)
    throw UsageError("--calibrate is for a loss of two labels, without " + one_vs_rest_option(settings));
  if (settings.model.empty()) throw UsageError("--calibrate needs --model: it is kept there");
  if (settings.model_format == ModelFormat::liblinear)
    throw UsageError("LIBLINEAR models hold no calibration: --calibrate needs another --model-format");
  if (settings.stream && settings.valid.empty() && !settings.valid_fraction)
    throw UsageError("--calibrate with --stream needs --valid or --valid-fraction: folds are not streamed");
}

void check_multilabel(const Arguments& arguments, const TrainSettings& settings) {
  if (!settings.multilabel) return;
  for (const char* option : {"class-weight", "positive"})
    if (arguments.given(option))
      throw UsageError(std::string("--") + option +
                       " is for rows with one label; with --multilabel each label is a problem of its own");
  if (settings.model_format == ModelFormat::liblinear || settings.model_format == ModelFormat::vw)
    throw UsageError(
        "models of LIBLINEAR and Vowpal Wabbit tell one label a row: --multilabel needs another "
        "--model-format");
}

void check_cache(const Arguments& arguments, const TrainSettings& settings) {
  if (settings.cache && arguments.text("input-format") != "libsvm")
    throw UsageError("--cache keeps caches of LIBSVM text; `sparselearn convert` makes one of other text");
  const bool from_pipe = std::find(settings.data.begin(), settings.data.end(), "-") != settings.data.end();
  if (settings.cache && (from_pipe || settings.valid == "-"))
    throw UsageError("--cache keeps caches of files, which standard input is not; name a file");
}

void check_checkpoint(const Arguments& arguments, const TrainSettings& settings) {
  if (arguments.given("checkpoint-every") && settings.checkpoint.empty())
    throw UsageError("--checkpoint-every needs --checkpoint or --resume");
  for (const std::string& path : {settings.checkpoint, settings.resume})
    if (path == "-" || path.starts_with("/dev/std"))
      throw UsageError("a checkpoint is a file, not standard input or output");
  if (!settings.checkpoint.empty() && !settings.warm_start.empty() && settings.warm_start == settings.model)
    throw UsageError(
        "with a checkpoint the model to start from is needed again: write the new one elsewhere");
  if (settings.trace_append && !settings.resume.empty())
    throw UsageError(
        "--trace-append does not go with --resume, which writes the whole trace of the run, also the rows "
        "that "
        "may have been appended when it broke off; give it a --trace of its own");
}

}  // namespace

ModelFormat model_format(std::string_view name) {
  if (name == "binary") return ModelFormat::binary;
  if (name == "liblinear") return ModelFormat::liblinear;
  if (name == "csv") return ModelFormat::csv;
  if (name == "vw") return ModelFormat::vw;
  return name == "json" ? ModelFormat::json : ModelFormat::text;
}

void require_separate_files(const TrainSettings& settings, const std::vector<std::string>& outputs) {
  const auto is_input = [&](const std::string& path) {
    return std::find(settings.data.begin(), settings.data.end(), path) != settings.data.end() ||
           path == settings.valid || path == settings.weights_file;
  };
  std::vector<std::string> written;
  for (const std::string& path : outputs) {
    if (path.empty() || path.starts_with("/dev/")) continue;
    // The model to start from may be replaced by the one it leads to, and by nothing else; so may a
    // checkpoint.
    const bool lost = (path == settings.warm_start && path != settings.model) ||
                      (path == settings.resume && path != settings.checkpoint);
    if (path != "-" && (is_input(path) || lost)) throw UsageError("'" + path + "' is both read and written");
    if (std::find(written.begin(), written.end(), path) != written.end())
      throw UsageError("'" + path + "' is written twice");
    written.push_back(path);
  }
}

TrainSettings train_settings(const Arguments& arguments) {
  arguments.require_positional(1);
  TrainSettings settings;
  settings.data = arguments.positional();
  for (const Option* option : options_of(arguments.subcommand())) {
    const bool wanted = arguments.given(option->name) || !option->fallback.empty();
    if (wanted) apply_train_option(settings, option->name, arguments.text(option->name));
  }
  settings.solver_options_given = given_of_group(arguments, Group::solver);
  if (settings.solver_options.schedule == "auto")
    for (std::string& option : given_of_group(arguments, Group::schedule_option))
      settings.solver_options_given.push_back(std::move(option));
  if (!settings.switch_to.empty()) {  // what the second solver reads, the first need not
    const solver::Info& second = find_named("solver", settings.switch_to, solver::all());
    std::erase_if(settings.solver_options_given, [&](const std::string& o) { return second.reads(o); });
  }
  check_loss(arguments, settings);
  check_solver(settings);
  check_schedule(arguments, settings);
  check_averaging(arguments, settings);
  check_validation(arguments, settings);
  if (settings.checkpoint.empty()) settings.checkpoint = settings.resume;
  check_checkpoint(arguments, settings);
  require_separate_files(settings, {settings.model, settings.trace, settings.trace_weights, settings.summary,
                                    settings.checkpoint});
  check_cache(arguments, settings);
  check_multilabel(arguments, settings);
  check_calibration(settings);
  if (!settings.trace_weights.empty() && (settings.one_vs_rest || !settings.resume.empty()))
    throw UsageError("--trace-weights goes with neither " + one_vs_rest_option(settings) + " nor --resume");
  if (!settings.trace_weights.empty() && settings.normalize != "none")
    throw UsageError(
        "--trace-weights does not go with --normalize: the weights of a run are those of scaled rows");
  const bool scales =
      settings.model_format != ModelFormat::liblinear && settings.model_format != ModelFormat::vw;
  if (settings.normalize == "l2" && !scales)
    throw UsageError(
        "models of LIBLINEAR and Vowpal Wabbit do not scale rows: --normalize l2 needs another "
        "--model-format");
  if (settings.trace_append && settings.trace.empty()) throw UsageError("--trace-append needs --trace");
  return settings;
}

}  // namespace sparselearn::cli
