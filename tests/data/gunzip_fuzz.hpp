// One body for the fuzzer and the unit tests: any bytes behind a gzip magic are text or damage, and come to
// an end.
#pragma once
#include <boost/iostreams/categories.hpp>
#include <cstddef>
#include <string>
#include <utility>

#include "data/gunzip_filter.hpp"

class StringSource {
 public:
  using char_type = char;
  struct category : boost::iostreams::source_tag {};
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::streamsize read(char* out, std::streamsize size) {
    const std::size_t count = bytes_.copy(out, static_cast<std::size_t>(size), at_);
    at_ += count;
    return count == 0 ? -1 : static_cast<std::streamsize>(count);
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

/// Bytes of text before the end or the damage, which `damaged` tells apart.
inline std::size_t gunzipped(const std::string& bytes, bool& damaged) {
  StringSource source("\x1f\x8b\x08" + bytes);
  sparselearn::GunzipFilter filter("fuzz");
  char text[4096];
  std::size_t size = 0;
  damaged = false;
  try {
    for (std::streamsize count = 0; count >= 0; count = filter.read(source, text, sizeof text))
      size += static_cast<std::size_t>(count);
  } catch (const sparselearn::DataError&) {
    damaged = true;
  }
  return size;
}
