#include "app/video_probe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "app/child_process.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using event::JsonObject;

constexpr ChildOptions kProbing{std::chrono::seconds(30), 256U << 10U};
constexpr ChildOptions kDrawing{std::chrono::seconds(60), 16U << 10U};
constexpr double kDayMs = 86'400'000;
constexpr size_t kQuotedMax = 160;

// What browsers play in a <video>, by ffmpeg's names.
constexpr std::array<std::string_view, 5> kVideoCodecs{"h264", "vp8", "vp9", "av1", "theora"};

// Only files, and only these containers: nothing that names other files or addresses is opened.
const std::vector<std::string> kGuard{"-protocol_whitelist", "file", "-format_whitelist",
                                      "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"};

ProbeFailure failure(ChildError error, const std::string& program) {
  switch (error) {
    case ChildError::missing:
      return {program + " is missing; on Debian: apt-get install ffmpeg", true};
    case ChildError::not_begun:
      return {program + " could not be started: too many processes or open files", true};
    case ChildError::too_slow:
      return {program + " did not end in time", false, true};
    case ChildError::stopped:
      break;
  }
  return {"a stop was asked for", true};
}

// The last line of what a program complained of, without the file's own name.
std::string last_words(const ChildResult& result, const std::string& path) {
  std::string_view text = result.err;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const size_t line = text.rfind('\n');
  if (line != std::string_view::npos) text.remove_prefix(line + 1);
  std::string words(text);
  if (const size_t at = words.find(path); at != std::string::npos) words.erase(at, path.size());
  const size_t first = words.find_first_not_of(": ");
  words.erase(0, std::min(first, words.size()));
  words.resize(std::min(words.size(), kQuotedMax));
  return words.empty() ? "it ended with " + std::to_string(result.exit_code) : words;
}

// The first of these tags that is there, in any case as muxers write them.
std::string tag(const std::optional<JsonObject>& tags,
                std::initializer_list<std::string_view> names) {
  if (!tags) return {};
  for (const std::string_view name : names) {
    for (const std::string& present : tags->names()) {
      const bool same = std::ranges::equal(present, name, {}, [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      });
      if (same) return tags->text(present).value_or("");
    }
  }
  return {};
}

std::optional<JsonObject> member(const JsonObject& object, std::string_view name) {
  return JsonObject::parse(object.raw(name).value_or(""));
}

// "12.345" as milliseconds; 0 for what is none, or longer than metadata may say.
int64_t milliseconds(const std::string& seconds) {
  double value = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), value);
  const double ms = std::round(value * 1000);
  const bool usable = error == std::errc() && ms > 0 && ms <= kDayMs;
  return usable ? static_cast<int64_t>(ms) : 0;
}

// The codec of the first stream that moves: a cover picture is a video stream too.
std::optional<std::string> video_codec(const JsonObject& probe) {
  const auto streams = event::json_array_elements(probe.raw("streams").value_or("[]"));
  for (const std::string& text : streams.value_or(std::vector<std::string>{})) {
    const auto stream = JsonObject::parse(text);
    if (!stream || stream->text("codec_type") != "video") continue;
    const auto disposition = member(*stream, "disposition");
    if (disposition && disposition->integer("attached_pic") == 1) continue;
    return stream->text("codec_name").value_or("unknown");
  }
  return std::nullopt;
}

Result<bool, ProbeFailure> draw_at(const std::string& path, int64_t at_ms, const std::string& part,
                                   const std::stop_token& stop) {
  std::vector<std::string> words{"ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "1"};
  words.insert(words.end(), kGuard.begin(), kGuard.end());
  const std::vector<std::string> rest{"-ss",
                                      std::to_string(static_cast<double>(at_ms) / 1000),
                                      "-i",
                                      "file:" + path,
                                      "-an",
                                      "-frames:v",
                                      "1",
                                      "-vf",
                                      "scale='min(720,iw)':-2,format=yuvj420p",
                                      "-c:v",
                                      "mjpeg",
                                      "-q:v",
                                      "4",
                                      "-f",
                                      "mjpeg",
                                      "file:" + part};
  words.insert(words.end(), rest.begin(), rest.end());
  const auto drawn = run_child(words, kDrawing, stop);
  if (!drawn) return Error{failure(drawn.error(), "ffmpeg")};
  if (drawn->exit_code != 0)
    return Error{ProbeFailure{"cannot be decoded: " + last_words(*drawn, path)}};
  std::error_code missing;
  const auto size = std::filesystem::file_size(part, missing);
  return !missing && size > 0;
}

}  // namespace

Result<VideoFacts, ProbeFailure> read_probe(std::string_view json) {
  const auto probe = JsonObject::parse(json);
  if (!probe) return Error{ProbeFailure{"is no video"}};
  const auto codec = video_codec(*probe);
  if (!codec) return Error{ProbeFailure{"is no video: it has no picture"}};
  if (std::ranges::find(kVideoCodecs, *codec) == kVideoCodecs.end())
    return Error{ProbeFailure{"is encoded as " + *codec +
                              ", which browsers do not play; ffmpeg can make H.264 of it"}};
  const auto format = member(*probe, "format");
  const auto tags = format ? member(*format, "tags") : std::nullopt;
  VideoFacts facts;
  facts.duration_ms = format ? milliseconds(format->text("duration").value_or("")) : 0;
  facts.title = tag(tags, {"title"});
  facts.author = tag(tags, {"artist", "author", "album_artist"});
  return facts;
}

Result<VideoFacts, ProbeFailure> probe_video(const std::string& path, const std::stop_token& stop) {
  std::vector<std::string> words{"ffprobe", "-v", "error"};
  words.insert(words.end(), kGuard.begin(), kGuard.end());
  const std::vector<std::string> rest{
      "-of", "json", "-show_entries",
      "format=duration:format_tags:stream=codec_type,codec_name:stream_disposition=attached_pic",
      "file:" + path};
  words.insert(words.end(), rest.begin(), rest.end());
  const auto asked = run_child(words, kProbing, stop);
  if (!asked) return Error{failure(asked.error(), "ffprobe")};
  if (asked->exit_code != 0)
    return Error{ProbeFailure{"cannot be read: " + last_words(*asked, path)}};
  return read_probe(asked->out);
}

Status<ProbeFailure> draw_poster(const std::string& path, int64_t duration_ms,
                                 const std::string& target, const std::stop_token& stop) {
  const std::string part = target + ".part";
  std::error_code ignored;
  // Past the end of what can be decoded there is no frame; at the start there is.
  for (const int64_t at_ms : {duration_ms / 3, int64_t{0}}) {
    const auto drawn = draw_at(path, at_ms, part, stop);
    if (!drawn) {
      std::filesystem::remove(part, ignored);
      if (drawn.error().fatal || at_ms == 0) return Error{drawn.error()};
      continue;
    }
    if (!*drawn) continue;
    std::filesystem::rename(part, target, ignored);
    if (!ignored) return Ok{};
    return Error{ProbeFailure{"has a poster that cannot be written to " + target, true}};
  }
  std::filesystem::remove(part, ignored);
  return Error{ProbeFailure{"cannot be decoded: it has no frame"}};
}

}  // namespace potik::app
