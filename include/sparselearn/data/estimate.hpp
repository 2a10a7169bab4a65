// What files of data will come to once they are read, told from a few MB of them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {

/// Figures of the whole, estimated unless `exact`, and the rows they were estimated from.
struct DataEstimate {
  Dataset sample;
  bool exact = true;        // all of the text was read
  std::uint64_t bytes = 0;  // of the files, as they lie on the disk
  double text_bytes = 0;    // after decompression
  double rows = 0;
  double nonzeros = 0;
  double memory = 0;            // bytes of the rows once loaded
  std::uint64_t bad_lines = 0;  // in what was read
  double fraction = 1;          // of the rows that the sample holds
};

/// How much is read of the files.
struct SampleSizes {
  std::size_t piece = std::size_t{256} << 10;  // bytes of text at each place
  std::size_t places = 64;                     // in all plain files together, at least one a file
  std::size_t head = std::size_t{32} << 20;  // bytes of text of a compressed file, which has no other places
};

/// Reads the head of each file (see expand_paths), of plain text some places evenly spaced inside too, of a
/// cache some blocks; small files are read whole. Assumes that the rest is like what was read. Bad lines are
/// left out, whatever the options say. sample.features() is that of the sample, a lower bound for the whole.
/// Throws IoError; UsageError for "-"; DataError for a damaged gzip or cache, a line too long to read, or a
/// file with no row in what was read.
DataEstimate estimate_data(const std::vector<std::string>& paths, const ReadOptions& options,
                           const SampleSizes& sizes = {});

}  // namespace sparselearn
