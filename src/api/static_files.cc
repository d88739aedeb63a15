#include "api/static_files.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "api/file_answer.h"
#include "api/problem.h"

namespace potik::api {
namespace {

constexpr std::string_view kNoFile = "There is no such file.";
constexpr std::array<std::string_view, 5> kVideoEndings{"mp4", "m4v", "webm", "mov", "mkv"};
constexpr std::string_view kPosters = "posters/";
constexpr std::string_view kMediaPrefix = "/media/";
// Clips are named by content and never change under one name; pages may change with every release.
constexpr std::string_view kRevalidate = "no-cache";
constexpr std::string_view kKeepAnHour = "public, max-age=3600";

// The decoded path below a folder, or nothing if it would leave the folder or name a hidden file.
std::optional<std::string> safe_path(std::string_view encoded) {
  const auto path = decode_percent(encoded);
  if (!path || path->empty()) return std::nullopt;
  std::string_view rest = *path;
  while (true) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    if (segment.empty() || segment.front() == '.') return std::nullopt;
    for (const char c : segment) {
      if (c == '\\' || static_cast<uint8_t>(c) < 0x20) return std::nullopt;
    }
    if (segment.size() == rest.size()) return path;
    rest.remove_prefix(segment.size() + 1);
  }
}

// Whether `path` lies in `folder` once symbolic links are followed: one that leads out of the
// folder would open what the folder's owner did not mean to.
bool stays_within(const std::string& folder, const std::string& path) {
  std::array<char, PATH_MAX> root{};
  std::array<char, PATH_MAX> file{};
  if (::realpath(folder.c_str(), root.data()) == nullptr ||
      ::realpath(path.c_str(), file.data()) == nullptr)
    return false;
  const std::string_view inside = file.data();
  std::string_view outside = root.data();
  if (outside == "/") outside = "";
  return inside.starts_with(outside) && inside.substr(outside.size()).starts_with('/');
}

Response below(const std::string& folder, std::string_view encoded, const Request& request,
               std::string_view cache_control) {
  const auto path = safe_path(encoded);
  if (folder.empty() || !path) return problem(404, kNoFile);
  const std::string file = folder + "/" + *path;
  if (!stays_within(folder, file)) return problem(404, kNoFile);
  return answer_file(file, request, cache_control);
}

bool is_video(std::string_view path) {
  const size_t dot = path.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : path.substr(dot + 1));
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::ranges::find(kVideoEndings, ending) != kVideoEndings.end();
}

// A folder of videos may hold anything beside them, links out of it too: none of that is served.
Response of_videos(const std::string& videos, const std::string& posters, std::string_view encoded,
                   const Request& request) {
  const auto path = safe_path(encoded);
  if (!path) return problem(404, kNoFile);
  if (is_video(*path)) return answer_file_below(videos, *path, request, kRevalidate);
  if (!path->starts_with(kPosters)) return problem(404, kNoFile);
  return answer_file_below(posters, std::string_view(*path).substr(kPosters.size()), request,
                           kRevalidate);
}

void add_page(Router& router, const Options& options, std::string pattern, std::string_view file) {
  router.add(Method::get, std::move(pattern), "*",
             [folder = options.web_dir, file](Request& request, Reply reply) {
               reply.send(below(folder, file, request, kRevalidate));
             });
}

}  // namespace

void add_feed_page(Router& router, const Options& options) {
  add_page(router, options, "/", "feed.html");
  // Pages of the allowed origins may show clips, which browsers ask for without telling whose page.
  const bool embedded = !options.router.allowed_origins.empty();
  router.add(Method::get, "/media/*", "*",
             [folder = options.media_dir, posters = options.posters_dir, embedded](Request& request,
                                                                                   Reply reply) {
               const std::string_view path = request.path().substr(kMediaPrefix.size());
               Response response = posters.empty() ? below(folder, path, request, kKeepAnHour)
                                                   : of_videos(folder, posters, path, request);
               if (embedded) response.resource_policy = "cross-origin";
               reply.send(std::move(response));
             });
}

void add_operations_page(Router& router, const Options& options) {
  add_page(router, options, "/ops", "operations.html");
}

void add_assets(Router& router, const Options& options) {
  router.add(Method::get, "/assets/*", "*",
             [folder = options.web_dir](Request& request, Reply reply) {
               // The folder on the disk is named as in the path.
               reply.send(below(folder, request.path().substr(1), request, kRevalidate));
             });
}

}  // namespace potik::api
