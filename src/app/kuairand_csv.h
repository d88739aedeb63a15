#pragma once
// Reading a CSV file with a header line, row by row: commas, fields in quotes where they hold
// commas, doubled quotes inside them (RFC 4180, but for line ends inside quotes, which KuaiRand has
// none of). Threads: one owner. Errors: texts that name file, line and column and say what to do.
// Memory: one line.

#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace potik::app {

// What an error tells its reader to do.
struct CsvAdvice {
  std::string_view no_file;
  std::string_view bad_line;
};
inline constexpr CsvAdvice kKuairandAdvice{
    "name the folder that holds the KuaiRand files",
    "restore the file from the KuaiRand data set, or mend the line"};

class CsvReader {
 public:
  // Opens the file, reads its header and finds `columns` in it; at(i) is then the field of
  // columns[i].
  [[nodiscard]] static Result<CsvReader, std::string> open(
      const std::string& path, std::span<const std::string_view> columns,
      CsvAdvice advice = kKuairandAdvice);

  // Moves to the next row. False at the end of the file; an error if the row does not fit the
  // header.
  [[nodiscard]] Result<bool, std::string> next();

  // Of the row at hand; valid until the next call of next().
  [[nodiscard]] std::string_view at(size_t column) const { return fields_[places_[column]]; }
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] const std::vector<std::string>& fields() const { return fields_; }

  // at(column) as a whole number within [min, max].
  [[nodiscard]] Result<int64_t, std::string> integer(size_t column, int64_t min, int64_t max) const;
  // An error text about at(column).
  [[nodiscard]] std::string complaint(size_t column, std::string_view what) const;
  // Bytes of the file read so far.
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  CsvReader(std::string path, std::ifstream file, CsvAdvice advice)
      : path_(std::move(path)), file_(std::move(file)), advice_(advice) {}
  [[nodiscard]] std::string remedy() const { return "; " + std::string(advice_.bad_line); }
  [[nodiscard]] bool read_line();
  [[nodiscard]] bool split();
  [[nodiscard]] Status<std::string> find(std::span<const std::string_view> columns);
  [[nodiscard]] std::string place() const;

  std::string path_;
  std::ifstream file_;
  CsvAdvice advice_;
  std::string line_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  std::vector<size_t> places_;
  uint64_t line_number_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace potik::app
