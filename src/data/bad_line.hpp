// What people read about a bad line.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "data/row_parser.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {

/// What was expected at `bad` and what was found; `line` is the line's text.
std::string describe(const BadLine& bad, std::string_view line, const RowFormat& format);

/// The same with place, excerpt and caret. `line_number` is 1-based.
DataError bad_line_error(const BadLine& bad, std::string_view line, const RowFormat& format, std::string file,
                         std::uint64_t line_number);

/// At most 100 printable bytes of `line` around byte `at`, with "..." where it was cut; `caret` is where `at`
/// has come to lie.
std::string excerpt(std::string_view line, std::size_t at, std::size_t& caret);

}  // namespace sparselearn
