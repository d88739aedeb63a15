#include "app/kuairand_reference.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "base/json_writer.h"
#include "event/event.h"
#include "event/json_walk.h"

namespace potik::app {
namespace {

enum UserColumn : size_t { kUserId, kActiveDegree };
enum VideoColumn : size_t { kVideoId, kAuthor, kUploadDate, kDuration, kTags };

// Numbers as they stand, other texts as strings.
void add_other_columns(const CsvReader& row, std::span<const std::string_view> used,
                       JsonWriter& json) {
  for (size_t i = 0; i < row.header().size(); ++i) {
    const std::string& text = row.fields()[i];
    if (text.empty() || std::find(used.begin(), used.end(), row.header()[i]) != used.end())
      continue;
    json.key(row.header()[i]);
    if (event::is_json_number(text)) {
      json.raw(text);
    } else {
      json.value(text);
    }
  }
}

void add_text(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) json.field(name, text);
}

void add_tags(std::string_view list, JsonWriter& json) {
  if (list.empty()) return;
  json.key("tags").begin_array();
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (end > at) json.value(list.substr(at, end - at));
    at = end + 1;
  }
  json.end_array();
}

// The column video_duration, a decimal number of milliseconds; 0 where it is empty.
Result<int32_t, std::string> read_duration(const CsvReader& row) {
  const std::string_view text = row.at(kDuration);
  if (text.empty()) return 0;
  double ms = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool whole = error == std::errc() && rest == text.data() + text.size();
  if (!whole || !(ms >= 0 && ms <= static_cast<double>(event::kWatchMsMax))) {
    return Error{row.complaint(kDuration, "is not a number of milliseconds within a day")};
  }
  return static_cast<int32_t>(std::lround(ms));
}

}  // namespace

Result<KuairandDocument, std::string> kuairand_user(const CsvReader& row) {
  if (row.at(kUserId).empty()) return Error{row.complaint(kUserId, "is no id")};
  KuairandDocument document{std::string(row.at(kUserId)), {}, 0};
  JsonWriter json(document.json);
  json.begin_object().field("user_id", row.at(kUserId));
  add_text(json, "segment", row.at(kActiveDegree));
  add_other_columns(row, kKuairandUserColumns, json);
  json.end_object();
  return document;
}

Result<KuairandDocument, std::string> kuairand_video(const CsvReader& row) {
  if (row.at(kVideoId).empty()) return Error{row.complaint(kVideoId, "is no id")};
  const auto duration = read_duration(row);
  if (!duration) return Error{duration.error()};
  KuairandDocument document{std::string(row.at(kVideoId)), {}, *duration};
  JsonWriter json(document.json);
  json.begin_object().field("video_id", row.at(kVideoId));
  add_text(json, "author_id", row.at(kAuthor));
  add_tags(row.at(kTags), json);
  if (*duration > 0) json.field("duration_ms", *duration);
  if (!row.at(kUploadDate).empty()) {
    json.field("published_at", std::string(row.at(kUploadDate)).append("T00:00:00+08:00"));
  }
  add_other_columns(row, kKuairandVideoColumns, json);
  json.end_object();
  return document;
}

}  // namespace potik::app
