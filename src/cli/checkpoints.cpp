#include "cli/checkpoints.hpp"

#include <algorithm>
#include <utility>

#include "cli/interrupt.hpp"
#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::string_view absent = "not given";

// Whether the run's numbers hang on the option itself. What the options about data and files of rows do shows
// in the rows.
bool decides(const Option& option) {
  if (option.takes_file() || option.group == Group::data || option.group == Group::screen) return false;
  if (option.group == Group::output) return option.name == "trace-every";
  return option.name != "threads" && option.name != "time-limit" && option.name != "require-convergence";
}

// 1e-2 and 0.01 are the same.
std::string plain(std::string_view text) {
  if (const auto count = parse_unsigned(text)) return std::to_string(*count);
  if (const auto number = parse_double(text)) return to_text(*number);
  return std::string(text);
}

std::string value_of(const Option& option, const Arguments& arguments) {
  if (option.flag()) return arguments.given(option.name) ? "given" : std::string(absent);
  const std::string_view text = arguments.text(option.name);
  return text.empty() ? std::string(absent) : plain(text);
}

std::vector<Setting> deciding_options(const Arguments& arguments) {
  std::vector<Setting> settings;
  for (const Option* option : options_of(arguments.subcommand()))
    if (decides(*option))
      settings.push_back({"--" + std::string(option->name), value_of(*option, arguments)});
  return settings;
}

template <class T>
std::uint64_t checksum_of(std::vector<T> values, std::uint64_t before = 0) {
  Archive archive;
  archive(values);
  return checksum(archive.bytes(), before);
}

std::string rows_text(const Dataset& rows, std::uint64_t features, std::uint64_t sum) {
  return with_commas(rows.rows()) + " rows, " + with_commas(features) + " features from " +
         std::to_string(rows.index_base()) + ", " + with_commas(rows.nonzeros()) + " nonzeros, weight " +
         to_text(rows.total_weight()) + " (checksum " + std::to_string(sum) + ")";
}

std::vector<Setting> inputs(const TrainData& data) {
  const std::uint64_t names = checksum_of(data.labels.labels(), checksum_of(data.used.used()));
  const std::string rows =
      rows_text(data.rows, data.features(), checksum_of(std::vector{checksum(data.rows)}, names));
  const std::string valid =
      data.valid ? rows_text(*data.valid, data.features(), checksum(*data.valid)) : std::string(absent);
  std::string start(absent);
  if (data.start) {
    const auto& w = data.start->weights;
    start = "one of checksum " + std::to_string(checksum_of(std::vector<double>(w.begin(), w.end()),
                                                            checksum_of(data.start->bias)));
  }
  return {{"the data", rows}, {"the validation data", valid}, {"the model of --warm-start", start}};
}

}  // namespace

Checkpoints::Checkpoints(const Arguments& arguments, const TrainSettings& settings, Screen& screen)
    : screen_(screen),
      path_(settings.checkpoint),
      resumed_(settings.resume),
      every_(settings.checkpoint_every) {
  std::vector<Setting> options = deciding_options(arguments);
  if (!resumed_.empty()) {
    content_ = read_checkpoint(resumed_);
    require_same(content_.options, options, resumed_);
    begun_ = content_.runs.size();
  }
  content_.options = std::move(options);
}

void Checkpoints::look_at(const TrainData& data) {
  if (path_.empty()) return;
  std::vector<Setting> found = inputs(data);
  if (!resumed_.empty()) require_same(content_.inputs, found, resumed_);
  content_.inputs = std::move(found);
}

TrainResult Checkpoints::run(std::size_t number, const Problem& problem, Solver& solver,
                             const TrainOptions& options, TrainHooks hooks, std::span<const double> w0) {
  if (!path_.empty()) {
    hooks.save_due = [this] { return due(); };
    hooks.save = [this, number](std::string run) { keep(number, std::move(run)); };
  }
  if (number >= begun_) return train(problem, solver, options, hooks, w0);
  try {
    return resume(problem, solver, options, content_.runs[number], hooks, w0);
  } catch (const DataError& error) {
    throw DataError(Place{resumed_}, std::string("the checkpoint is damaged: ") + error.what());
  }
}

void Checkpoints::keep(std::size_t number, std::string run) {
  content_.runs.resize(std::max(content_.runs.size(), number + 1));
  content_.runs[number] = std::move(run);
  unwritten_ = true;
  if (!due() && !interrupted()) return;
  try {
    write();                        // before all that an interrupted run has yet to do
  } catch (const IoError& error) {  // a disk that is full for a while must not end the run
    screen_.clear();
    say_error(error.what() + std::string("; training goes on"));
    last_ = std::chrono::steady_clock::now();
  }
}

bool Checkpoints::due() const { return std::chrono::steady_clock::now() - last_ >= every_; }

void Checkpoints::write() {
  if (!unwritten_) return;
  write_checkpoint(content_, path_);
  unwritten_ = false;
  last_ = std::chrono::steady_clock::now();
}

}  // namespace sparselearn::cli
