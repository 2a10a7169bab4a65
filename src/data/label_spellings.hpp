// Whether each label is always spelled the same way.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace sparselearn {

/// Remembers how each label was spelled first. Gives up when there are more spellings than classes have:
/// then the labels are measurements, and how those are rounded is no defect.
class LabelSpellings {
 public:
  /// The first spelling of the same number, or null where `word` is that, or no number.
  const std::string* first_of(std::string_view word);

 private:
  static constexpr std::size_t most = 1000;
  const std::string* look_up(std::string_view word);

  std::map<std::string, const std::string*, std::less<>> words_;
  std::map<double, std::string> first_;
  std::string last_;  // most lines repeat it
  const std::string* last_answer_ = nullptr;
};

}  // namespace sparselearn
