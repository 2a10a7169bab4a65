// gzip files for tests, by zlib.
#pragma once
#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

/// One gzip member. `header` may carry a name, a comment, extra bytes, a header checksum.
inline std::string gzip(std::string_view text, int level = 6, gz_header* header = nullptr) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  if (header) deflateSetHeader(&stream, header);
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 256, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("deflate");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
