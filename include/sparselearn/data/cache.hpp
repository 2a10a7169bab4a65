// The binary cache of a data set: its blocks as they lie in memory, so that loading is little more than
// copying. Read wherever data is (data/reader.hpp), recognised by its first bytes. The layout is in
// src/data/cache_format.hpp.
#pragma once
#include <cstdint>
#include <string>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/data/reader.hpp"
#include "sparselearn/data/writer.hpp"

namespace sparselearn {

/// What a cache was made from: it is out of date when the key of the source is another one.
struct CacheKey {
  std::uint64_t size = 0;       // of the source, in bytes
  std::int64_t modified = 0;    // nanoseconds since 1970
  std::uint64_t max_index = 0;  // the rest: how it was read, ReadOptions
  std::uint32_t index_base = 0;
  std::uint8_t unsorted = 0;
  std::uint8_t skip_bad_lines = 0;
  std::uint8_t from_source = 0;  // 1: all of this is known; 0: made by request, from anything
  std::uint8_t label_lists = 0;
  bool operator==(const CacheKey&) const = default;
};

/// The key of a file as it is now. Throws IoError.
CacheKey cache_key(const std::string& path, const ReadOptions& options);

/// True for a regular file with the first bytes of a cache. Throws IoError if it can not be read.
bool is_cache(const std::string& path);

/// What a cache tells of itself without its rows.
struct CacheInfo {
  CacheKey key;
  ReadReport report;  // of the reading of its source: text bytes, lines, bad lines skipped, ...
};

/// Checks the header, the table of blocks and the size. Throws IoError; DataError for damage or another
/// version.
CacheInfo read_cache_info(const std::string& path);

/// Writes all rows; blocks are encoded in parallel. `report` is what their reading told. Same bytes on any
/// number of threads.
void write_cache(const Dataset& data, const ReadReport& report, const CacheKey& key, const TextSink& sink);

}  // namespace sparselearn
