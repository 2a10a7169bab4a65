// Everything `train` was asked for, read from the command line and checked as far as that goes without the
// data.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "sparselearn/data/reader.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/model/model.hpp"
#include "sparselearn/solver/solver.hpp"
#include "sparselearn/train/relay.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn::cli {

struct TrainSettings {
  std::vector<std::string> data;
  std::optional<std::uint64_t> features;
  std::optional<unsigned> hash_bits;
  std::uint64_t max_memory = UINT64_MAX;  // bytes of all rows together
  bool stream = false;                    // the rows lie in a file
  std::string stream_folder;              // in this folder; empty: spill_folder()
  bool cache = false;                     // keep caches of the data,
  std::string cache_folder;               // in this folder; empty: beside the files

  std::string loss;
  LossOptions loss_options;
  double l1 = 0;
  std::optional<double> l2;  // empty: 1/S
  bool intercept = false;
  std::string class_weight;  // "balanced", L:W,... or empty
  std::string weights_file;
  std::string normalize = "none";
  std::optional<double> positive;
  bool one_vs_rest = false;
  bool multilabel = false;  // one against the rest, of rows with lists of labels

  std::string solver;  // or "auto"
  SolverOptions solver_options;
  std::vector<std::string> solver_options_given;  // names of those that the solver must read
  std::string switch_to;                          // the second solver, after switch_at epochs; or empty
  double switch_at = 0;
  std::size_t continuation = 1;  // steps on the way to the problem asked for, that one included
  ContinuationBy continuation_by = ContinuationBy::penalty;
  TrainOptions train;
  bool require_convergence = false;
  std::string warm_start;
  std::size_t threads = 0;

  std::string valid;
  std::optional<double> valid_fraction;
  std::string metric;

  std::string model, trace, trace_weights, summary;  // files; empty: not wanted
  ModelFormat model_format = ModelFormat::text;
  Calibration::Kind calibrate = Calibration::Kind::none;
  bool trace_append = false;
  std::string checkpoint, resume;  // files; where only the second was given, the first is the same
  double checkpoint_every = 60;    // seconds
};

/// Throws UsageError for values out of range, names that do not exist, and options that do not go together or
/// that the chosen solver, loss or schedule does not read.
TrainSettings train_settings(const Arguments& arguments);

/// Sets the field that one option of `train` stands for; false when the option is none of those (help, data
/// options, screen).
bool apply_train_option(TrainSettings& settings, std::string_view name, std::string_view text);

/// Files written must not be files read, which would be gone, nor one another; else throws UsageError. Empty
/// names stand for files that are not wanted.
void require_separate_files(const TrainSettings& settings, const std::vector<std::string>& outputs);

ModelFormat model_format(std::string_view name);

}  // namespace sparselearn::cli
