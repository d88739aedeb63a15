#include "app/folder_catalogue.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "app/low_priority.h"
#include "app/progress_line.h"
#include "app/terminal_text.h"
#include "app/video_metadata.h"
#include "app/video_probe.h"
#include "app/video_record.h"
#include "base/mutex.h"

namespace potik::app {
namespace {

constexpr size_t kAtOnce = 2;
constexpr size_t kPart = 64;  // told and recorded together: what a kill makes looked at again

std::string poster_of(const FolderPlaces& places, std::string_view path) {
  return places.posters + "/" + video_id_of(path) + ".jpg";
}

// Looks at files on threads of its own; each is one file's business from start to end.
class Examination {
 public:
  Examination(const FolderPlaces& places, std::span<const VideoFile> files,
              const std::stop_token& stop)
      : places_(places), files_(files), stop_(stop), found_(files.size()) {
    for (size_t i = 0; i < std::min(kAtOnce, files.size()); ++i)
      threads_.emplace_back([this] { run(); });
  }

  // Waits until all are done, and tells `show` how many are. Nothing that is fatal: what was found,
  // in the order of the files; those that a stop left out are missing.
  template <class Show>
  Result<std::vector<KnownVideo>, std::string> finish(Show show) {
    while (done_ < files_.size() && !ends()) {
      show(done_.load());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    threads_.clear();
    const MutexLock lock(mutex_);
    if (fatal_ && !stop_.stop_requested()) return Error{*fatal_};
    std::vector<KnownVideo> found;
    for (std::optional<KnownVideo>& each : found_) {
      if (each) found.push_back(std::move(*each));
    }
    return found;
  }

 private:
  [[nodiscard]] bool ends() const {
    const MutexLock lock(mutex_);
    return fatal_.has_value() || stop_.stop_requested();
  }

  void run() {
    lower_priority();
    for (size_t i = next_++; i < files_.size() && !ends(); i = next_++) {
      auto known = look_at(files_[i]);
      const MutexLock lock(mutex_);
      if (known) {
        found_[i] = std::move(known).value();
      } else if (!fatal_) {
        fatal_ = known.error();
      }
      ++done_;
    }
  }

  // The error is fatal: no other file would do either.
  [[nodiscard]] Result<KnownVideo, std::string> look_at(const VideoFile& file) const {
    const std::string path = places_.videos + "/" + file.path;
    KnownVideo known{.file = file, .json = {}, .problem = {}};
    const auto facts = probe_video(path, stop_);
    if (!facts) return settle(std::move(known), facts.error());
    auto metadata = metadata_of(file, *facts);
    if (!metadata) {
      known.problem = "has a name that is too long";
      return known;
    }
    const auto drawn = draw_poster(path, facts->duration_ms, poster_of(places_, file.path), stop_);
    if (!drawn) return settle(std::move(known), drawn.error());
    known.json = std::move(*metadata);
    return known;
  }

  static Result<KnownVideo, std::string> settle(KnownVideo known, const ProbeFailure& failure) {
    if (failure.fatal) return Error{failure.why};
    known.problem = failure.why;
    // Remembered as of no time, so that the next start tries again.
    if (failure.passing) known.file = {.path = known.file.path};
    return known;
  }

  const FolderPlaces& places_;
  const std::span<const VideoFile> files_;
  const std::stop_token stop_;
  std::atomic<size_t> next_{0};
  std::atomic<size_t> done_{0};
  mutable Mutex mutex_;
  std::vector<std::optional<KnownVideo>> found_ POTIK_GUARDED_BY(mutex_);
  std::optional<std::string> fatal_ POTIK_GUARDED_BY(mutex_);
  std::vector<std::jthread> threads_;  // last: they use the above
};

bool still_holds(const FolderPlaces& places, const KnownVideos& before, const VideoFile& file) {
  const auto known = before.find(file.path);
  if (known == before.end() || known->second.file != file) return false;
  std::error_code ignored;
  return known->second.json.empty() ||
         std::filesystem::exists(poster_of(places, file.path), ignored);
}

// Two paths of one id are as good as impossible; then the first has it.
void refuse_doubles(KnownVideos& now) {
  std::set<std::string> ids;
  for (auto& [path, video] : now) {
    if (video.json.empty() || ids.insert(video_id_of(path)).second) continue;
    video.json.clear();
    video.problem = "has the id of another file by chance: rename it";
  }
}

// What the catalogue has to be told.
std::vector<VideoChange> changes_between(const KnownVideos& before, const KnownVideos& now) {
  std::vector<VideoChange> changes;
  for (const auto& [path, video] : before) {
    const auto found = now.find(path);
    if (!video.json.empty() && (found == now.end() || found->second.json.empty()))
      changes.push_back({video_id_of(path), ""});
  }
  for (const auto& [path, video] : now) {
    const auto found = before.find(path);
    const bool told = found != before.end() && found->second.json == video.json;
    if (!video.json.empty() && !told) changes.push_back({video_id_of(path), video.json});
  }
  return changes;
}

void remove_posters(const FolderPlaces& places, const std::vector<VideoChange>& changes) {
  std::error_code ignored;
  for (const VideoChange& change : changes) {
    if (change.json.empty())
      std::filesystem::remove(places.posters + "/" + change.id + ".jpg", ignored);
  }
}

struct Told {
  size_t changed = 0;  // or new
  size_t gone = 0;
};

void report(const FolderPlaces& places, const VideoListing& listing, const KnownVideos& now,
            const Told& told, std::ostream& notes) {
  for (const std::string& skipped : listing.skipped) notes << "skipped: " << skipped << '\n';
  size_t shown = 0;
  for (const auto& [path, video] : now) {
    shown += !video.json.empty();
    if (video.json.empty())
      notes << "skipped: " << harmless(path) << " " << harmless(video.problem) << '\n';
  }
  notes << shown << " videos of " << places.videos << ": " << told.changed << " new or changed, "
        << told.gone << " gone" << std::endl;
}

// Tells the catalogue how `now` differs from `before`, and then puts `now` on record.
Status<std::string> tell(const FolderPlaces& places, const KnownVideos& before, KnownVideos& now,
                         CatalogueWriter& catalogue, Told& told, const std::stop_token& stop) {
  refuse_doubles(now);
  const std::vector<VideoChange> changes = changes_between(before, now);
  if (auto written = catalogue.write(changes); !written) return written;
  if (stop.stop_requested()) return Ok{};
  remove_posters(places, changes);
  const auto gone = std::ranges::count_if(changes, [](const auto& c) { return c.json.empty(); });
  told.gone += static_cast<size_t>(gone);
  told.changed += changes.size() - static_cast<size_t>(gone);
  return write_known_videos(places.record, now);
}

}  // namespace

Status<std::string> load_video_folder(const FolderPlaces& places, CatalogueWriter& catalogue,
                                      const std::stop_token& stop, std::ostream& notes) {
  std::error_code trouble;
  std::filesystem::create_directories(places.posters, trouble);
  if (trouble) return Error{places.posters + " cannot be made: " + trouble.message()};
  const VideoListing listing = list_videos(places.videos);
  KnownVideos before = read_known_videos(places.record);
  KnownVideos now;
  std::vector<VideoFile> unknown;
  for (const VideoFile& file : listing.files) {
    // What has changed stays as it was until it was looked at.
    if (const auto known = before.find(file.path); known != before.end()) now.insert(*known);
    if (!still_holds(places, before, file)) unknown.push_back(file);
  }
  Told told;
  ProgressLine progress("looking at videos", "videos");
  for (size_t from = 0; from == 0 || from < unknown.size(); from += kPart) {
    const auto part = std::span(unknown).subspan(from, std::min(kPart, unknown.size() - from));
    auto found = Examination(places, part, stop).finish([&](size_t done) {
      progress.show(from + done, unknown.size());
    });
    if (!found) return Error{found.error()};
    if (stop.stop_requested()) return Ok{};
    for (KnownVideo& video : *found) now[video.file.path] = std::move(video);
    if (auto done = tell(places, before, now, catalogue, told, stop); !done) return done;
    if (stop.stop_requested()) return Ok{};
    before = now;
  }
  progress.end();
  report(places, listing, now, told, notes);
  return Ok{};
}

}  // namespace potik::app
