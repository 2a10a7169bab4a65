// Vowpal Wabbit's simple form to rows:
//   [label [importance]] [tag] |[namespace[:factor]] feature[:value] ... [|namespace ...]
// A tag begins with ' or touches the bar. Values and factors are 1 unless given.
//
// Features get the indices that Vowpal Wabbit gives them with as many bits: hash(name, hash(namespace)),
// modulo 2^bits, where hash of a number is that number, plus the second argument, and of another name its
// MurmurHash3 with that as the seed; the namespace without a name has the hash 0. A feature without a name is
// the namespace's hash plus the number of those before it. Other than there, a number in the namespace
// without a name is an index of the text as in LIBSVM's, however large.
#pragma once
#include "data/line_parser.hpp"

namespace sparselearn {

class VwParser : public LineParser {
 public:
  explicit VwParser(const RowFormat& format) : LineParser(format) {}

 private:
  bool parse_line(std::string_view line) override;
  bool parse_head(std::string_view line, std::size_t bar);
  bool parse_namespace(std::string_view line, std::size_t begin, std::size_t end);
  bool parse_feature(std::string_view word, std::size_t at);
  bool add_index(std::uint64_t index, std::size_t at, float value);

  double label_ = 0;
  float weight_ = 1;
  // Of the namespace being read:
  bool named_ = false;
  std::uint64_t hash_ = 0;
  float factor_ = 1;
  std::uint64_t nameless_ = 0;  // features so far
};

/// As told above; `seed` is that of the namespace.
std::uint64_t vw_hash(std::string_view name, std::uint64_t seed);

}  // namespace sparselearn
