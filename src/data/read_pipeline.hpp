// Text: read or inflate -> parse in parallel -> consume in order, as a TBB pipeline. Tests come here to
// choose the sizes of the pieces.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/chunk_reader.hpp"
#include "data/csv_columns.hpp"
#include "data/row_parser.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {

/// So many bad lines that were skipped are described.
constexpr std::size_t skipped_lines_named = 10;

/// Called from the reading thread with the bytes taken from the files so far. Throws to stop.
using ReadPosition = std::function<void(std::uint64_t done)>;

/// A piece of text and what was parsed from it.
struct ParsedPiece {
  std::size_t file = 0;  // its number among the files
  Chunk chunk;
  std::shared_ptr<const CsvColumns> columns;  // CSV: those of the file
  bool header = false;                        // CSV: its first line is the file's header
  ParsedRows rows;                            // none where a line is too long
};

/// Parses files of text one after another and gives consume every piece, in order, one at a time: also those
/// without rows, with a line too long, or with a failure behind their text, which are left to consume.
/// Returns the bytes taken from the files.
std::uint64_t parse_pieces(const std::vector<std::string>& files, const RowFormat& format,
                           const ChunkSizes& sizes, const std::function<void(ParsedPiece&)>& consume,
                           const ReadPosition& position);

/// The name of a file in messages.
std::string shown(const std::string& path);

/// What to throw for a piece with a line too long, which is line number `line`, from 1.
DataError too_long_error(const Chunk& chunk, const ChunkSizes& sizes, std::string file, std::uint64_t line);

/// Reads files of text one after another. consume gets every piece with rows, in order, one at a time. Adds
/// to bytes, compressed_bytes, lines, rows, nonzeros, skipped, first_skipped and saw_qid of the report. What
/// is thrown is the first failure in the order of the text, whatever the number of threads.
void read_pieces(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
                 ReadReport& report, const std::function<void(ParsedRows&&)>& consume,
                 const ReadPosition& position);

/// read_dataset() with pieces of a given size.
Dataset read_dataset(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                     const ReadProgress& progress, const ChunkSizes& sizes);

/// read_stream() with pieces of a given size.
void read_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                 const std::function<void(RowBlock&&)>& consume, const ReadProgress& progress,
                 const ChunkSizes& sizes);

}  // namespace sparselearn
