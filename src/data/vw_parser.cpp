#include "data/vw_parser.hpp"

#include <algorithm>
#include <cmath>

#include "data/murmur_hash.hpp"

namespace sparselearn {
namespace {

constexpr std::string_view blanks = " \t";

bool all_digits(std::string_view name) {
  return name.find_first_not_of("0123456789") == std::string_view::npos;
}

// Modulo 2^64, as there.
std::uint64_t number_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char c : digits) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

struct Word {
  std::size_t begin, end;
};

// The next word of line[at, end), empty at the end.
Word next_word(std::string_view line, std::size_t at, std::size_t end) {
  const std::size_t begin = std::min(line.find_first_not_of(blanks, at), end);
  return {begin, std::min(line.find_first_of(blanks, begin), end)};
}

}  // namespace

std::uint64_t vw_hash(std::string_view name, std::uint64_t seed) {
  if (all_digits(name)) return number_of(name) + seed;
  return murmur_hash(name, static_cast<std::uint32_t>(seed));
}

bool VwParser::parse_line(std::string_view line) {
  const std::size_t bar = line.find('|');
  if (bar == std::string_view::npos) return fail(Fault::bar, line.size());
  if (!parse_head(line, bar)) return false;
  for (std::size_t begin = bar + 1; begin <= line.size();) {
    const std::size_t end = std::min(line.find('|', begin), line.size());
    if (!parse_namespace(line, begin, end)) return false;
    begin = end + 1;
  }
  return finish_row(label_, weight_);
}

// What stands before the first bar.
bool VwParser::parse_head(std::string_view line, std::size_t bar) {
  label_ = 0;
  weight_ = 1;
  std::size_t count = 0;
  for (Word word = next_word(line, 0, bar); word.begin < bar; word = next_word(line, word.end, bar)) {
    const std::string_view text = line.substr(word.begin, word.end - word.begin);
    const bool last = next_word(line, word.end, bar).begin == bar;
    if (last && (text.front() == '\'' || word.end == bar)) break;  // a tag
    ++count;
    if (count == 1 && !read_number(text, word.begin, Fault::label, Fault::label_not_finite, label_))
      return false;
    if (count == 2 && !read_number(text, word.begin, Fault::weight, Fault::weight, weight_)) return false;
    if (weight_ < 0) return fail(Fault::weight, word.begin);
    if (count > 2) return fail(Fault::tag, word.begin);
  }
  return count > 0 || format().label_optional || fail(Fault::label_missing, bar);
}

// line[begin, end) is what follows a bar, up to the next.
bool VwParser::parse_namespace(std::string_view line, std::size_t begin, std::size_t end) {
  named_ = begin < end && blanks.find(line[begin]) == std::string_view::npos;
  hash_ = nameless_ = 0;
  factor_ = 1;
  std::size_t at = begin;
  if (named_) {
    const Word word = next_word(line, begin, end);
    const std::string_view text = line.substr(word.begin, word.end - word.begin);
    const std::size_t colon = text.find(':');
    hash_ = vw_hash(text.substr(0, colon), 0);
    if (colon != std::string_view::npos && !read_number(text.substr(colon + 1), word.begin + colon + 1,
                                                        Fault::value, Fault::value_not_finite, factor_))
      return false;
    at = word.end;
  }
  for (Word word = next_word(line, at, end); word.begin < end; word = next_word(line, word.end, end))
    if (!parse_feature(line.substr(word.begin, word.end - word.begin), word.begin)) return false;
  return true;
}

bool VwParser::parse_feature(std::string_view word, std::size_t at) {
  const std::size_t colon = word.find(':');
  const std::string_view name = word.substr(0, colon);
  float value = 1;
  if (colon != std::string_view::npos &&
      !read_number(word.substr(colon + 1), at + colon + 1, Fault::value, Fault::value_not_finite, value))
    return false;
  value *= factor_;
  if (!std::isfinite(value)) return fail(Fault::value_not_finite, at + colon + 1);
  if (!named_ && !name.empty() && all_digits(name)) {
    const bool long_number = name.size() > 19;  // may not fit 64 bits
    return long_number ? fail(Fault::index_too_large, at) : add_index(number_of(name), at, value);
  }
  const std::uint64_t hash = name.empty() ? hash_ + nameless_++ : vw_hash(name, hash_);
  const std::uint64_t index = hash & ((std::uint64_t{1} << format().name_bits) - 1);
  if (index + format().shift > format().highest_index) return fail(Fault::index_too_large, at);
  add(static_cast<std::uint32_t>(index), value);
  return true;
}

// An index as the text has it.
bool VwParser::add_index(std::uint64_t index, std::size_t at, float value) {
  if (index > format().highest_index) return fail(Fault::index_too_large, at);
  if (index < format().lowest_index) return fail(Fault::index_zero, at);
  add(static_cast<std::uint32_t>(index - format().shift), value);
  return true;
}

}  // namespace sparselearn
