#include "api/list_json.h"

#include "base/json_writer.h"
#include "cache/list_json.h"

namespace potik::api {
namespace {

constexpr size_t kHeadBytes = 384;
constexpr size_t kVideoBytes = 176;
constexpr size_t kExplainedVideoBytes = 384;

}  // namespace

void append_list(std::string& out, const ListAnswer& answer, const Tombstones& tombstones) {
  const cache::RecommendationList& list = answer.list;
  out.reserve(out.size() + kHeadBytes +
              answer.limit * (answer.explain ? kExplainedVideoBytes : kVideoBytes));
  out.append("{\"request_id\":\"").append(answer.request_id).append("\",\"user_id\":");
  append_json_string(out, list.user_id);
  out += list.known_user ? ",\"known_user\":true" : ",\"known_user\":false";
  out += answer.cached ? ",\"cached\":true," : ",\"cached\":false,";
  cache::append_list_head(out, list);
  out += ",\"videos\":[";
  size_t rank = 0;
  for (const cache::RecommendedVideo& video : list.videos) {
    if (rank == answer.limit) break;
    if (!tombstones.contains(video.video_id))
      cache::append_list_video(out, video, ++rank, answer.explain);
  }
  out += "]}";
}

}  // namespace potik::api
