// One function saves and loads: a type lists its members once, `void state(Archive& a) { a(w_)(mean_)(t_);
// }`, and the archive either appends them to a buffer or reads them back. Little-endian, fixed widths.
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

  template <class T>
  requires std::is_trivially_copyable_v<T> Archive& operator()(T& value) {
    raw(&value, sizeof(T));
    return *this;
  }

  template <class T, class Allocator>
  requires std::is_trivially_copyable_v<T> Archive& operator()(std::vector<T, Allocator>& values) {
    std::uint64_t count = values.size();
    (*this)(count);
    if (loading_) {
      if (count > (bytes_.size() - position_) / sizeof(T)) throw DataError("the saved state is truncated");
      values.resize(count);
    }
    raw(values.data(), count * sizeof(T));
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
    for (auto& word : random.state()) (*this)(word);
    return *this;
  }

 private:
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
