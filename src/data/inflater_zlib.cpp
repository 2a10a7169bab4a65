#ifndef SPARSELEARN_HAVE_ISAL
#include <zlib.h>

#include <algorithm>
#include <new>

#include "data/inflater.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t largest_piece = std::size_t{1} << 30;  // zlib counts in 32 bits
constexpr int gzip_window = 15 + 16;                         // 32 KiB window, gzip wrapper

}  // namespace

struct Inflater::Engine {
  z_stream stream{};
};

Inflater::Inflater() : engine_(std::make_unique<Engine>()) {
  if (inflateInit2(&engine_->stream, gzip_window) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(&engine_->stream); }

void Inflater::reset() { inflateReset(&engine_->stream); }

Inflater::Step Inflater::inflate(const char* in, std::size_t in_size, char* out, std::size_t out_size) {
  z_stream& stream = engine_->stream;
  const auto in_piece = static_cast<uInt>(std::min(in_size, largest_piece));
  const auto out_piece = static_cast<uInt>(std::min(out_size, largest_piece));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in));  // not written to
  stream.avail_in = in_piece;
  stream.next_out = reinterpret_cast<Bytef*>(out);
  stream.avail_out = out_piece;
  const int code = ::inflate(&stream, Z_NO_FLUSH);
  if (code == Z_MEM_ERROR) throw std::bad_alloc();
  Step step{State::more, in_piece - stream.avail_in, out_piece - stream.avail_out, nullptr};
  if (code == Z_STREAM_END) {
    step.state = State::member_end;
  } else if (code != Z_OK && code != Z_BUF_ERROR) {  // Z_BUF_ERROR: no progress possible, no damage
    step.state = State::damaged;
    step.reason = stream.msg ? stream.msg : "invalid deflate data";
  }
  return step;
}

}  // namespace sparselearn
#endif
