// Reads JSON (RFC 8259) from front to back: whoever reads says what comes next, and is told where it does
// not.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace sparselearn {

class JsonReader {
 public:
  /// `path` is for messages; both must outlive the reader. All functions throw DataError (FILE:LINE:COLUMN)
  /// where the text is no JSON or not of the kind that is read.
  JsonReader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  enum class Kind { object, array, string, number, boolean, null };
  /// Of the value that comes next.
  Kind kind();
  /// Calls member(name) for each member of the object that comes next; it must read the member's value.
  void object(const std::function<void(const std::string& name)>& member);
  /// Calls element() for each element of the array that comes next; it must read the element.
  void array(const std::function<void()>& element);
  std::string string();
  /// The text of a number, as it stands there.
  std::string_view number();
  /// A number as a finite double.
  double real();
  bool boolean();
  void null() { word("null"); }
  /// Nothing but white space may follow.
  void end();
  /// Throws DataError for the value read last, or the place reached where none was.
  [[noreturn]] void refuse(const std::string& message) const { fail(message, begin_); }

 private:
  char peek();
  void take(char wanted, const char* expected);
  void word(std::string_view wanted);
  void list(char open, char close, const std::function<void()>& item);
  void escape(std::string& out);
  unsigned hex4();
  std::size_t digits(std::size_t at) const;
  [[noreturn]] void fail(const std::string& message, std::size_t at) const;

  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0, begin_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace sparselearn
