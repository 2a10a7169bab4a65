// One function saves and loads: a type lists its members once, `void state(Archive& a) { a(w_)(mean_)(t_);
// }`, and the archive either appends them to a buffer or reads them back. Little-endian, fixed widths. What
// is loaded may be forged: arrays keep their size unless the type says how large they may be, and whatever is
// used as an index, a count or the end of a loop is to be held to its range by require().
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn {

static_assert(std::endian::native == std::endian::little, "files are little-endian and written from memory");

class Archive {
 public:
  /// An empty archive to save into.
  Archive() = default;
  /// An archive to load from.
  explicit Archive(std::string bytes) : bytes_(std::move(bytes)), loading_(true) {}

  bool loading() const { return loading_; }
  const std::string& bytes() const& { return bytes_; }
  std::string bytes() && { return std::move(bytes_); }
  /// Bytes read so far.
  std::size_t position() const { return position_; }
  /// True when everything was read.
  bool exhausted() const { return position_ == bytes_.size(); }

  /// While loading: throws DataError unless this holds.
  void require(bool holds) const {
    if (loading_ && !holds) throw DataError("the saved state does not fit the run");
  }

  template <class T>
  requires(std::is_trivially_copyable_v<T> && !std::is_enum_v<T>) Archive& operator()(T& value) {
    raw(&value, sizeof(T));
    return *this;
  }

  Archive& operator()(bool& value) {
    std::uint8_t byte = value ? 1 : 0;
    raw(&byte, 1);
    require(byte <= 1);  // no other byte is a bool
    value = byte == 1;
    return *this;
  }

  /// An array of the size that it has.
  template <class T, class Allocator>
  Archive& operator()(std::vector<T, Allocator>& values) {
    return sized(values, values.size(), values.size());
  }
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
  /// One of any size up to `most`.
  template <class T, class Allocator>
  Archive& up_to(std::size_t most, std::vector<T, Allocator>& values) {
    return sized(values, 0, most);
  }
  /// One of this size, or empty.
  template <class T, class Allocator>
  Archive& empty_or(std::size_t size, std::vector<T, Allocator>& values) {
    sized(values, 0, size);
    require(values.empty() || values.size() == size);
    return *this;
  }

  Archive& operator()(std::string& text) {
    std::uint64_t count = text.size();
    (*this)(count);
    if (loading_) {
      if (count > bytes_.size() - position_) throw DataError("the saved state is truncated");
      text.resize(count);
    }
    raw(text.data(), count);
    return *this;
  }

  Archive& operator()(Random& random) {
    std::uint64_t any = 0;
    for (auto& word : random.state()) {
      (*this)(word);
      any |= word;
    }
    require(any != 0);  // from zeros come zeros only, for ever
    return *this;
  }

 private:
  template <class T, class Allocator>
  requires std::is_trivially_copyable_v<T> Archive& sized(std::vector<T, Allocator>& values,
                                                          std::size_t least, std::size_t most) {
    std::uint64_t count = values.size();
    (*this)(count);
    require(count >= least && count <= most);
    if (loading_) {
      if (count > (bytes_.size() - position_) / sizeof(T)) throw DataError("the saved state is truncated");
      values.resize(count);
    }
    raw(values.data(), count * sizeof(T));
    return *this;
  }

  void raw(void* memory, std::size_t size) {
    if (size == 0) return;
    if (!loading_) {
      bytes_.append(static_cast<const char*>(memory), size);
      return;
    }
    if (size > bytes_.size() - position_) throw DataError("the saved state is truncated");
    std::memcpy(memory, bytes_.data() + position_, size);
    position_ += size;
  }

  std::string bytes_;
  std::size_t position_ = 0;
  bool loading_ = false;
};

}  // namespace sparselearn
