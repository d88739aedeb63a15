#include "cache/list_json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::cache {
namespace {

template <class Number>
void append_plain(std::string& out, Number number) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), end.ptr);
}

// Shortest text of the float itself: as a double it would carry digits that mean nothing.
void append_float(std::string& out, float number) {
  if (std::isfinite(number)) {
    append_plain(out, number);
  } else {
    out += "null";
  }
}

void append_receipt(std::string& out, const Receipt& receipt) {
  if (receipt.offset.value() < 0) {
    out += ",\"receipt\":{\"partition\":null,\"offset\":null,\"occurred_at\":null";
  } else {
    out += ",\"receipt\":{\"partition\":";
    append_plain(out, receipt.partition.value());
    out += ",\"offset\":";
    append_plain(out, receipt.offset.value());
    out.append(",\"occurred_at\":\"").append(format_rfc3339(receipt.occurred_at)).append("\"");
  }
  out += ",\"epoch\":";
  append_plain(out, receipt.epoch.value());
  out.append(",\"computed_at\":\"").append(format_rfc3339(receipt.computed_at)).append("\"}");
}

void append_reasons(std::string& out, const RecommendedVideo& video) {
  out += ",\"scores\":{\"long_watch\":";
  append_float(out, video.p_long_watch);
  out += ",\"like\":";
  append_float(out, video.p_like);
  out += ",\"comment\":";
  append_float(out, video.p_comment);
  out += ",\"skip\":";
  append_float(out, video.p_skip);
  out += "},\"why\":[";
  bool first = true;
  for (const Contribution& part : video.why) {
    if (part.feature.empty()) continue;
    out += first ? "{\"feature\":" : ",{\"feature\":";
    first = false;
    append_json_string(out, part.feature);
    out += ",\"weight\":";
    append_float(out, part.weight);
    out += '}';
  }
  out += ']';
}

}  // namespace

void append_list_head(std::string& out, const RecommendationList& list) {
  out += "\"model_version\":";
  append_plain(out, list.model_version.value());
  append_receipt(out, list.receipt);
}

void append_list_video(std::string& out, const RecommendedVideo& video, size_t rank, bool explain) {
  out += rank == 1 ? "{\"video_id\":" : ",{\"video_id\":";
  append_json_string(out, video.video_id);
  out += ",\"rank\":";
  append_plain(out, rank);
  out += ",\"score\":";
  append_float(out, video.score);
  out.append(",\"source\":\"").append(name(video.source)).append("\",\"because\":");
  if (video.because.empty()) {
    out += "null";
  } else {
    append_json_string(out, video.because);
  }
  out += ",\"propensity\":";
  append_float(out, video.propensity);
  if (explain) append_reasons(out, video);
  out += '}';
}

void append_list_record(std::string& out, const RecommendationList& list) {
  out += "{\"user_id\":";
  append_json_string(out, list.user_id);
  out += list.known_user ? ",\"known_user\":true," : ",\"known_user\":false,";
  append_list_head(out, list);
  out += ",\"videos\":[";
  size_t rank = 0;
  for (const RecommendedVideo& video : list.videos) append_list_video(out, video, ++rank, true);
  out += "]}";
}

}  // namespace potik::cache
