#include "data/label_spellings.hpp"

#include "data/decimal.hpp"

namespace sparselearn {

const std::string* LabelSpellings::first_of(std::string_view word) {
  if (words_.size() > most) return nullptr;
  if (word != last_) {
    last_answer_ = look_up(word);
    last_ = word;
  }
  return last_answer_;
}

const std::string* LabelSpellings::look_up(std::string_view word) {
  const auto known = words_.find(word);
  if (known != words_.end()) return known->second;
  double label = 0;
  if (decimal::parse_number(word, label) != decimal::Status::ok) return nullptr;
  const auto [first, added] = first_.emplace(label, word);
  const std::string* const answer = added ? nullptr : &first->second;
  words_.emplace(word, answer);
  return answer;
}

}  // namespace sparselearn
