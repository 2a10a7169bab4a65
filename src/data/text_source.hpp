// The text of one DATA argument: a file or standard input, inflated when its first bytes say gzip. A
// Boost.Iostreams Source.
#pragma once
#include <boost/iostreams/categories.hpp>
#include <cstdint>
#include <ios>
#include <optional>
#include <string>

#include "data/cache_format.hpp"
#include "data/file_source.hpp"
#include "data/gunzip_filter.hpp"

namespace sparselearn {

class TextSource {
 public:
  using char_type = char;
  struct category : boost::iostreams::source_tag {};

  /// Throws IoError; DataError for a cache.
  explicit TextSource(const std::string& path) : file_(path) {
    const std::string_view begin = file_.peek(cache::magic.size());
    if (begin == cache::magic)  // of a regular file there is another reader
      throw DataError(Place{path == "-" ? "<stdin>" : path},
                      "a cache can not be read from a pipe; name its file");
    if (begin.starts_with("\x1f\x8b")) gunzip_.emplace(path);
  }

  /// Up to `size` bytes of text; -1 at the end. Throws IoError, or DataError for damaged gzip.
  std::streamsize read(char* out, std::streamsize size) {
    return gunzip_ ? gunzip_->read(file_, out, size) : file_.read(out, size);
  }
  /// Bytes taken from the file itself.
  std::uint64_t file_position() const { return file_.position(); }
  /// Bytes of the file that the text read so far was made from.
  std::uint64_t consumed() const { return gunzip_ ? gunzip_->consumed() : file_.position(); }

 private:
  FileSource file_;
  std::optional<GunzipFilter> gunzip_;
};

}  // namespace sparselearn
