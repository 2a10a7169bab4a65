// read or inflate -> parse in parallel -> consume in order, as a TBB pipeline. The library's read functions
// stand on it; tests come here to choose the sizes of the pieces.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/chunk_reader.hpp"
#include "data/row_parser.hpp"
#include "sparselearn/data/reader.hpp"

namespace sparselearn {

/// Reads the files one after another. consume gets every piece with rows, in order, one at a time. Fills
/// bytes, compressed_bytes, lines, rows, nonzeros, skipped, first_skipped and saw_qid of the report. What is
/// thrown is the first failure in the order of the text, whatever the number of threads.
void read_pieces(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
                 ReadReport& report, const std::function<void(ParsedRows&&)>& consume,
                 const ReadProgress& progress);

/// read_dataset() with pieces of a given size.
Dataset read_dataset(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                     const ReadProgress& progress, const ChunkSizes& sizes);

/// read_stream() with pieces of a given size.
void read_stream(const std::vector<std::string>& paths, const ReadOptions& options, ReadReport& report,
                 const std::function<void(RowBlock&&)>& consume, const ReadProgress& progress,
                 const ChunkSizes& sizes);

}  // namespace sparselearn
