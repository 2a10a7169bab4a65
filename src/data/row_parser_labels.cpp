// The path of RowParser for rows with lists of labels, "1,3,7 index:value ...". Their features go the ways of
// all others; text whose rows have one label does not come here.
#include <algorithm>

#include "data/decimal.hpp"
#include "data/row_parser.hpp"
#include "data/row_parser_row.hpp"

namespace sparselearn {

void RowParser::begin_row(const char* p, Row& row) {
  row.line = p;
  row.begin = nonzeros_;
  row.next_index = format_.lowest_index;
}

// Reads the labels at `p`: none where the first word is a feature, which a colon shows. Returns their end;
// null with a fault in `row`.
const char* RowParser::label_list(const char* p, Row& row) {
  labels_[rows_] = 0;
  const char* const end = token_end(p);
  if (std::find(p, end, ':') != end) return p;
  for (const char* at = p;; ++at) {
    const char* const comma = std::find(at, end, ',');
    double label = 0;
    const auto status = decimal::parse_number(between(at, comma), label);
    if (status == decimal::Status::malformed) return row.fail(Fault::label, at);
    if (status == decimal::Status::not_finite) return row.fail(Fault::label_not_finite, at);
    lists_.add(label, static_cast<std::size_t>(at - row.line));
    at = comma;
    if (at == end) break;
  }
  const auto repeated = lists_.sort_row();
  return repeated && !format_.unsorted ? row.fail(Fault::label_repeated, row.line + *repeated) : end;
}

}  // namespace sparselearn
