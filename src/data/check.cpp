#include "sparselearn/data/check.hpp"

#include <algorithm>
#include <utility>

#include "data/bad_line.hpp"
#include "data/label_spellings.hpp"
#include "data/line_check.hpp"
#include "data/read_files.hpp"
#include "sparselearn/data/cache.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t places_kept = 3;

constexpr DefectKind kinds[] = {
    {"no_rows", "file without rows", "nothing to repair"},
    {"nul_byte", "NUL byte", "line dropped"},
    {"stray_byte", "stray byte", "line dropped"},
    {"label", "label that is no number", "line dropped"},
    {"label_not_finite", "label that is not finite", "line dropped"},
    {"feature", "feature that is not index:value", "line dropped"},
    {"value_not_finite", "value that is not finite", "line dropped"},
    {"index_zero", "index 0", "line dropped"},
    {"index_too_large", "index too large", "line dropped"},
    {"sum_not_finite", "duplicates without a finite sum", "line dropped"},
    {"unsorted", "indices out of order", "sorted"},
    {"duplicate", "index more than once", "summed"},
    {"label_repeated", "label more than once in a row", "taken once"},
    {"label_spelling", "label spelled in two ways", "spelled as before"},
};
static_assert(std::size(kinds) == defect_count);

RowFormat format_of(const ReadOptions& options) {
  RowFormat format;
  const bool one = options.index_base == ReadOptions::IndexBase::one;
  const bool zero = options.index_base == ReadOptions::IndexBase::zero;
  format.lowest_index = one ? 1 : 0;
  format.highest_index = std::min<std::uint64_t>(options.max_index, UINT32_MAX - 1) + (zero ? 0 : 1);
  format.label_lists = options.label_lists;
  format.skip_bad_lines = true;
  format.bad_lines_kept = SIZE_MAX;
  return format;
}

void add(Findings& findings, const DataError& error) {
  ++findings.lines;
  if (findings.first.size() < places_kept) findings.first.emplace_back(error.what());
}

/// Rows of a block whose first index is 0; the parser has sorted the rest out.
std::uint64_t rows_from_zero(const RowBlock& block) {
  std::uint64_t count = 0;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    count += row.size > 0 && row.index[0] == 0;
  }
  return count;
}

/// Judges the pieces in order, line by line.
class Checking {
 public:
  Checking(const std::vector<std::string>& files, const RowFormat& format, const RepairedText& repaired,
           CheckReport& report)
      : files_(files), format_(format), repaired_(repaired), report_(report), line_check_(format) {}

  void take(ParsedPiece& piece) {
    finish_files(piece.file);
    if (piece.chunk.too_long) throw too_long_error(piece.chunk, ChunkSizes{}, file(), lines_ + 1);
    const std::string_view text = piece.chunk.text();
    report_.bytes += text.size();
    count_rows(piece.rows.block);
    places_of_zero_ = piece.rows.saw_index_zero;
    take_lines(text, piece.rows.first_bad);
    if (piece.chunk.failure) std::rethrow_exception(piece.chunk.failure);
  }

  /// Closes the books on every file before `file`.
  void finish_files(std::size_t file_number) {
    for (; file_ < file_number; ++file_) {
      if (rows_in_file_ == 0) add(of(Defect::no_rows), DataError(Place{file()}, "no rows can be read"));
      report_.lines += lines_;
      lines_ = rows_in_file_ = 0;
    }
  }

 private:
  std::string file() const { return shown(files_[file_]); }
  Findings& of(Defect defect) { return report_.defects[static_cast<std::size_t>(defect)]; }

  void count_rows(const RowBlock& block) {
    report_.rows += block.rows();
    rows_in_file_ += block.rows();
    report_.index_zero.lines += rows_from_zero(block);
  }

  // Good lines are copied in runs, as they are.
  void take_lines(std::string_view text, const std::vector<BadLine>& bad_lines) {
    out_.clear();
    auto bad = bad_lines.begin();
    std::size_t copied = 0;
    std::uint64_t number = 0;
    for (std::size_t begin = 0, next = 0; begin < text.size(); begin = next, ++number) {
      next = std::min(text.find('\n', begin), text.size() - 1) + 1;
      std::string_view line = text.substr(begin, next - begin);
      if (line.ends_with('\n')) line.remove_suffix(1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++lines_;
      if (bad != bad_lines.end() && bad->line == number) {
        take_bad(line);
        ++bad;
      } else if (take_good(line)) {
        continue;
      }
      copy(text.substr(copied, begin - copied));
      copy(replacement_);
      copied = next;
    }
    copy(text.substr(copied));
    if (!text.empty() && text.back() != '\n' && copied < text.size()) copy("\n");
    if (repaired_ && !out_.empty()) repaired_(out_);
  }

  void copy(std::string_view text) {
    if (repaired_) out_ += text;
  }

  void tell(Defect defect, const BadLine& place, std::string_view line) {
    add(of(defect), bad_line_error(place, line, format_, file(), lines_));
  }

  // Leaves what shall stand for the line in replacement_.
  void take_bad(std::string_view line) {
    CheckedLine checked = line_check_.check(line);
    for (const LineDefect& each : checked.defects) tell(each.defect, each.place, line);
    ++report_.bad_lines;
    replacement_.clear();
    if (!checked.repaired) return;
    replacement_ = std::move(*checked.repaired);
    respell(line, replacement_);
    note_zero(line, checked.index_zero);
    ++report_.repaired;
    ++report_.rows;
    ++rows_in_file_;
  }

  // True if the line stays; else replacement_ is what shall stand for it.
  bool take_good(std::string_view line) {
    if (places_of_zero_ && report_.index_zero.first.size() < places_kept) place_zero(line);
    const std::string_view label = label_word(line);
    if (label.empty() || !spellings_.first_of(label)) return true;
    replacement_.assign(line).append("\n");
    respell(line, replacement_);
    ++report_.bad_lines;
    ++report_.repaired;
    return false;
  }

  // Spells the label of `text`, which is `line` repaired, as it was spelled first.
  void respell(std::string_view line, std::string& text) {
    const std::string_view label = label_word(line);
    const std::string* const first = spellings_.first_of(label);
    if (!first) return;
    const auto column = static_cast<std::uint64_t>(label.data() - line.data()) + 1;
    add(of(Defect::label_spelling),
        DataError(Place{file(), lines_, column}, "expected the label as it was spelled before, '" + *first +
                                                     "', found '" + std::string(label) + "'"));
    text.replace(text.find(label), label.size(), *first);
  }

  void note_zero(std::string_view line, bool index_zero) {
    if (!index_zero) return;
    ++report_.index_zero.lines;
    if (report_.index_zero.first.size() < places_kept) place_zero(line);
  }

  void place_zero(std::string_view line) {
    const std::size_t at = find_index_zero(line);
    if (at == std::string_view::npos) return;
    report_.index_zero.first.push_back(file() + ":" + std::to_string(lines_) + ":" + std::to_string(at + 1) +
                                       ": index 0");
  }

  const std::vector<std::string>& files_;
  const RowFormat& format_;
  const RepairedText& repaired_;
  CheckReport& report_;
  LineCheck line_check_;
  LabelSpellings spellings_;
  std::size_t file_ = 0;
  std::uint64_t lines_ = 0;  // of the file so far
  std::uint64_t rows_in_file_ = 0;
  bool places_of_zero_ = false;  // the piece has some
  std::string replacement_, out_;
};

}  // namespace

const DefectKind& kind_of(Defect defect) { return kinds[static_cast<std::size_t>(defect)]; }

bool CheckReport::clean() const { return bad_lines == 0 && of(Defect::no_rows).lines == 0; }

CheckReport check_text(const std::vector<std::string>& paths, const ReadOptions& options,
                       const RepairedText& repaired, const ReadProgress& progress) {
  const std::vector<std::string> files = expand_paths(paths);
  for (const std::string& file : files)
    if (is_cache(file))
      throw UsageError(file + " is a cache, which is verified whenever it is read; only text can be checked");
  const RowFormat format = format_of(options);
  CheckReport report;
  Checking checking(files, format, repaired, report);
  const std::uint64_t none_before = 0;
  const auto take = [&](ParsedPiece& piece) { checking.take(piece); };
  parse_pieces(files, format, ChunkSizes{}, take, position_of(files, progress, none_before));
  checking.finish_files(files.size());
  return report;
}

}  // namespace sparselearn
