#include "data/chunk_reader.hpp"

#include <algorithm>
#include <cstring>

#include "data/row_parser.hpp"

namespace sparselearn {

bool ChunkReader::next(Chunk& chunk) {
  chunk.size = 0;
  chunk.too_long = false;
  chunk.failure = nullptr;
  if (ended_ && rest_.empty()) return false;
  chunk.buffer.resize(std::max(sizes_.chunk, rest_.size()) + RowParser::padding);
  std::copy(rest_.begin(), rest_.end(), chunk.buffer.begin());
  chunk.size = rest_.size();
  rest_.clear();
  std::size_t size = std::max(sizes_.chunk, chunk.size);
  fill(chunk, size);
  while (!cut(chunk)) {  // a line longer than the piece
    size = std::min(2 * size, sizes_.longest_line + 1);
    fill(chunk, size);
  }
  std::fill_n(chunk.buffer.data() + chunk.size, RowParser::padding, '\n');
  return chunk.size > 0 || chunk.failure;
}

// Reads until the piece holds `size` bytes or the file ends.
void ChunkReader::fill(Chunk& chunk, std::size_t size) {
  if (chunk.buffer.size() < size + RowParser::padding) chunk.buffer.resize(size + RowParser::padding);
  try {
    while (!ended_ && chunk.size < size) {
      const std::streamsize count =
          source_.read(chunk.buffer.data() + chunk.size, static_cast<std::streamsize>(size - chunk.size));
      if (count < 0) ended_ = true;
      if (count > 0) chunk.size += static_cast<std::size_t>(count);
    }
  } catch (...) {
    chunk.failure = std::current_exception();
    ended_ = true;
  }
  if (first_) skip_byte_order_mark(chunk);
}

// Leaves whole lines in the piece and what follows in rest_. False if there is no end of a line yet and more
// can be read.
bool ChunkReader::cut(Chunk& chunk) {
  if (ended_ && !chunk.failure) return true;
  const void* const newline = memrchr(chunk.buffer.data(), '\n', chunk.size);
  const std::size_t end =
      newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - chunk.buffer.data()) + 1 : 0;
  if (chunk.failure) {  // a line that was cut short is not judged
    chunk.size = end;
    return true;
  }
  if (end == 0) {
    chunk.too_long = chunk.size > sizes_.longest_line;
    ended_ = chunk.too_long;
    return chunk.too_long;
  }
  rest_.assign(chunk.buffer.data() + end, chunk.size - end);
  chunk.size = end;
  return true;
}

void ChunkReader::skip_byte_order_mark(Chunk& chunk) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  first_ = false;
  if (!chunk.text().starts_with(mark)) return;
  chunk.size -= mark.size();
  std::memmove(chunk.buffer.data(), chunk.buffer.data() + mark.size(), chunk.size);
}

}  // namespace sparselearn
