#include "data/line_parser.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/decimal.hpp"

namespace sparselearn {

ParsedRows LineParser::parse(std::string_view text, bool header) {
  out_ = {};
  saw_other_value_ = saw_other_weight_ = false;
  for (std::size_t begin = 0, next = 0; begin < text.size(); begin = next) {
    next = std::min(text.find('\n', begin), text.size() - 1) + 1;
    std::string_view line = text.substr(begin, next - begin);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!header) take_line(line, begin);
    header = false;
    ++out_.lines;
    if (out_.bad > 0 && !format_.skip_bad_lines) break;
  }
  finish_block();
  return std::move(out_);
}

void LineParser::take_line(std::string_view line, std::size_t begin) {
  if (line.find_first_not_of(" \t") == std::string_view::npos) return;
  entries_.clear();
  width_ = 0;
  const std::size_t nul = line.find('\0');
  const bool good = nul == std::string_view::npos ? parse_line(line) : fail(Fault::nul_byte, nul);
  if (!good) add_bad_line(line, begin);
}

bool LineParser::fail(Fault fault, std::size_t at) {
  fault_ = fault;
  fault_at_ = at;
  return false;
}

template <class Number>
bool LineParser::read_number(std::string_view text, std::size_t at, Fault malformed, Fault not_finite,
                             Number& number) {
  const decimal::Status status = decimal::parse_number(text, number);
  if (status == decimal::Status::ok) return true;
  return fail(status == decimal::Status::malformed ? malformed : not_finite, at);
}
template bool LineParser::read_number(std::string_view, std::size_t, Fault, Fault, float&);
template bool LineParser::read_number(std::string_view, std::size_t, Fault, Fault, double&);

void LineParser::add(std::uint32_t stored_index, float value) {
  widen(std::uint64_t{stored_index} + 1);
  entries_.add(stored_index, value);
}

void LineParser::widen(std::uint64_t features) { width_ = std::max(width_, features); }

bool LineParser::finish_row(double label, float weight) {
  RowBlock& block = out_.block;
  const std::size_t before = block.indices.size();
  const bool finite = entries_.sum([&](std::uint32_t index, double sum) {
    const auto value = static_cast<float>(sum);
    if (!std::isfinite(value)) return false;
    if (value == 0) return true;
    block.indices.push_back(index);
    block.values.push_back(value);
    saw_other_value_ |= value != 1;
    return true;
  });
  if (!finite) {
    block.indices.resize(before);
    block.values.resize(before);
    return fail(Fault::sum_not_finite, 0);
  }
  // The shift is the index base of the text.
  if (width_ > 0) out_.index_end = std::max(out_.index_end, width_ + format_.shift);
  block.offsets.push_back(block.indices.size());
  block.labels.push_back(label);
  block.weights.push_back(weight);
  saw_other_weight_ |= weight != 1;
  return true;
}

void LineParser::add_bad_line(std::string_view line, std::size_t begin) {
  if (out_.first_bad.size() < format_.bad_lines_kept)
    out_.first_bad.push_back({fault_, out_.lines, begin, line.size(), fault_at_, 0});
  ++out_.bad;
}

void LineParser::finish_block() {
  if (!saw_other_value_) out_.block.values.clear();
  if (!saw_other_weight_) out_.block.weights.clear();
}

}  // namespace sparselearn
