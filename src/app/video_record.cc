#include "app/video_record.h"

#include <fstream>
#include <optional>
#include <utility>

#include "api/http.h"
#include "app/path_part.h"
#include "app/whole_file.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

void append_line(const KnownVideo& known, std::string& out) {
  JsonWriter json(out);
  // Percent-encoded, because names of files need be no text.
  json.begin_object().field("path", path_part(known.file.path)).field("size", known.file.size);
  json.field("changed_ms", known.file.changed_ms).field("problem", known.problem);
  json.field("json", known.json).end_object();
  out += '\n';
}

std::optional<KnownVideo> read_line(const std::string& line) {
  const auto object = event::JsonObject::parse(line);
  if (!object) return std::nullopt;
  const auto path = api::decode_percent(object->text("path").value_or("%"));
  const auto size = object->integer("size");
  const auto changed = object->integer("changed_ms");
  auto problem = object->text("problem");
  auto json = object->text("json");
  if (!path || !size || !changed || !problem || !json) return std::nullopt;
  return KnownVideo{
      {*path, static_cast<uint64_t>(*size), *changed}, std::move(*json), std::move(*problem)};
}

}  // namespace

KnownVideos read_known_videos(const std::string& record) {
  KnownVideos known;
  std::ifstream file(record);
  std::string line;
  while (std::getline(file, line)) {
    auto read = read_line(line);
    if (read) known[read->file.path] = std::move(*read);
  }
  return known;
}

Status<std::string> write_known_videos(const std::string& record, const KnownVideos& known) {
  std::string text;
  for (const auto& [path, video] : known) append_line(video, text);
  if (!write_whole(record, text))
    return Error{record + " cannot be written; check the disk and the folder's permissions"};
  return Ok{};
}

}  // namespace potik::app
