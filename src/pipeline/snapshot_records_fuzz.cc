// Any bytes are refused as a record of a snapshot (a viewer, the served users, a video's trace, an
// alert, live quality, the last likes of a key group), or load to what saves to the same bytes. The
// first byte of an input says which.
#include <cstdint>
#include <string>
#include <vector>

#include "base/fuzz.h"
#include "base/key_group.h"
#include "detect/alert_book.h"
#include "detect/video_detector.h"
#include "event/event.h"
#include "model/live_quality.h"
#include "pipeline/recent_likes.h"
#include "pipeline/served.h"
#include "pipeline/viewer.h"

namespace potik::pipeline {
namespace {

using fuzz::require;

constexpr TimeMs kNow{1'700'000'000'000};
enum class Kind : uint8_t { viewer, served, trace, alert, quality, likes };
constexpr uint8_t kKinds = 6;
// What a viewer's record of an earlier version lacks: no acts, a time, a number.
constexpr size_t kBytesBehind = 1 + 8 + 4;

// An event each of which the detectors judge.
void act(Viewer& viewer, detect::VideoTrace& trace) {
  std::vector<detect::Signal> signals;
  const detect::UserDetector users{{}};
  const detect::VideoDetector videos{{}};
  for (const auto type : {event::EventType::video_played, event::EventType::video_liked,
                          event::EventType::comment_posted}) {
    (void)users.inspect(viewer.trace, "u", type, kNow, 9'000, 15'000, 7, "e", signals);
    (void)videos.inspect(trace, "v", UserHandle(1), type, kNow, 7, "e", 0, signals);
  }
}

void check_viewer(std::string_view bytes) {
  Viewer viewer;
  if (!viewer.load(bytes)) return;
  std::string again;
  viewer.save(again);
  const bool shorter = again.size() == bytes.size() + kBytesBehind && again.starts_with(bytes);
  require(again == bytes || shorter, "a viewer saves to the bytes he was loaded from");
  require(viewer.memory_bytes() < 8U * bytes.size() + (16U << 10U), "his memory is bounded");
  detect::VideoTrace none;
  act(viewer, none);
  (void)viewer.recent_ids.check(1, 1);
}

void check_served(std::string_view bytes) {
  ByteReader in(bytes);
  ServedUsers served;
  if (!served.load(in) || !in.done()) return;
  std::string again;
  ByteWriter out(again);
  served.save(out);
  require(again == bytes, "the served save to the bytes they were loaded from");
  std::vector<std::string> gone;
  (void)served.expire(kNow, gone);
}

void check_trace(std::string_view bytes) {
  ByteReader in(bytes);
  detect::VideoTrace trace;
  if (!trace.load(in) || !in.done()) return;
  std::string again;
  ByteWriter out(again);
  trace.save(out);
  require(again == bytes, "a trace saves to the bytes it was loaded from");
  Viewer nobody;
  act(nobody, trace);
}

// Exposures after it, moving the base on, make no sum that is not a number.
void check_quality(std::string_view bytes) {
  ByteReader in(bytes);
  model::LiveQuality quality;
  if (!quality.load(in) || !in.done()) return;
  std::string again;
  ByteWriter out(again);
  quality.save(out);
  require(again == bytes, "quality saves to the bytes it was loaded from");
  model::Forecasts viewer;
  quality.expose(viewer, VideoHandle(1), {0.1F, 0.2F, 0.3F, 0.4F}, 0xff, model::kElsewhere);
  for (const auto& heads : quality.report().heads) {
    for (const model::HeadQuality& head : heads)
      require(head.exposures >= 0 && head.exposures < 1e30, "weights stay within bounds");
  }
}

// A book saves an alert once a further signal has come, so two books are told the same.
std::vector<state::Change> after_a_signal(std::string_view value, bool& loaded) {
  detect::AlertBook book{{}};
  loaded = book.load("alert/id", value);
  if (!loaded) return {};
  const monitor::Alert alert = book.firing().front();
  require(alert.samples.size() <= detect::AlertBook::kSamplesMax, "samples are bounded");
  require(!alert.summary.empty() && !alert.action.empty(), "an alert has its sentences");
  require(!book.load("alert/other", value), "two alerts are never about the same");
  detect::Signal signal;
  for (size_t i = 0; i < detect::kSignalKinds; ++i) {
    if (detect::name(static_cast<detect::SignalKind>(i)) == alert.kind)
      signal.kind = static_cast<detect::SignalKind>(i);
  }
  signal.subject = alert.subject;
  signal.subject_is_video = alert.subject_type == "video";
  signal.at = alert.at;
  std::vector<monitor::Alert> notices;
  book.fold({&signal, 1}, kNow, notices);
  std::vector<state::Change> changes;
  book.collect_changes(changes);
  return changes;
}

void check_alert(std::string_view value) {
  bool loaded = false;
  for (const state::Change& change : after_a_signal(value, loaded)) {
    if (!change.value) continue;
    detect::AlertBook other{{}};
    require(other.load(change.key, *change.value), "what a book saves is loaded");
    require(other.open() == 1, "and is one alert");
  }
}

void check_likes(std::string_view bytes) {
  ByteReader in(bytes);
  RecentLikes likes;
  if (!likes.load(in, 9) || !in.done()) return;
  std::string again;
  ByteWriter out(again);
  likes.save(out);
  require(again == bytes, "likes save to the bytes they were loaded from");
  likes.take(VideoHandle(1), TimeMs{}, [](const RecentLike& like) {
    require(like.act.video == VideoHandle(1), "likes are taken by video");
    require(like.recent.size() <= model::kRingMax, "what a like paired with is bounded");
  });
  for (size_t i = 0; i < RecentLikes::kMax + 1; ++i) (void)likes.add();
  require(likes.memory_bytes() < (1U << 20U), "their memory is bounded");
}

std::string with_kind(Kind kind, std::string_view bytes) {
  return std::string(1, static_cast<char>(kind)).append(bytes);
}

enrich::Profile a_profile() {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(uint32_t{1});
  out.put(uint8_t{1});
  out.text("segment");
  out.text("{}");
  ByteReader in(bytes);
  enrich::Profile profile;
  require(profile.load(in), "a profile is read");
  return profile;
}

std::string a_viewer() {
  Viewer viewer;
  viewer.handle = UserHandle(7);
  viewer.newest_at = viewer.last_at = kNow;
  viewer.profile = a_profile();
  for (uint64_t id = 1; id < 5; ++id) (void)viewer.recent_ids.check(id, 9);
  viewer.taste.ring.emplace_back().video = VideoHandle(1);
  viewer.taste.authors.push_back({1, 2, 3});
  model::LiveQuality quality;
  quality.expose(viewer.forecasts, VideoHandle(1), {0.1F, 0.2F, 0.3F, 0.4F}, 1, 2);
  viewer.forecasts.offers.push_back({VideoHandle(2), cache::Source::cowatch});
  viewer.counted.add({.video = VideoHandle(1), .at = kNow}, 1'000);
  viewer.quarantined_until = kNow;
  detect::VideoTrace none;
  act(viewer, none);
  std::string bytes;
  viewer.save(bytes);
  return bytes;
}

std::string some_served() {
  ServedUsers served;
  for (const char* user : {"u1", "u2", ""}) (void)served.serve(user, kNow, 9);
  std::string bytes;
  ByteWriter out(bytes);
  served.save(out);
  return bytes;
}

std::string a_trace() {
  Viewer nobody;
  detect::VideoTrace trace;
  act(nobody, trace);
  std::string bytes;
  ByteWriter out(bytes);
  trace.save(out);
  return bytes;
}

std::string an_alert() {
  detect::AlertBook book{{}};
  detect::Signal signal;
  signal.subject = "u1";
  signal.at = kNow;
  signal.sample = "e1";
  std::vector<monitor::Alert> notices;
  book.fold({&signal, 1}, kNow, notices);
  std::vector<state::Change> changes;
  book.collect_changes(changes);
  return *changes.front().value;
}

std::string some_quality() {
  model::LiveQuality quality;
  model::Forecasts viewer;
  for (uint32_t video = 1; video < 9; ++video)
    quality.expose(viewer, VideoHandle(video), {0.1F, 0.2F, 0.3F, 0.4F}, video % 2 == 0, 2);
  std::string bytes;
  ByteWriter out(bytes);
  quality.save(out);
  return bytes;
}

std::string some_likes() {
  RecentLikes likes;
  for (uint32_t video = 1; video < 3; ++video) {
    RecentLike& like = likes.add();
    like.user_id = "u1";
    like.user = UserHandle(uint64_t{key_group_of("u1").value()} << 40U | 7U);
    like.epoch = Epoch(3);
    like.act.video = VideoHandle(video);
    like.act.at = kNow;
    like.recent.push_back({VideoHandle(4), true});
  }
  std::string bytes;
  ByteWriter out(bytes);
  likes.save(out);
  return bytes;
}

}  // namespace
}  // namespace potik::pipeline

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  using namespace potik::pipeline;       // NOLINT(google-build-using-namespace)
  return {{with_kind(Kind::viewer, a_viewer()), with_kind(Kind::served, some_served()),
           with_kind(Kind::trace, a_trace()), with_kind(Kind::alert, an_alert()),
           with_kind(Kind::quality, some_quality()), with_kind(Kind::likes, some_likes())},
          {"\0"s, "\1"s, "\2"s, "\xff\xff\xff\xff"s, "\0\0\0\0"s, "\1\0\0\0"s, "\0\2\0\0"s,
           "\4\0\0\0user"s, "\5\0\0\0video"s, "\0\0\xc0\x7f"s, "\0\0\0\0\0\0\xf8\x7f"s,
           "\xff\xff\xff\xff\xff\xff\xff\x7f"s, "\0\0\0\0\0\0\0\x80"s}};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace potik::pipeline;  // NOLINT(google-build-using-namespace)
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (static_cast<Kind>(data[0] % kKinds)) {
    case Kind::viewer:
      check_viewer(bytes);
      break;
    case Kind::served:
      check_served(bytes);
      break;
    case Kind::trace:
      check_trace(bytes);
      break;
    case Kind::alert:
      check_alert(bytes);
      break;
    case Kind::quality:
      check_quality(bytes);
      break;
    case Kind::likes:
      check_likes(bytes);
      break;
  }
  return 0;
}
