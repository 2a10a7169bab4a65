#include "sparselearn/base/json_reader.hpp"

#include <algorithm>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

constexpr std::size_t deepest = 100;  // brackets in brackets, so that no file can exhaust the stack
constexpr std::size_t shown = 200;    // characters of a line that a message quotes

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

}  // namespace

void JsonReader::fail(const std::string& message, std::size_t at) const {
  const std::string_view before = text_.substr(0, at);
  const std::size_t newline = before.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  const auto line = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::string_view rest = text_.substr(line_begin, shown);
  throw DataError(Place{path_, line, at - line_begin + 1}, message,
                  std::string(rest.substr(0, rest.find_first_of("\r\n"))), std::min(at - line_begin, shown));
}

// The first character of what comes next; 0 at the end.
char JsonReader::peek() {
  at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
  return at_ < text_.size() ? text_[at_] : '\0';
}

void JsonReader::take(char wanted, const char* expected) {
  if (peek() != wanted || at_ == text_.size())
    fail(at_ == text_.size() ? std::string("the file ends where ") + expected + " should be"
                             : std::string("expected ") + expected,
         at_);
  ++at_;
}

void JsonReader::word(std::string_view wanted) {
  peek();
  begin_ = at_;
  if (!text_.substr(at_).starts_with(wanted)) fail("expected " + std::string(wanted), at_);
  at_ += wanted.size();
}

JsonReader::Kind JsonReader::kind() {
  const char c = peek();
  begin_ = at_;
  if (c == '{') return Kind::object;
  if (c == '[') return Kind::array;
  if (c == '"') return Kind::string;
  if (c == '-' || is_digit(c)) return Kind::number;
  if (c == 't' || c == 'f') return Kind::boolean;
  if (c == 'n') return Kind::null;
  fail(at_ == text_.size() ? "the file ends where a value should be" : "expected a value", at_);
}

void JsonReader::list(char open, char close, const std::function<void()>& item) {
  take(open, open == '{' ? "'{'" : "'['");
  if (++depth_ > deepest) fail("brackets are nested too deeply", at_ - 1);
  if (peek() != close) {
    item();
    while (peek() == ',') {
      ++at_;
      item();
    }
  }
  take(close, close == '}' ? "',' or '}'" : "',' or ']'");
  --depth_;
}

void JsonReader::object(const std::function<void(const std::string& name)>& member) {
  list('{', '}', [&] {
    const std::string name = string();
    take(':', "':'");
    member(name);
  });
}

void JsonReader::array(const std::function<void()>& element) { list('[', ']', element); }

std::string JsonReader::string() {
  peek();
  begin_ = at_;
  take('"', "a string");
  std::string found;
  for (;;) {
    if (at_ == text_.size()) fail("the file ends within a string", at_);
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20) fail("expected no control character in a string", at_);
    ++at_;
    if (c == '"') return found;
    if (c == '\\')
      escape(found);
    else
      found += c;
  }
}

void JsonReader::escape(std::string& out) {
  constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  ++at_;
  if (c == 'u') {
    unsigned code = hex4();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      code = 0x10000 + ((code & 0x3FF) << 10) + (hex4() & 0x3FF);
    }
    return append_utf8(out, code);
  }
  const std::size_t place = names.find(c);
  if (place == std::string_view::npos) fail("expected an escape sequence", at_ - 2);
  out += meant[place];
}

unsigned JsonReader::hex4() {
  unsigned code = 0;
  for (int k = 0; k < 4; ++k, ++at_) {
    constexpr std::string_view hex = "0123456789abcdef";
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    const std::size_t digit = hex.find(is_digit(c) ? c : static_cast<char>(c | 0x20));
    if (digit == std::string_view::npos)
      fail("expected four hexadecimal digits", std::min(at_, text_.size()));
    code = code << 4 | static_cast<unsigned>(digit);
  }
  return code;
}

// Behind the digits at `at`, of which there must be one.
std::size_t JsonReader::digits(std::size_t at) const {
  const std::size_t end = std::min(text_.find_first_not_of("0123456789", at), text_.size());
  if (end == at) fail("expected a digit", at);
  return end;
}

std::string_view JsonReader::number() {
  peek();
  begin_ = at_;
  const auto next = [&](std::size_t at) { return at < text_.size() ? text_[at] : '\0'; };
  std::size_t end = at_ + (next(at_) == '-');
  end = next(end) == '0' ? end + 1 : digits(end);
  if (next(end) == '.') end = digits(end + 1);
  if (next(end) == 'e' || next(end) == 'E') {
    ++end;
    end = digits(end + (next(end) == '-' || next(end) == '+'));
  }
  at_ = end;
  return text_.substr(begin_, end - begin_);
}

double JsonReader::real() {
  const auto value = parse_double(number());
  if (!value) refuse("expected a finite number");
  return *value;
}

bool JsonReader::boolean() {
  const bool flag = peek() == 't';
  word(flag ? "true" : "false");
  return flag;
}

void JsonReader::end() {
  peek();
  if (at_ < text_.size()) fail("expected the end of the file", at_);
}

}  // namespace sparselearn
