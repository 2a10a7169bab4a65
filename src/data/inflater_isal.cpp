#ifdef SPARSELEARN_HAVE_ISAL
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>

#include "data/gzip_header.hpp"
#include "data/inflater.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t largest_piece = std::size_t{1} << 30;  // ISA-L counts in 32 bits

const char* reason(int code) {
  return code == ISAL_INCORRECT_CHECKSUM ? "checksum mismatch" : "invalid deflate data";
}

}  // namespace

struct Inflater::Engine {
  GzipHeader header;
  inflate_state state;  // behind the header: deflate data and the checksum behind them
};

Inflater::Inflater() : engine_(std::make_unique<Engine>()) {
  isal_inflate_init(&engine_->state);
  engine_->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

Inflater::~Inflater() = default;

void Inflater::reset() {
  engine_->header = {};
  isal_inflate_reset(&engine_->state);
  engine_->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

Inflater::Step Inflater::inflate(const char* in, std::size_t in_size, char* out, std::size_t out_size) {
  if (GzipHeader& header = engine_->header; !header.complete()) {
    const std::size_t taken = header.take(in, in_size);
    return {header.wrong() ? State::damaged : State::more, taken, 0, header.wrong()};
  }
  inflate_state& state = engine_->state;
  const auto in_piece = static_cast<std::uint32_t>(std::min(in_size, largest_piece));
  const auto out_piece = static_cast<std::uint32_t>(std::min(out_size, largest_piece));
  state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(in));  // not written to
  state.avail_in = in_piece;
  state.next_out = reinterpret_cast<std::uint8_t*>(out);
  state.avail_out = out_piece;
  const int code = isal_inflate(&state);
  Step step{State::more, in_piece - state.avail_in, out_piece - state.avail_out, nullptr};
  if (code < ISAL_DECOMP_OK || code == ISAL_NEED_DICT) {
    step.state = State::damaged;
    step.reason = reason(code);
  } else if (state.block_state == ISAL_BLOCK_FINISH) {
    step.state = State::member_end;
  }
  return step;
}

}  // namespace sparselearn
#endif
