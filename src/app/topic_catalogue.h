#pragma once
// TopicCatalogue: the videos that the topic of videos holds, for a server in which nothing is
// computed. It knows what was said about them, and counts nothing.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/topic_follower.h"
#include "api/ports.h"
#include "app/catalogue_taker.h"
#include "app/config.h"
#include "base/flat_map.h"
#include "base/mutex.h"
#include "base/result.h"
#include "log/layout.h"
#include "monitor/metrics.h"

namespace potik::app {

// Thread-safe, but for opening and ending. At most model.videos_max videos are kept; of others it
// knows nothing.
class TopicCatalogue final : public api::Catalogue, public CatalogueTaker {
 public:
  // Begins to read. The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<TopicCatalogue>, std::string> open(
      const Config& config, const log::Layout& layout);
  // Without a topic behind it.
  TopicCatalogue(size_t videos_max, const log::Layout& layout)
      : videos_max_(videos_max), layout_(layout), next_(layout.videos) {}

  void take(const kafka::FollowedRecord& record);
  void filled();  // everything that was there has been taken

  [[nodiscard]] bool video(const std::string& video_id, Json done) override;
  [[nodiscard]] bool videos(uint32_t after, size_t limit, Json done) override;

  [[nodiscard]] std::function<std::optional<uint32_t>()> videos_known() override;
  [[nodiscard]] std::function<bool()> taking(
      std::vector<api::Progress::Position> positions) override;
  [[nodiscard]] Status<std::string> ended() const override { return Ok{}; }

  // Whether the topic had nothing in it at the start. False before that is known.
  [[nodiscard]] bool began_empty() const { return state_ == State::began_empty; }
  // Why this server should get no requests; empty once the topic was read to its end.
  [[nodiscard]] std::string trouble() const;
  void register_in(monitor::MetricsRegistry& registry) const;

 private:
  enum class State : uint8_t { filling, began_empty, began_with_videos };
  struct Video {
    std::string id;
    std::string json;
  };
  void put(std::string_view id, std::string_view document) POTIK_REQUIRES(mutex_);
  void erase(std::string_view id) POTIK_REQUIRES(mutex_);
  [[nodiscard]] bool has_taken(const std::vector<api::Progress::Position>& positions) const;

  const size_t videos_max_;
  const log::Layout layout_;
  std::atomic<State> state_{State::filling};
  monitor::Counter unreadable_;
  monitor::Counter left_out_;
  mutable Mutex mutex_;
  std::map<uint32_t, Video> videos_ POTIK_GUARDED_BY(mutex_);  // by number, as they came
  TextMap<uint32_t> numbers_ POTIK_GUARDED_BY(mutex_);         // by id, of those
  uint32_t last_ POTIK_GUARDED_BY(mutex_) = 0;                 // number that was given
  std::vector<Offset> next_ POTIK_GUARDED_BY(mutex_);          // by partition of the topic
  std::unique_ptr<kafka::TopicFollower> follower_;             // last: it uses the above
};

}  // namespace potik::app
