// Reading a list back from the stream of recommendations.

#include <algorithm>

#include "base/time_text.h"
#include "cache/list_json.h"
#include "event/json_object.h"

namespace potik::cache {
namespace {

using event::JsonObject;

std::optional<JsonObject> object_in(const JsonObject& outer, std::string_view name) {
  const auto raw = outer.raw(name);
  return raw ? JsonObject::parse(*raw) : std::nullopt;
}

std::optional<TimeMs> time_in(const JsonObject& object, std::string_view name) {
  const auto text = object.text(name);
  return text ? parse_rfc3339(*text) : std::nullopt;
}

bool read_receipt(const JsonObject& json, Receipt& receipt) {
  const auto epoch = json.integer("epoch");
  const auto computed_at = time_in(json, "computed_at");
  if (!epoch || !computed_at) return false;
  receipt.epoch = Epoch(static_cast<uint64_t>(*epoch));
  receipt.computed_at = *computed_at;
  const auto partition = json.integer("partition");
  const auto offset = json.integer("offset");
  if (!partition || !offset) return true;  // it reflects no event
  receipt.partition = Partition(static_cast<uint16_t>(*partition));
  receipt.offset = Offset(*offset);
  const auto occurred_at = time_in(json, "occurred_at");
  if (occurred_at) receipt.occurred_at = *occurred_at;
  return occurred_at.has_value();
}

float float_in(const JsonObject& json, std::string_view name, float otherwise) {
  return static_cast<float>(json.number(name).value_or(otherwise));
}

void read_reasons(const JsonObject& json, std::deque<std::string>& names, RecommendedVideo& video) {
  if (const auto scores = object_in(json, "scores")) {
    video.p_long_watch = float_in(*scores, "long_watch", 0);
    video.p_like = float_in(*scores, "like", 0);
    video.p_comment = float_in(*scores, "comment", 0);
    video.p_skip = float_in(*scores, "skip", 0);
  }
  const auto why = event::json_array_elements(json.raw("why").value_or("[]"));
  if (!why) return;
  for (size_t i = 0; i < std::min(why->size(), kContributions); ++i) {
    const auto part = JsonObject::parse((*why)[i]);
    const auto feature = part ? part->text("feature") : std::nullopt;
    if (!feature) continue;
    auto known = std::ranges::find(names, *feature);
    if (known == names.end()) known = names.insert(names.end(), *feature);
    video.why[i] = {*known, float_in(*part, "weight", 0)};
  }
}

bool read_video(std::string_view text, std::deque<std::string>& names, RecommendedVideo& video) {
  const auto json = JsonObject::parse(text);
  if (!json) return false;
  const auto id = json->text("video_id");
  const auto source = json->text("source");
  if (!id || !source) return false;
  const auto known = std::ranges::find(kSourceNames, *source);
  if (known == kSourceNames.end()) return false;
  video.video_id = *id;
  video.source = static_cast<Source>(known - kSourceNames.begin());
  video.because = json->text("because").value_or("");
  video.score = float_in(*json, "score", 0);
  video.propensity = float_in(*json, "propensity", 1);
  read_reasons(*json, names, video);
  return true;
}

}  // namespace

std::optional<RecommendationList> read_list_record(std::string_view text) {
  const auto json = JsonObject::parse(text);
  if (!json) return std::nullopt;
  RecommendationList list;
  const auto user = json->text("user_id");
  const auto version = json->integer("model_version");
  const auto receipt = object_in(*json, "receipt");
  const auto videos = event::json_array_elements(json->raw("videos").value_or(""));
  if (!user || !version || !receipt || !videos) return std::nullopt;
  list.user_id = *user;
  list.known_user = json->boolean("known_user").value_or(false);
  list.model_version = Epoch(static_cast<uint64_t>(*version));
  if (!read_receipt(*receipt, list.receipt)) return std::nullopt;
  // A deque, because it does not move its elements.
  const auto names = std::make_shared<std::deque<std::string>>();
  for (const std::string& video : *videos) {
    if (!read_video(video, *names, list.videos.emplace_back())) return std::nullopt;
  }
  list.names = names;
  return list;
}

}  // namespace potik::cache
