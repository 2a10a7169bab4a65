// Checkpoints of `train`: what a run depends on, when a checkpoint is written, which run is gone on with.
#pragma once
#include <chrono>
#include <string>

#include "cli/train_data.hpp"
#include "sparselearn/train/checkpoint.hpp"

namespace sparselearn::cli {

class Checkpoints {
 public:
  /// Reads the file of --resume, if given. Throws UsageError when it is of a run with other options, and what
  /// read_checkpoint() throws.
  Checkpoints(const Arguments& arguments, const TrainSettings& settings, Screen& screen);

  /// To be called once, before the first run: throws UsageError when the runs in the file had other data.
  void look_at(const TrainData& data);
  /// Goes on with run `number`, 0 but for one against the rest, where the file has got to it; else begins it.
  TrainResult run(std::size_t number, const Problem& problem, Solver& solver, const TrainOptions& options,
                  TrainHooks hooks, std::span<const double> w0);
  /// Writes what the file does not have yet. Throws IoError; while a run goes on, that is told instead.
  void write();

 private:
  void keep(std::size_t number, std::string run);
  bool due() const;

  Screen& screen_;
  std::string path_;     // empty: no checkpoints are wanted
  std::string resumed_;  // the file gone on with, or empty
  std::chrono::duration<double> every_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  Checkpoint content_;
  std::size_t begun_ = 0;  // runs that the file gone on with has
  bool unwritten_ = false;
};

}  // namespace sparselearn::cli
