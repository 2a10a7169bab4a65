// The header of a gzip member (RFC 1952, 2.3), read byte by byte so that it may come in pieces. Needed with
// ISA-L 2.30, whose own reader takes a correct header checksum for a wrong one.
#pragma once
#include <cstddef>
#include <cstdint>

namespace sparselearn {

class GzipHeader {
 public:
  /// Takes bytes up to the end of the header or of the input; returns how many.
  std::size_t take(const char* in, std::size_t size) {
    std::size_t used = 0;
    while (used < size && !complete() && !wrong_) take(static_cast<std::uint8_t>(in[used++]));
    return used;
  }
  bool complete() const { return field_ == Field::none; }
  /// What is wrong with it, or null.
  const char* wrong() const { return wrong_; }

 private:
  enum class Field { fixed, extra_size, extra, name, comment, checksum, none };
  static constexpr unsigned with_checksum = 2, with_extra = 4, with_name = 8, with_comment = 16,
                            reserved = 0xE0;

  void take(std::uint8_t byte) {
    if (field_ != Field::checksum) add_to_checksum(byte);
    switch (field_) {
      case Field::fixed:
        take_fixed(byte);
        break;
      case Field::extra_size:
        extra_size_ |= std::size_t{byte} << 8 * at_;
        if (++at_ == 2) enter(extra_size_ > 0 ? Field::extra : Field::name);
        break;
      case Field::extra:
        if (++at_ == extra_size_) enter(Field::name);
        break;
      case Field::name:
        if (byte == 0) enter(Field::comment);
        break;
      case Field::comment:
        if (byte == 0) enter(Field::checksum);
        break;
      case Field::checksum:
        if (byte != (crc_ >> 8 * at_ & 0xFF)) wrong_ = "header checksum mismatch";
        if (++at_ == 2) enter(Field::none);
        break;
      case Field::none:
        break;
    }
  }

  // Magic, method, flags, time, extra flags, system.
  void take_fixed(std::uint8_t byte) {
    if (at_ == 0 && byte != 0x1F) wrong_ = "not a gzip header";
    if (at_ == 1 && byte != 0x8B) wrong_ = "not a gzip header";
    if (at_ == 2 && byte != 8) wrong_ = "unknown compression method";
    if (at_ == 3) flags_ = byte;
    if (at_ == 3 && (flags_ & reserved)) wrong_ = "unknown header flags";
    if (++at_ == 10) enter(Field::extra_size);
  }

  /// Goes on to `field`, or to the first behind it that is there.
  void enter(Field field) {
    at_ = 0;
    if (field == Field::extra_size && !(flags_ & with_extra)) field = Field::name;
    if (field == Field::name && !(flags_ & with_name)) field = Field::comment;
    if (field == Field::comment && !(flags_ & with_comment)) field = Field::checksum;
    if (field == Field::checksum && !(flags_ & with_checksum)) field = Field::none;
    if (field == Field::checksum) crc_ = ~crc_;
    field_ = field;
  }

  // CRC-32 bit by bit: a header is a few bytes.
  void add_to_checksum(std::uint8_t byte) {
    crc_ ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc_ = (crc_ >> 1) ^ (0xEDB88320U & (0U - (crc_ & 1U)));
  }

  Field field_ = Field::fixed;
  std::size_t at_ = 0;  // bytes of the field taken
  std::size_t extra_size_ = 0;
  unsigned flags_ = 0;
  std::uint32_t crc_ = 0xFFFFFFFFU;
  const char* wrong_ = nullptr;
};

}  // namespace sparselearn
