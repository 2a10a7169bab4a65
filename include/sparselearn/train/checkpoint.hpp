// A checkpoint: runs saved by TrainHooks::save and what they depend on, in a file that is whole or not there.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// Something that the numbers of a run depend on, as text: an option, the contents of a file.
struct Setting {
  std::string name, value;
};

struct Checkpoint {
  std::vector<Setting> options, inputs;
  std::vector<std::string> runs;  // one; with one against the rest, those ended and the one under way
};

/// Writes beside `path` and renames. Throws IoError.
void write_checkpoint(const Checkpoint& checkpoint, const std::string& path);

/// Throws IoError; DataError, naming file and offset, for a file that is damaged, cut short or no checkpoint,
/// and for one of another format or another version of the program.
Checkpoint read_checkpoint(const std::string& path);

/// Throws UsageError, naming the first that differs and both values, unless what the runs in `path` depend
/// on, `then`, is what a run depends on `now`.
void require_same(const std::vector<Setting>& then, const std::vector<Setting>& now, const std::string& path);

/// CRC-64 over all that a solver sees of the rows: indices, values, labels, weights, and how they are cut
/// into blocks. Reads the data once.
std::uint64_t checksum(const Dataset& data);

}  // namespace sparselearn
