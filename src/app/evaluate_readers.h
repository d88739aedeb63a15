#pragma once
// From files to evaluate::RecordedTraffic. Every error names file, line and column where there is
// one, and says what to do. Threads: pure functions. Memory: the whole file as impressions.

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "evaluate/traffic.h"

namespace potik::app {

// Called every few thousand rows.
using ReadingProgress = std::function<void(uint64_t bytes_done, uint64_t bytes_total)>;

// The KuaiRand files of `directory`: reference data, history, log. A row is positive if it is
// long_view, is_like, or played to 95 % of a known duration; what came of it is known at the time
// of the row + play_time_ms + 1 s. The column tab becomes the surface "tab-N".
[[nodiscard]] Result<evaluate::RecordedTraffic, std::string> read_kuairand_traffic(
    const std::string& directory, const ReadingProgress& progress);

// Which columns of a table hold what; empty: none does.
struct TableColumns {
  std::string user, video, time;  // all three are needed
  std::string positive, rating;   // 0 or 1; a number
  std::string watch_ms, duration_ms;
};
// "user=..,video=..,time=..[,positive=..][,rating=..][,watch_ms=..][,duration_ms=..]"; one of
// positive, rating and watch_ms must be among them.
[[nodiscard]] Result<TableColumns, std::string> parse_table_columns(const std::string& text);

// A table with a header. Times are RFC 3339, Unix seconds, or Unix milliseconds (from 10^11 on). A
// row is positive by its column, else where its rating is `positive_from` or more, else where it
// was watched long (model/judge.h). Without watch_ms a positive row counts as a long watch, another
// as a short one. What came of it is known after the watch and a second.
[[nodiscard]] Result<evaluate::RecordedTraffic, std::string> read_table_traffic(
    const std::string& path, const TableColumns& columns, double positive_from,
    const ReadingProgress& progress);

// Lines `user item rating time`, between tabs, commas or "::", with or without a header.
[[nodiscard]] Result<evaluate::RecordedTraffic, std::string> read_movielens_traffic(
    const std::string& path, double positive_from, const ReadingProgress& progress);

}  // namespace potik::app
