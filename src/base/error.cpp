#include "sparselearn/base/error.hpp"

#include <utility>

namespace sparselearn {
namespace {

std::string located(const Place& place, const std::string& message) {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
  return (text.empty() ? text : text + ": ") + "error: " + message;
}

}  // namespace

DataError::DataError(Place place, const std::string& message, std::string excerpt, std::size_t caret)
    : Error(ExitCode::bad_data, located(place, message)),
      place_(std::move(place)),
      excerpt_(std::move(excerpt)),
      caret_(caret) {}

}  // namespace sparselearn
