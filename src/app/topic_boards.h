#pragma once
// TopicBoards: what pages show of results that are computed elsewhere: the newest comments, out of
// the topic of enriched events, and alerts, out of theirs.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kafka/topic_follower.h"
#include "api/comment_board.h"
#include "app/config.h"
#include "base/result.h"
#include "monitor/alert.h"
#include "monitor/alert_board.h"
#include "monitor/metrics.h"

namespace potik::app {

struct PublishedComment {
  std::string video_id;
  api::Comment comment;
};
// Of a record of the topic of enriched events (docs/formats/topics.md): nothing unless it is a
// comment that others may see.
[[nodiscard]] std::optional<PublishedComment> read_comment(std::string_view json);
// Of a record of the topic of alerts (docs/formats/alert.schema.json). Nothing if it is none.
[[nodiscard]] std::optional<monitor::Alert> read_alert(std::string_view json);

// The boards from any thread; opening and ending from one.
class TopicBoards {
 public:
  explicit TopicBoards(const Config& config);
  // Begins to read. The error is a sentence for the operator.
  [[nodiscard]] Status<std::string> open(const Config& config);
  // On return nothing comes onto the boards any more.
  void stop();

  void take_enriched(const kafka::FollowedRecord& record);
  void enriched_filled();
  void take_alert(const kafka::FollowedRecord& record);

  [[nodiscard]] api::CommentBoard& comments() { return comments_; }
  [[nodiscard]] monitor::AlertBoard& alerts() { return alerts_; }
  void register_in(monitor::MetricsRegistry& registry) const;

 private:
  api::CommentBoard comments_;
  monitor::AlertBoard alerts_;
  monitor::Counter unreadable_;
  // The follower's own, until it has read all partitions: each has its comments in order, and only
  // then are those of all.
  bool filling_ = true;
  std::deque<PublishedComment> early_;
  std::unique_ptr<kafka::TopicFollower> enriched_;  // these last: they use the above
  std::unique_ptr<kafka::TopicFollower> alert_records_;
};

}  // namespace potik::app
