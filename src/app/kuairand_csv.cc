#include "app/kuairand_csv.h"

#include <algorithm>
#include <charconv>

namespace potik::app {
namespace {

// Reads one field from `at` on into `field` and steps behind it; false if a quote is not closed or
// is followed by anything but a comma.
bool take_field(std::string_view line, size_t& at, std::string& field) {
  field.clear();
  if (at == line.size() || line[at] != '"') {
    const size_t comma = std::min(line.find(',', at), line.size());
    field = line.substr(at, comma - at);
    at = comma;
    return true;
  }
  for (++at; at < line.size(); ++at) {
    if (line[at] != '"') {
      field += line[at];
    } else if (at + 1 < line.size() && line[at + 1] == '"') {
      field += line[++at];
    } else {
      ++at;
      return at == line.size() || line[at] == ',';
    }
  }
  return false;
}

}  // namespace

Result<CsvReader, std::string> CsvReader::open(const std::string& path,
                                               std::span<const std::string_view> columns,
                                               CsvAdvice advice) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{path + ": cannot be opened; " + std::string(advice.no_file)};
  CsvReader reader(path, std::move(file), advice);
  if (!reader.read_line() || !reader.split()) {
    return Error{path + ": has no header line" + reader.remedy()};
  }
  reader.header_ = reader.fields_;
  if (auto found = reader.find(columns); !found) return Error{found.error()};
  return reader;
}

Status<std::string> CsvReader::find(std::span<const std::string_view> columns) {
  for (const std::string_view column : columns) {
    const auto found = std::find(header_.begin(), header_.end(), column);
    if (found == header_.end()) {
      return Error{place() + ": the header lacks the column " + std::string(column) + remedy()};
    }
    places_.push_back(static_cast<size_t>(found - header_.begin()));
  }
  return Ok{};
}

Result<bool, std::string> CsvReader::next() {
  if (!read_line()) {
    if (file_.bad()) return Error{place() + ": cannot be read further; check the disk"};
    return false;
  }
  if (!split()) return Error{place() + ": a quote is not closed" + remedy()};
  if (fields_.size() != header_.size()) {
    return Error{place() + ": has " + std::to_string(fields_.size()) +
                 " fields where the header has " + std::to_string(header_.size()) + remedy()};
  }
  return true;
}

Result<int64_t, std::string> CsvReader::integer(size_t column, int64_t min, int64_t max) const {
  const std::string_view text = at(column);
  int64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size()) {
    return Error{complaint(column, "is not a whole number")};
  }
  if (value < min || value > max) {
    return Error{
        complaint(column, "is not between " + std::to_string(min) + " and " + std::to_string(max))};
  }
  return value;
}

std::string CsvReader::complaint(size_t column, std::string_view what) const {
  std::string text = place() + ": column " + header_[places_[column]] + ": '";
  text += at(column);
  text += "' ";
  text += what;
  text += remedy();
  return text;
}

bool CsvReader::read_line() {
  if (!std::getline(file_, line_)) return false;
  bytes_ += line_.size() + (file_.eof() ? 0 : 1);
  if (line_.ends_with('\r')) line_.pop_back();
  ++line_number_;
  return true;
}

bool CsvReader::split() {
  size_t count = 0;
  for (size_t at = 0; at <= line_.size(); ++at) {
    if (count == fields_.size()) fields_.emplace_back();
    if (!take_field(line_, at, fields_[count])) return false;
    ++count;
  }
  fields_.resize(count);
  return true;
}

std::string CsvReader::place() const { return path_ + ": line " + std::to_string(line_number_); }

}  // namespace potik::app
