// The bytes of a cache, for the tests.
#pragma once
#include <string>

#include "sparselearn/data/cache.hpp"

inline std::string cache_bytes(const sparselearn::Dataset& data, const sparselearn::ReadReport& report,
                               const sparselearn::CacheKey& key = {}) {
  std::string bytes;
  sparselearn::write_cache(data, report, key, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}
