// Cuts the text of one file into pieces of whole lines. The cuts depend on the text alone: a plain file, its
// gzip and a pipe give the same pieces.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "data/text_source.hpp"
#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn {

struct ChunkSizes {
  std::size_t chunk = std::size_t{128} << 10;         // bytes of text a piece, at least 4
  std::size_t longest_line = std::size_t{256} << 20;  // a longer line is refused
};

/// A piece of text, followed by a '\n' and RowParser::padding readable bytes. Buffers are reused.
struct Chunk {
  HugeVector<char> buffer;
  std::size_t size = 0;        // bytes of text
  bool too_long = false;       // the text is the start of a line longer than allowed
  std::exception_ptr failure;  // what ended the reading behind this text
  std::string_view text() const { return {buffer.data(), size}; }
};

class ChunkReader {
 public:
  /// Throws IoError.
  ChunkReader(const std::string& path, const ChunkSizes& sizes) : source_(path), sizes_(sizes) {}

  /// The next piece; false at the end. Failures to read are left in the piece, since the text before comes
  /// first.
  bool next(Chunk& chunk);
  std::uint64_t file_position() const { return source_.file_position(); }
  /// As TextSource::consumed().
  std::uint64_t consumed() const { return source_.consumed(); }

 private:
  void fill(Chunk& chunk, std::size_t size);
  bool cut(Chunk& chunk);
  void skip_byte_order_mark(Chunk& chunk);

  TextSource source_;
  ChunkSizes sizes_;
  std::string rest_;  // the start of a line that the last piece left over
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace sparselearn
