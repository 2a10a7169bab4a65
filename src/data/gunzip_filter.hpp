// A Boost.Iostreams input filter that inflates gzip: one member or several (bgzip, concatenated files), zero
// padding allowed behind the last.
#pragma once
#include <algorithm>
#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/read.hpp>
#include <cstdint>
#include <ios>
#include <string>
#include <vector>

#include "data/inflater.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {

class GunzipFilter {
 public:
  using char_type = char;
  struct category : boost::iostreams::multichar_input_filter_tag {};

  /// `file` is named in errors.
  explicit GunzipFilter(std::string file) : file_(std::move(file)), input_(std::size_t{256} << 10) {}

  /// Up to `size` bytes of text; -1 at the end. Throws DataError, naming the compressed offset, for damaged
  /// or truncated data and for what is neither a member nor zero padding behind a member.
  template <class Source>
  std::streamsize read(Source& source, char* out, std::streamsize size) {
    for (;;) {
      if (part_ == Part::member) {
        const std::streamsize produced = inflate(out, size);  // without input too: text may be waiting inside
        if (produced > 0) return produced;
        if (part_ != Part::member || next_ != end_) continue;
      }
      if (next_ == end_ && !refill(source)) {
        if (part_ == Part::member) fail("truncated");
        return -1;
      }
      if (part_ != Part::member) enter_member();
    }
  }

  /// Compressed bytes that became text; more may have been read from the source.
  std::uint64_t consumed() const { return taken_ - (end_ - next_); }

 private:
  enum class Part { between, member, padding };

  template <class Source>
  bool refill(Source& source) {
    const std::streamsize count =
        boost::iostreams::read(source, input_.data(), static_cast<std::streamsize>(input_.size()));
    next_ = 0;
    end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    taken_ += end_;
    return end_ > 0;
  }

  // Passes over padding to the first byte of a member.
  void enter_member() {
    const auto begin = input_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto end = input_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto other = std::find_if(begin, end, [](char c) { return c != 0; });
    if (other != begin) part_ = Part::padding;
    next_ = static_cast<std::size_t>(other - input_.begin());
    if (other == end) return;
    if (part_ == Part::padding || *other != '\x1f') fail("trailing garbage");
    part_ = Part::member;
    inflater_.reset();
  }

  std::streamsize inflate(char* out, std::streamsize size) {
    const Inflater::Step step =
        inflater_.inflate(input_.data() + next_, end_ - next_, out, static_cast<std::size_t>(size));
    const bool stuck =
        step.state == Inflater::State::more && step.consumed + step.produced == 0 && next_ != end_;
    next_ += step.consumed;
    if (stuck) fail("invalid deflate data");
    if (step.state == Inflater::State::damaged) fail(step.reason);
    if (step.state == Inflater::State::member_end) part_ = Part::between;
    return static_cast<std::streamsize>(step.produced);
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw DataError(Place{file_}, "damaged gzip data at byte " + std::to_string(consumed()) + ": " + reason);
  }

  std::string file_;
  std::vector<char> input_;
  std::size_t next_ = 0, end_ = 0;  // what is left of the input
  std::uint64_t taken_ = 0;         // compressed bytes read from the source
  Inflater inflater_;
  Part part_ = Part::between;
};

}  // namespace sparselearn
