#include "app/video_metadata.h"

#include <algorithm>
#include <filesystem>

#include "app/path_part.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "event/reference.h"

namespace potik::app {
namespace {

constexpr size_t kReadableMax = 40;  // of an id

// Its name without folders and ending.
std::string stem_of(std::string_view path) { return std::filesystem::path(path).stem().string(); }

// Valid UTF-8 of at most so many bytes, without control characters: other bytes become '?'.
std::string plain_text(std::string_view text, size_t bytes_max) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t size = utf8_sequence_bytes(text, at);
    if (out.size() + std::max<size_t>(size, 1) > bytes_max) break;
    const bool control = size == 1 && static_cast<unsigned char>(text[at]) < 0x20;
    if (size == 0 || control) {
      out += size == 0 ? '?' : ' ';
    } else {
      out.append(text, at, size);
    }
    at += std::max<size_t>(size, 1);
  }
  return out;
}

// Single spaces, none at the ends.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string_view first_folder(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Each part as a URL has it.
std::string url_of(std::string_view path) {
  std::string url = "/media";
  while (true) {
    const size_t slash = path.find('/');
    url.append("/").append(path_part(path.substr(0, slash)));
    if (slash == std::string_view::npos) return url;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string video_id_of(std::string_view path) {
  std::string id;
  for (const char c : stem_of(path)) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9')) {
      id += small;
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
    if (id.size() == kReadableMax) break;
  }
  if (!id.empty() && id.back() != '-') id += '-';
  constexpr std::string_view kDigits = "0123456789abcdef";
  const uint64_t hash = hash64(path);
  for (int shift = 60; shift >= 0; shift -= 4) id += kDigits[(hash >> shift) & 15U];
  return id;
}

std::string title_of(std::string_view path) {
  std::string stem = stem_of(path);
  std::ranges::replace(stem, '_', ' ');
  const std::string title = squeezed(plain_text(stem, event::kTitleBytesMax));
  return title.empty() ? plain_text(path, event::kTitleBytesMax) : title;
}

std::optional<std::string> metadata_of(const VideoFile& file, const VideoFacts& facts) {
  const std::string id = video_id_of(file.path);
  const std::string told = squeezed(plain_text(facts.title, event::kTitleBytesMax));
  const std::string folder = plain_text(first_folder(file.path), event::kNameBytesMax);
  const std::string artist = squeezed(plain_text(facts.author, event::kNameBytesMax));
  const std::string author = !artist.empty() ? artist : folder;
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("video_id", id);
  json.field("title", told.empty() ? title_of(file.path) : told);
  if (!author.empty()) json.field("author_id", author);
  json.key("tags").begin_array().value(folder.empty() ? "videos" : folder).end_array();
  json.field("duration_ms", facts.duration_ms);
  json.field("published_at", format_rfc3339(TimeMs(std::max<int64_t>(file.changed_ms, 0))));
  json.field("url", url_of(file.path)).field("poster", "/media/posters/" + id + ".jpg");
  json.field("topic_uk", folder.empty() ? "Відео" : folder);
  json.field("topic_en", folder.empty() ? "Videos" : folder).end_object();
  if (out.size() > event::kReferenceBytesMax) return std::nullopt;
  return out;
}

}  // namespace potik::app
