// From DATA arguments (files, gzip, directories, "-") to RowBlocks in file order.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/data/text_syntax.hpp"

namespace sparselearn {

struct ReadOptions {
  enum class IndexBase { automatic, zero, one };
  IndexBase index_base = IndexBase::automatic;  // automatic: 0 if any index is 0, else 1
  bool unsorted = false;                     // sort each row's indices and sum duplicates instead of refusing
  bool label_lists = false;                  // libsvm: rows have lists of labels, RowBlock::lists
  bool skip_bad_lines = false;               // count and skip instead of throwing
  std::uint64_t max_index = UINT32_MAX - 1;  // largest 0-based index accepted
  std::uint64_t max_memory = UINT64_MAX;     // bytes of rows that read_dataset() holds before it refuses
  Spill* spill = nullptr;                    // where read_dataset() puts the rows instead, however many
  TextSyntax syntax = TextSyntax::libsvm;    // of text; "automatic" is 0 for Vowpal Wabbit's and 1 for CSV
  bool label_optional = false;               // vw, csv: rows without a label have the label 0
  unsigned hash_bits = 0;                    // 1 to 31: features are hashed to 2^bits, counted from 0; 0: not
  unsigned name_bits = usual_name_bits;      // vw: names of features are hashed to so many bits, 1 to 32
  std::string label_column;                  // csv: its name; empty: the first
};

/// What happened while reading, besides the rows.
struct ReadReport {
  std::uint64_t bytes = 0;             // text bytes, after decompression
  std::uint64_t compressed_bytes = 0;  // bytes read from disk
  std::uint64_t lines = 0;
  std::uint64_t rows = 0;
  std::uint64_t nonzeros = 0;
  std::uint64_t skipped = 0;               // bad lines skipped
  std::vector<std::string> first_skipped;  // messages of the first ten, FILE:LINE:COLUMN: ...
  bool saw_qid = false;                    // qid: tokens were ignored
  int index_base = 1;                      // 0 or 1, as decided
  std::uint64_t features = 0;              // largest 0-based index + 1
  std::vector<std::string> columns;        // csv: names of the features
  double seconds = 0;
};

/// Called now and then from the reading thread with bytes done and total (0 if unknown), for a progress bar.
/// Returning false stops the reading with an Error of code `interrupted`.
using ReadProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Expands directories (sorted by name, hidden files left out) and checks that files exist and can be read. A
/// cache kept of a file, FILE.slc or FILE.HASH.slc, is left out where FILE itself is among them.
/// Throws IoError; DataError for a directory without data.
std::vector<std::string> expand_paths(const std::vector<std::string>& paths);

/// Reads everything into memory: read or inflate -> parse in parallel -> append in order.
/// Throws DataError (with file, line, column, excerpt) for bad data, an empty input or a damaged gzip,
/// IoError otherwise; Error of code `failure` before the rows take more than max_memory.
Dataset read_dataset(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                     const ReadProgress& progress = {});

/// The same as a stream of bounded memory: consume is called with each block in file order, from one thread
/// at a time, while later blocks are being read and parsed. Index base "automatic" can not be known in a
/// stream: with it, blocks hold the indices as base 1 until a 0 is seen, which is then an error that suggests
/// --index-base 0.
void read_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                 const std::function<void(RowBlock&&)>& consume, const ReadProgress& progress = {});

/// The same for one look at every row, index base "automatic" included: with it, blocks hold the indices of
/// the text less 1, modulo 2^32, and report.index_base tells at the end what was right.
void survey_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                   const std::function<void(const RowBlock&)>& look, const ReadProgress& progress = {});

}  // namespace sparselearn
