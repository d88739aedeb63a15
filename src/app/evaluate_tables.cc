// Tables of anybody's making, and MovieLens, as traffic to evaluate on.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "app/evaluate_readers.h"
#include "app/kuairand_csv.h"
#include "base/time_text.h"
#include "model/judge.h"

namespace potik::app {
namespace {

using evaluate::Impression;

constexpr uint64_t kProgressEvery = 4'096;  // rows
constexpr int64_t kOutcomeAfterMs = 1'000;
constexpr int64_t kMillisecondsFrom = 100'000'000'000;  // smaller times are seconds
constexpr int32_t kShortWatchMs = 9'000;  // of what was not liked: neither a long watch nor a skip
constexpr CsvAdvice kTableAdvice{"name a file that there is", "mend the line"};

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && rest == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<TimeMs> parse_time(std::string_view text) {
  const auto number = parse_number(text);
  if (!number) return parse_rfc3339(text);
  const double ms = *number < static_cast<double>(kMillisecondsFrom) ? *number * 1'000 : *number;
  if (ms < 0 || ms > static_cast<double>(event::kTimeMsMax)) return std::nullopt;
  return TimeMs(std::llround(ms));
}

// Completes an impression whose user, video, time, label and watch are set.
void settle(Impression& impression, bool watched_known) {
  if (!watched_known)
    impression.watch_ms = impression.positive ? model::kLongWatchMs : kShortWatchMs;
  const int32_t watch = watched_known ? std::max(impression.watch_ms, 0) : 0;
  impression.outcome_at = plus_ms(impression.at, watch + kOutcomeAfterMs);
  // What the data calls positive although it was not watched long must teach something too.
  if (impression.positive && !model::is_long_watch(watch, impression.duration_ms) && watched_known)
    impression.acts |= evaluate::kLiked;
}

uint64_t size_of(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? 0 : bytes;
}

std::string check_id(std::string_view id) {
  if (id.empty()) return "is no id";
  return id.size() > event::kIdBytesMax ? "is longer than 64 bytes" : "";
}

class TableReading {
 public:
  TableReading(const TableColumns& columns, double positive_from)
      : columns_(columns), positive_from_(positive_from) {
    const std::array<const std::string*, kColumns> names{
        &columns.user,   &columns.video,    &columns.time,       &columns.positive,
        &columns.rating, &columns.watch_ms, &columns.duration_ms};
    for (size_t i = 0; i < kColumns; ++i) {
      if (names[i]->empty()) continue;
      places_[i] = wanted_.size();
      wanted_.push_back(*names[i]);
    }
  }

  Result<evaluate::RecordedTraffic, std::string> run(const std::string& path,
                                                     const ReadingProgress& progress) {
    auto row = CsvReader::open(path, wanted_, kTableAdvice);
    if (!row) return Error{row.error()};
    const uint64_t bytes = size_of(path);
    while (true) {
      const auto more = row->next();
      if (!more) return Error{more.error()};
      if (!*more) break;
      if (std::string fault = add(*row); !fault.empty()) return Error{fault};
      if (traffic_.log_rows % kProgressEvery == 0) progress(row->bytes(), bytes);
    }
    evaluate::put_in_order(traffic_.log);
    return std::move(traffic_);
  }

 private:
  enum Column : size_t { kUser, kVideo, kTime, kPositive, kRating, kWatch, kDuration };
  static constexpr size_t kColumns = 7;
  static constexpr size_t kNone = SIZE_MAX;

  [[nodiscard]] bool has(Column column) const { return places_[column] != kNone; }
  [[nodiscard]] std::string_view at(const CsvReader& row, Column column) const {
    return row.at(places_[column]);
  }
  [[nodiscard]] std::string complain(const CsvReader& row, Column column,
                                     std::string_view what) const {
    return row.complaint(places_[column], what);
  }

  // A fault of the row, or nothing.
  std::string add(const CsvReader& row) {
    Impression impression;
    for (const Column id : {kUser, kVideo}) {
      if (const std::string fault = check_id(at(row, id)); !fault.empty())
        return complain(row, id, fault);
    }
    const auto time = parse_time(at(row, kTime));
    if (!time)
      return complain(row, kTime, "is no time: RFC 3339, Unix seconds or Unix milliseconds");
    impression.at = *time;
    for (const auto& [column, field] :
         {std::pair(kWatch, &impression.watch_ms), std::pair(kDuration, &impression.duration_ms)}) {
      if (!has(column)) continue;
      const auto ms = row.integer(places_[column], 0, event::kWatchMsMax);
      if (!ms) return ms.error();
      *field = static_cast<int32_t>(*ms);
    }
    if (std::string fault = judge(row, impression); !fault.empty()) return fault;
    impression.user = traffic_.users.number(at(row, kUser));
    impression.video = traffic_.videos.number(at(row, kVideo));
    impression.row = static_cast<uint32_t>(traffic_.log_rows++);
    settle(impression, has(kWatch));
    if (has(kWatch) && impression.watch_ms == 0) impression.watch_ms = event::kAbsent;
    traffic_.log.push_back(impression);
    return {};
  }

  std::string judge(const CsvReader& row, Impression& impression) const {
    if (has(kPositive)) {
      const auto flag = row.integer(places_[kPositive], 0, 1);
      if (!flag) return flag.error();
      impression.positive = *flag == 1;
    } else if (has(kRating)) {
      const auto rating = parse_number(at(row, kRating));
      if (!rating) return complain(row, kRating, "is not a number");
      impression.positive = *rating >= positive_from_;
    } else {
      impression.positive = model::is_long_watch(impression.watch_ms, impression.duration_ms);
    }
    return {};
  }

  TableColumns columns_;
  double positive_from_;
  std::vector<std::string_view> wanted_;  // names of columns, of those that there are
  std::array<size_t, kColumns> places_{kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  evaluate::RecordedTraffic traffic_;
};

// The four fields of a line of MovieLens; other than four where it is not one.
std::vector<std::string_view> split_ratings(std::string_view line) {
  const std::string_view separator = line.find("::") != std::string_view::npos   ? "::"
                                     : line.find('\t') != std::string_view::npos ? "\t"
                                                                                 : ",";
  std::vector<std::string_view> fields;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(separator, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end + separator.size();
  }
  return fields;
}

// What is wrong with the line's fields, or nothing; fills what is not.
std::string read_rating(std::span<const std::string_view> fields, double positive_from,
                        Impression& impression) {
  constexpr std::string_view kForm =
      "; mend the line: user, item, rating and time between tabs, "
      "commas or ::";
  const auto fault = [&](std::string_view column, std::string_view text, std::string_view what) {
    return std::string(column) + ": '" + std::string(text) + "' " + std::string(what) +
           std::string(kForm);
  };
  if (fields.size() != 4)
    return "has " + std::to_string(fields.size()) + " fields instead of 4" + std::string(kForm);
  if (const auto bad = check_id(fields[0]); !bad.empty())
    return fault("column user", fields[0], bad);
  if (const auto bad = check_id(fields[1]); !bad.empty())
    return fault("column item", fields[1], bad);
  const auto rating = parse_number(fields[2]);
  if (!rating) return fault("column rating", fields[2], "is not a number");
  const auto time = parse_time(fields[3]);
  if (!time) return fault("column time", fields[3], "is no Unix time");
  impression.positive = *rating >= positive_from;
  impression.at = *time;
  return {};
}

}  // namespace

Result<TableColumns, std::string> parse_table_columns(const std::string& text) {
  TableColumns columns;
  const std::array<std::pair<std::string_view, std::string*>, 7> fields{
      {{"user", &columns.user},
       {"video", &columns.video},
       {"time", &columns.time},
       {"positive", &columns.positive},
       {"rating", &columns.rating},
       {"watch_ms", &columns.watch_ms},
       {"duration_ms", &columns.duration_ms}}};
  constexpr std::string_view kKnown =
      "known are user, video, time, positive, rating, watch_ms and duration_ms, as in "
      "user=uid,video=vid,time=ts,rating=stars";
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const size_t equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const auto* const field =
        std::ranges::find(fields, name, [](const auto& f) { return f.first; });
    if (equals == std::string::npos || equals + 1 == part.size() || field == fields.end())
      return Error{"--columns: '" + part + "' names no column; " + std::string(kKnown)};
    *field->second = part.substr(equals + 1);
    at = end + 1;
  }
  for (const auto* needed : {&columns.user, &columns.video, &columns.time}) {
    if (needed->empty())
      return Error{"--columns: user, video and time are needed; " + std::string(kKnown)};
  }
  if (columns.positive.empty() && columns.rating.empty() && columns.watch_ms.empty()) {
    return Error{"--columns: one of positive, rating and watch_ms must tell what was liked; " +
                 std::string(kKnown)};
  }
  return columns;
}

Result<evaluate::RecordedTraffic, std::string> read_table_traffic(const std::string& path,
                                                                  const TableColumns& columns,
                                                                  double positive_from,
                                                                  const ReadingProgress& progress) {
  return TableReading(columns, positive_from).run(path, progress);
}

Result<evaluate::RecordedTraffic, std::string> read_movielens_traffic(
    const std::string& path, double positive_from, const ReadingProgress& progress) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{path + ": cannot be opened; name a file that there is"};
  const uint64_t bytes = size_of(path);
  evaluate::RecordedTraffic traffic;
  std::string line;
  uint64_t done = 0;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    done += line.size() + 1;
    if (line.ends_with('\r')) line.pop_back();
    const auto fields = split_ratings(line);
    Impression impression;
    const std::string fault = read_rating(fields, positive_from, impression);
    const bool header = number == 1 && fields.size() == 4 && !parse_number(fields[2]);
    if (header || (line.empty() && file.peek() == EOF)) continue;
    if (!fault.empty()) return Error{path + ": line " + std::to_string(number) + ": " + fault};
    impression.user = traffic.users.number(fields[0]);
    impression.video = traffic.videos.number(fields[1]);
    impression.row = static_cast<uint32_t>(traffic.log_rows++);
    settle(impression, false);
    traffic.log.push_back(impression);
    if (number % kProgressEvery == 0) progress(done, bytes);
  }
  if (file.bad()) return Error{path + ": cannot be read further; check the disk"};
  evaluate::put_in_order(traffic.log);
  return traffic;
}

}  // namespace potik::app
