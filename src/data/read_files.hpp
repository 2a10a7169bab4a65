// The rows of files of every kind, text or cache, one file after another. The library's read functions stand
// on it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/read_pipeline.hpp"

namespace sparselearn {

/// As read_pieces(), which it calls for what is not a cache. `progress` gets bytes of all files.
void read_files(const std::vector<std::string>& files, const RowFormat& format, const ChunkSizes& sizes,
                ReadReport& report, const std::function<void(ParsedRows&&)>& consume,
                const ReadProgress& progress);

/// Hands on positions in `files` as progress; `before` is what was taken from those before. Both must outlive
/// what is returned, which throws Error(interrupted) where the progress says stop.
ReadPosition position_of(const std::vector<std::string>& files, const ReadProgress& progress,
                         const std::uint64_t& before);

/// How text is parsed with these options: with the index base "automatic" as if it started at 1, 0 allowed.
RowFormat row_format(const ReadOptions& options);

/// "automatic" becomes what the syntax says, or where all files are caches what they hold: 0 if any of them
/// starts at 0.
ReadOptions resolve_index_base(const std::vector<std::string>& files, ReadOptions options);

}  // namespace sparselearn
