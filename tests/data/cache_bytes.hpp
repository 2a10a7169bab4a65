// The bytes of a cache, for the tests.
#pragma once
#include <string>

#include "data/cache_format.hpp"
#include "sparselearn/data/cache.hpp"

inline std::string cache_bytes(const sparselearn::Dataset& data, const sparselearn::ReadReport& report,
                               const sparselearn::CacheKey& key = {}) {
  std::string bytes;
  sparselearn::write_cache(data, report, key, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

/// Whether the block can be one of `size` bytes, whatever nonsense its line of the table tells.
inline bool fits(const sparselearn::cache::StoredBlock& block, std::uint64_t size) {
  return block.rows <= size && block.nonzeros <= size && block.listed <= size &&
         block.label_bytes <= sizeof(double) && sparselearn::cache::sections_of(block).end <= size;
}
