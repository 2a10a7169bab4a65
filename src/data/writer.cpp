#include "sparselearn/data/writer.hpp"

#include <zlib.h>

#include <charconv>
#include <new>

#include "data/in_order.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

/// Appends short pieces to a string through a buffer on the stack: a call of std::string for each would take
/// most of the time.
class Appender {
 public:
  explicit Appender(std::string& out) : out_(out) {}
  ~Appender() { flush(); }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  void put(char c) { *next_++ = c; }
  template <class T>
  void put_number(T number) {
    next_ = std::to_chars(next_, end(), number).ptr;
  }
  /// Room for one more label or feature.
  void make_room() {
    if (end() - next_ < longest) flush();
  }

 private:
  static constexpr std::ptrdiff_t longest = 64;
  char* end() { return buffer_ + sizeof buffer_; }
  void flush() {
    out_.append(buffer_, static_cast<std::size_t>(next_ - buffer_));
    next_ = buffer_;
  }

  std::string& out_;
  char buffer_[8192];
  char* next_ = buffer_;
};

/// The labels of a row, 1,3,7. A row that has neither labels nor features would be a blank line, and gets a
/// feature that is 0.
void put_list(Appender& text, std::span<const double> labels, bool no_features, std::uint64_t shift) {
  for (std::size_t k = 0; k < labels.size(); ++k) {
    text.make_room();
    if (k > 0) text.put(',');
    text.put_number(labels[k]);
  }
  if (!labels.empty() || !no_features) return;
  text.make_room();
  text.put(' ');
  text.put_number(shift);
  text.put(':');
  text.put('0');
}

}  // namespace

void append_text(const RowBlock& block, int index_base, std::string& out) {
  const auto shift = static_cast<std::uint64_t>(index_base);
  Appender text(out);
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    if (block.lists.empty()) {
      text.make_room();
      text.put_number(block.labels[r]);
    } else {
      put_list(text, block.lists.row(r), row.size == 0, shift);
    }
    for (std::size_t k = 0; k < row.size; ++k) {
      text.make_room();
      text.put(' ');
      text.put_number(row.index[k] + shift);
      text.put(':');
      const float value = row.value_at(k);
      if (value == 1)
        text.put('1');
      else
        text.put_number(value);
    }
    text.make_room();
    text.put('\n');
  }
}

std::string block_text(const RowBlock& block, const TextFormat& format) {
  std::string text;
  append_text(block, format.index_base, text);
  return format.gzip ? gzip_member(text) : text;
}

void write_text(const Dataset& data, const TextFormat& format, const TextSink& sink) {
  const auto make = [&](std::uint64_t block) { return block_text(data.blocks()[block], format); };
  in_order(data.blocks().size(), make, [&](const std::string& text) { sink(text); });
}

std::string gzip_member(std::string_view text) {
  constexpr int gzip_window = 15 + 16;  // 32 KiB window, gzip wrapper
  constexpr int memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  constexpr std::size_t largest_piece = std::size_t{1} << 30;  // zlib counts in 32 bits
  std::string out;
  char buffer[16384];
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    if (stream.avail_in == 0) {
      const std::string_view piece = text.substr(0, largest_piece);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // not written to
      stream.avail_in = static_cast<uInt>(piece.size());
      text.remove_prefix(piece.size());
    }
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    code = deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  deflateEnd(&stream);
  return out;
}

}  // namespace sparselearn
