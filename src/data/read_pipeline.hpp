// Text: read or inflate -> parse in parallel -> consume in order, as a TBB pipeline. Tests come here to
// choose the sizes of the pieces.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/chunk_reader.hpp"
#include "data/row_parser.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {

/// So many bad lines that were skipped are described.
constexpr std::size_t skipped_lines_named = 10;

/// Called from the reading thread with the bytes taken from the files so far. Throws to stop.
using ReadPosition = std::function<void(std::uint64_t done)>;

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
