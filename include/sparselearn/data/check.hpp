// What is wrong with LIBSVM text, all of it, and the same text without what is wrong.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/data/reader.hpp"

namespace sparselearn {

enum class Defect : std::uint8_t {
  no_rows,  // a file without any
  nul_byte,
  stray_byte,  // a word with control bytes or bytes beyond ASCII
  label,       // not a number
  label_not_finite,
  feature,  // not index:value
  value_not_finite,
  index_zero,  // where indices start at 1
  index_too_large,
  sum_not_finite,  // duplicates that overflow when summed
  unsorted,
  duplicate,
  label_repeated,  // in a list of labels
  label_spelling,  // a label that was spelled another way before, as +1 and 1
};
inline constexpr std::size_t defect_count = static_cast<std::size_t>(Defect::label_spelling) + 1;

/// What there is to say about a kind of defect.
struct DefectKind {
  std::string_view name;    // as in JSON: nul_byte
  std::string_view title;   // as people read it: "NUL byte"
  std::string_view repair;  // what a repair does about it: "row dropped"
};
const DefectKind& kind_of(Defect defect);

/// The lines of one kind.
struct Findings {
  std::uint64_t lines = 0;
  std::vector<std::string> first;  // messages of the first three, FILE:LINE:COLUMN: ...
};

struct CheckReport {
  std::uint64_t bytes = 0;  // of text, after decompression
  std::uint64_t lines = 0;
  std::uint64_t rows = 0;  // without defects, or repaired
  std::uint64_t bad_lines = 0;
  std::uint64_t repaired = 0;  // of the bad lines; the others are dropped
  std::array<Findings, defect_count> defects;
  Findings index_zero;  // rows with an index 0 where that is allowed: a note, no defect

  const Findings& of(Defect defect) const { return defects[static_cast<std::size_t>(defect)]; }
  bool clean() const;
};

/// Takes pieces of the repaired text, in order.
using RepairedText = std::function<void(std::string_view)>;

/// Reads text files (see expand_paths) as a stream of bounded memory and finds every defect. A line counts
/// once for each kind of defect; of one line the first 16 faults are looked at. Of the options only
/// index_base, max_index and label_lists count.
///
/// `repaired`, if any, gets the text without the bad lines: rows out of order are sorted and their duplicates
/// summed, labels of a list left in once, labels spelled as the first time, other bad lines dropped; every
/// good line stays as it is.
///
/// Throws IoError; UsageError for a cache, which is no text; DataError for a damaged gzip or a line too long
/// to read.
CheckReport check_text(const std::vector<std::string>& paths, const ReadOptions& options,
                       const RepairedText& repaired = {}, const ReadProgress& progress = {});

}  // namespace sparselearn
