#pragma once
// What the HTTP API asks of the core. All answers come by callback on a core thread, which must not
// be blocked: hand the work on. A method that returns false is overloaded or stopping: its callback
// is not called. One that returned true calls it once, or destroys it uncalled where the core ends
// before: whoever must answer in any case does so when what it captured goes. A core that is
// stopped has destroyed them all, before the router goes.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cache/recommendation.h"

namespace potik::api {

struct SimilarVideo {
  std::string video_id;
  float score = 0;  // cosine-like weight of the co-watch neighbour, 0..1
};

// Why a video stands in the list of a user, or why not: among the first `limit` of as many as are
// computed, `length`. `head` is one of kHeadNames: whose features are told.
struct ExplainQuestion {
  std::string user_id;
  std::string video_id;
  size_t limit = 0;
  size_t length = 0;
  size_t head = 0;
};
inline constexpr std::array<std::string_view, 8> kHeadNames{
    "long_watch", "like", "comment", "share", "follow", "skip", "dislike", "positive"};

// Why there is nothing to show.
enum class InspectionError : uint8_t {
  unknown,     // no such id
  unreadable,  // the state at rest cannot be read now
};

// Answers that come from the model rather than from the cache. Thread-safe.
class Recommender {
 public:
  virtual ~Recommender() = default;
  // Computes the user's list (at most `limit` videos, best first), puts it into the cache, marks
  // the user as being served (its list is refreshed after each of its events for a while), and
  // calls `done`. An unknown user gets popular and new videos; where it cannot be told who is
  // unknown, `done` gets null and the cache nothing.
  [[nodiscard]] virtual bool recommend(
      const std::string& user_id, size_t limit,
      std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) = 0;
  // A cached list was answered: keeps the user served. Cheap; may be dropped under load.
  virtual void served(const std::string& user_id) = 0;
};

// The videos there are. Thread-safe.
class Catalogue {
 public:
  virtual ~Catalogue() = default;
  using Json = std::function<void(Result<std::string, InspectionError>)>;
  // {"video_id","metadata":{...}|null,"plays","likes",...}; without the figures where nothing is
  // counted.
  [[nodiscard]] virtual bool video(const std::string& video_id, Json done) = 0;
  // {"videos":[{metadata}...],"next":N|null}: those with metadata and not deleted, in order of
  // handle, from `after` on.
  [[nodiscard]] virtual bool videos(uint32_t after, size_t limit, Json done) = 0;
};

// Reading state for people. Thread-safe.
class Inspector : public Catalogue {
 public:
  // {"user_id","profile":{...}|null,"events",...,"recent":[...]}
  [[nodiscard]] virtual bool user(const std::string& user_id, Json done) = 0;
  // Neighbours of a video, best first; nothing if the video is unknown or deleted.
  [[nodiscard]] virtual bool similar(
      const std::string& video_id, size_t limit,
      std::function<void(std::optional<std::vector<SimilarVideo>>)> done) = 0;
  // The schema Explanation of docs/formats/openapi.json. A user who is unknown is explained as a
  // new one; `unknown` is a video that was never heard of.
  [[nodiscard]] virtual bool explain(const ExplainQuestion& question, Json done) = 0;
};

// How far the core is behind the log. Thread-safe.
class Progress {
 public:
  virtual ~Progress() = default;
  struct Position {
    Partition partition{};
    Offset offset{};
  };
  // Calls `done` once an epoch that holds all positions has been processed (at once if it has
  // already). Refuses where has_room() is false.
  [[nodiscard]] virtual bool when_processed(std::vector<Position> positions,
                                            std::function<void()> done) = 0;
  // Whether the record at `position`, which has been processed, was refused: metadata of a video
  // for which there was no room. Known of the newest ones, and where processing is in this process.
  [[nodiscard]] virtual bool refused(const Position& position) const = 0;
  // False: as many wait as may. Asked before a change is written, so that it can still be refused.
  [[nodiscard]] virtual bool has_room() const = 0;
  // Records in the log that no epoch has processed yet, over all partitions.
  [[nodiscard]] virtual uint64_t lag() const = 0;
  // Why this server should get no requests: a sentence; empty when it should. May change at any
  // time, and back.
  [[nodiscard]] virtual std::string trouble() const = 0;
};

}  // namespace potik::api
