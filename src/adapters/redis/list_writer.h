#pragma once
// ListWriter: the thread that writes lists to Redis, many in one round trip, from a bounded queue.
// While no server answers, the queue keeps the newest change of each user; a server that has come
// back without what it held is filled again from the cache in process.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/redis/connection.h"
#include "adapters/redis/options.h"
#include "adapters/redis/write_queue.h"
#include "base/mutex.h"
#include "base/result.h"
#include "cache/memory_cache.h"
#include "monitor/metrics.h"

namespace potik::redis {

struct WriterMetrics {
  monitor::Counter written;   // lists that were taken
  monitor::Counter kept;      // lists for which a newer one was there
  monitor::Counter erased;    // users whose list was taken away
  monitor::Counter dropped;   // changes for which the queue had no room
  monitor::Counter failures;  // round trips and attempts to connect that failed
  monitor::Counter refills;   // times that a server was filled again
  monitor::Gauge up;          // 1 while the server answers
};

// Thread-safe, but for making and ending. put() and erase() take a lock for about a microsecond.
class ListWriter {
 public:
  // `front` may be null; what is there is what a server that lost everything gets again. It
  // outlives this object.
  ListWriter(Options options, const cache::MemoryCache* front);
  ~ListWriter();  // without what still waits: settle() before
  ListWriter(const ListWriter&) = delete;
  ListWriter& operator=(const ListWriter&) = delete;

  void put(std::shared_ptr<const cache::RecommendationList> list);
  void erase(std::string_view user_id);

  // Waits until everything put or erased before is written and a server that needs it is filled
  // again. False: the server does not answer, or not in time.
  [[nodiscard]] bool settle(int64_t patience_ms);

  [[nodiscard]] const WriterMetrics& metrics() const { return metrics_; }
  [[nodiscard]] size_t queued_lists() const;
  [[nodiscard]] uint64_t queued_bytes() const;
  // A sentence; empty when all is well.
  [[nodiscard]] std::string trouble() const;

 private:
  using ListPointer = std::shared_ptr<const cache::RecommendationList>;

  void loop();
  [[nodiscard]] bool connect();
  void write_or_give_back(std::vector<Write> writes);
  void idle();
  void begin_refill();
  [[nodiscard]] bool load_script();
  // Waits a while for work; none when none came, or it is to end.
  [[nodiscard]] std::vector<Write> next_writes();
  [[nodiscard]] std::vector<Write> next_refill();
  [[nodiscard]] Status<std::string> write(const std::vector<Write>& writes, bool refill);
  void append(const Write& write, bool refill);
  [[nodiscard]] Status<std::string> take_reply(const Write& write, std::vector<Write>& unscripted);
  void fail(const std::string& why);
  void pause();
  [[nodiscard]] bool stopping() const;

  const Options options_;
  const cache::MemoryCache* const front_;
  WriterMetrics metrics_;

  // The thread's own.
  std::unique_ptr<Connection> connection_;
  std::string script_;       // its name on the server
  std::string last_run_id_;  // of the server that was filled
  std::string list_text_;    // used again and again
  std::vector<ListPointer> refill_;
  int64_t pause_ms_ = 0;  // before the next attempt to connect; 0 after a success

  mutable Mutex mutex_;
  Condition wake_;
  Condition settled_;
  WriteQueue queue_ POTIK_GUARDED_BY(mutex_);
  ListPointer popular_ POTIK_GUARDED_BY(mutex_);   // the list of whoever is unknown, as last put
  bool dropped_ POTIK_GUARDED_BY(mutex_) = false;  // since the server was last filled
  bool busy_ POTIK_GUARDED_BY(mutex_) = true;      // beside the queue
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::string trouble_ POTIK_GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::redis
