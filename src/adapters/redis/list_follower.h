#pragma once
// ListFollower: what a server that only answers needs of Redis. A cache in process is kept as new
// as Redis is, for those whose list is in it or is being watched; whoever else is asked for is
// looked up, many in one round trip. Two threads of its own; no caller waits for the network.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/redis/change_listener.h"
#include "adapters/redis/connection.h"
#include "adapters/redis/options.h"
#include "base/flat_map.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cache/list_feed.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::redis {

struct FollowerMetrics {
  monitor::Counter lists;       // read
  monitor::Counter missing;     // asked for and not there
  monitor::Counter unreadable;  // values that are no list; as if missing
  monitor::Counter changes;     // heard of, of whomever
  monitor::Counter withdrawn;   // users whose list was erased
  monitor::Counter failures;    // round trips and attempts to connect that failed
  monitor::Counter reviews;     // times that all lists in the cache were looked up again
  monitor::Gauge up;            // 1 while it reads and hears
};

// Thread-safe, but for making and ending.
class ListFollower {
 public:
  struct Answer {
    std::shared_ptr<const cache::RecommendationList> list;  // null: there is none
    bool reached = false;                                   // false: nobody could be asked
  };
  using Done = std::function<void(const Answer&)>;

  // Cache and feed outlive this object. Does not wait for a server to answer.
  ListFollower(Options options, cache::MemoryCache& cache, cache::ListFeed& feed);
  ~ListFollower();  // destroys what was asked and is not answered yet
  ListFollower(const ListFollower&) = delete;
  ListFollower& operator=(const ListFollower&) = delete;

  // Looks the list up, puts it into the cache and calls `done`, on a thread that must not be
  // blocked. False: no server answers now, or too many wait already; `done` is then not called.
  [[nodiscard]] bool ask(const std::string& user_id, Done done);
  // The list for whoever has none of his own, as of the last time it could be read. Null before the
  // first.
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> popular() const;

  [[nodiscard]] const FollowerMetrics& metrics() const { return metrics_; }
  // A sentence; empty when all is well.
  [[nodiscard]] std::string trouble() const;

 private:
  using ListPointer = std::shared_ptr<const cache::RecommendationList>;
  enum class Cause : uint8_t { asked, changed, reviewed };
  struct Question {
    std::string user_id;
    Cause cause = Cause::asked;
    Done done;  // of those that were asked
  };

  void loop();
  [[nodiscard]] bool connect();
  [[nodiscard]] std::vector<Question> next_questions(bool& idle);
  void add_changes(std::vector<Question>& questions) POTIK_REQUIRES(mutex_);
  void begin_review();
  void add_reviewed(std::vector<Question>& questions);
  void look_up(std::vector<Question> questions);
  void take(Question& question, const Reply& reply);
  void take_list(const Question& question, const ListPointer& list);
  void note_missed();
  void fail(const std::string& why);
  void pause();
  [[nodiscard]] bool stopping() const;
  void note_listening(const std::string& run_id);
  void note_change(std::string_view user_id, bool erased);
  void show_up() POTIK_REQUIRES(mutex_);

  const Options options_;
  cache::MemoryCache& cache_;
  cache::ListFeed& feed_;
  FollowerMetrics metrics_;

  // The reading thread's own.
  std::unique_ptr<Connection> connection_;
  std::vector<std::string> review_;  // still to be looked up
  bool missing_is_erased_ = false;   // in the review under way
  std::string server_run_id_;
  std::chrono::steady_clock::time_point server_since_{};  // heard of first
  int64_t pause_ms_ = 0;

  mutable Mutex mutex_;
  Condition wake_;
  std::vector<Question> asked_ POTIK_GUARDED_BY(mutex_);
  TextMap<bool> changed_ POTIK_GUARDED_BY(mutex_);  // whether it was erased in between
  bool review_wanted_ POTIK_GUARDED_BY(mutex_) = false;
  std::string heard_run_id_ POTIK_GUARDED_BY(mutex_);
  bool connected_ POTIK_GUARDED_BY(mutex_) = false;
  bool listening_ POTIK_GUARDED_BY(mutex_) = false;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::string trouble_ POTIK_GUARDED_BY(mutex_);
  ListPointer popular_ POTIK_GUARDED_BY(mutex_);
  std::thread thread_;
  std::unique_ptr<ChangeListener> listener_;  // last: it calls the above
};

}  // namespace potik::redis
