#include "data/text_parser.hpp"

namespace sparselearn {

TextParser::TextParser(const RowFormat& format) {
  switch (format.syntax) {
    case TextSyntax::libsvm:
      libsvm_.emplace(format);
      break;
    case TextSyntax::vw:
      vw_.emplace(format);
      break;
    case TextSyntax::csv:
      csv_.emplace(format);
      break;
  }
}

ParsedRows TextParser::parse(std::string_view text, const CsvColumns* columns, bool header) {
  if (libsvm_) return libsvm_->parse(text);
  if (vw_) return vw_->parse(text, false);
  if (!columns) return {};
  csv_->set_columns(*columns);
  return csv_->parse(text, header);
}

}  // namespace sparselearn
