#include "api/file_answer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "api/problem.h"

namespace potik::api {
namespace {

struct FileType {
  std::string_view extension;
  std::string_view content_type;
};
constexpr std::array<FileType, 19> kFileTypes{{
    {"html", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"webp", "image/webp"},
    {"ico", "image/x-icon"},
    {"mp4", "video/mp4"},
    {"m4v", "video/mp4"},
    {"mov", "video/mp4"},  // of one family, and as QuickTime few browsers would try it
    {"mkv", "video/x-matroska"},
    {"webm", "video/webm"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"woff2", "font/woff2"},
    {"txt", "text/plain; charset=utf-8"},
}};

std::string_view type_of(std::string_view path) {
  const size_t dot = path.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (const FileType& type : kFileTypes) {
    if (std::ranges::equal(extension, type.extension, {}, small)) return type.content_type;
  }
  return "application/octet-stream";
}

struct OpenFile {
  int descriptor = -1;
  uint64_t size = 0;
  std::string etag;
  std::string last_modified;
};

std::string http_date(time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

void append_hex(std::string& out, uint64_t number) {
  std::array<char, 20> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr);
}

constexpr int kReading = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

// Step by step, so that a link between is met and refused. Below 0 if there is no such file.
int open_below(const std::string& folder, std::string_view path) {
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (at >= 0) {
    const size_t slash = path.find('/');
    const std::string part(path.substr(0, slash));
    const bool last = slash == std::string_view::npos;
    const int flags = last ? kReading : O_PATH | O_DIRECTORY | O_CLOEXEC;
    const int next = ::openat(at, part.c_str(), flags | O_NOFOLLOW);
    ::close(at);
    if (last) return next;
    at = next;
    path.remove_prefix(slash + 1);
  }
  return at;
}

// Takes the descriptor over. Nothing if it is none, or not a plain file's.
std::optional<OpenFile> look_at(int descriptor) {
  if (descriptor < 0) return std::nullopt;
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return std::nullopt;
  }
  OpenFile file{descriptor, static_cast<uint64_t>(status.st_size), "\"",
                http_date(status.st_mtim.tv_sec)};
  append_hex(file.etag, file.size);
  file.etag += '-';
  append_hex(file.etag, static_cast<uint64_t>(status.st_mtim.tv_sec));
  append_hex(file.etag, static_cast<uint64_t>(status.st_mtim.tv_nsec));
  file.etag += '"';
  return file;
}

// RFC 9110, 13.2.2: If-None-Match decides alone where it is given.
bool is_unchanged(const Request& request, const OpenFile& file) {
  if (!request.if_none_match.empty()) {
    return request.if_none_match == "*" ||
           request.if_none_match.find(file.etag) != std::string::npos;
  }
  return !request.if_modified_since.empty() && request.if_modified_since == file.last_modified;
}

struct Range {
  uint64_t first = 0;
  uint64_t last = 0;
};
enum class RangeKind : uint8_t { whole, part, unsatisfiable };

bool parse_number(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// "bytes=a-b", "bytes=a-", "bytes=-n". What is malformed or of several parts counts as absent.
RangeKind parse_range(std::string_view text, uint64_t size, Range& range) {
  if (!text.starts_with("bytes=")) return RangeKind::whole;
  text.remove_prefix(6);
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return RangeKind::whole;
  uint64_t first = 0;
  uint64_t last = size == 0 ? 0 : size - 1;
  const std::string_view from = text.substr(0, dash);
  const std::string_view to = text.substr(dash + 1);
  if (from.empty()) {
    uint64_t suffix = 0;
    if (!parse_number(to, suffix)) return RangeKind::whole;
    if (suffix == 0) return RangeKind::unsatisfiable;
    first = size > suffix ? size - suffix : 0;
  } else {
    if (!parse_number(from, first)) return RangeKind::whole;
    uint64_t wanted = last;
    if (!to.empty() && (!parse_number(to, wanted) || wanted < first)) return RangeKind::whole;
    last = std::min(last, wanted);
  }
  if (first >= size) return RangeKind::unsatisfiable;
  range = {first, last};
  return RangeKind::part;
}

// A range asked for under a condition that no longer holds is answered whole.
RangeKind wanted_range(const Request& request, const OpenFile& file, Range& range) {
  const bool fresh = request.if_range.empty() || request.if_range == file.etag ||
                     request.if_range == file.last_modified;
  return fresh ? parse_range(request.range, file.size, range) : RangeKind::whole;
}

void add_file_headers(Response& response, const OpenFile& file) {
  response.headers.push_back({"ETag", file.etag});
  response.headers.push_back({"Last-Modified", file.last_modified});
  response.headers.push_back({"Accept-Ranges", "bytes"});
  if (response.content_type.starts_with("text/html") || response.content_type == "image/svg+xml") {
    response.content_policy = kPagePolicy;
  }
}

Response unsatisfiable(uint64_t size) {
  Response response = problem(416, "The range lies behind the end of the file.");
  response.headers.push_back({"Content-Range", "bytes */" + std::to_string(size)});
  return response;
}

Response answer_open(const std::optional<OpenFile>& file, std::string_view path,
                     const Request& request, std::string_view cache_control) {
  if (!file) return problem(404, "There is no such file.");
  FileSlice whole(file->descriptor, 0, file->size);
  Response response{.content_type = type_of(path), .cache_control = cache_control};
  add_file_headers(response, *file);
  if (is_unchanged(request, *file)) {
    response.status = 304;
    response.content_type = "";
    return response;
  }
  Range range;
  switch (wanted_range(request, *file, range)) {
    case RangeKind::unsatisfiable:
      return unsatisfiable(file->size);
    case RangeKind::whole:
      response.file = std::move(whole);
      return response;
    case RangeKind::part:
      break;
  }
  response.status = 206;
  response.headers.push_back({"Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                   std::to_string(range.last) + "/" +
                                                   std::to_string(file->size)});
  response.file = whole.part(range.first, range.last - range.first + 1);
  return response;
}

}  // namespace

Response answer_file(const std::string& path, const Request& request,
                     std::string_view cache_control) {
  return answer_open(look_at(::open(path.c_str(), kReading)), path, request, cache_control);
}

Response answer_file_below(const std::string& folder, std::string_view path, const Request& request,
                           std::string_view cache_control) {
  return answer_open(look_at(open_below(folder, path)), path, request, cache_control);
}

}  // namespace potik::api
