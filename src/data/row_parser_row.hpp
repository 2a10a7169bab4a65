// What the paths of RowParser share: the line being parsed, and how text is cut into words.
#pragma once
#include "data/row_parser.hpp"

namespace sparselearn {

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
inline bool at_line_end(const char* p) { return *p == '\n' || (*p == '\r' && p[1] == '\n'); }

inline const char* token_end(const char* p) {
  while (!is_blank(*p) && *p != '#' && !at_line_end(p)) ++p;
  return p;
}

inline std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

struct RowParser::Row {
  const char* line = nullptr;    // its start
  std::size_t begin = 0;         // its first entry
  std::uint64_t next_index = 0;  // smallest index that keeps the order
  std::uint64_t index_end = 0;   // 1 + the largest index before a step back
  bool labelled = false;         // the label has been read
  bool disordered = false;       // has a step back, or an index twice
  bool saw_index_zero = false;
  bool saw_qid = false;
  Fault fault{};
  const char* fault_at = nullptr;  // null: at the line as a whole
  std::uint64_t fault_previous = 0;

  /// Notes a fault; returns null for the caller to return.
  const char* fail(Fault what, const char* at) {
    fault = what;
    fault_at = at;
    return nullptr;
  }
};

}  // namespace sparselearn
