#pragma once
// ChangeListener: a thread that hears on the channel whose list has changed. Connects again by
// itself; what was said meanwhile is lost, and it says so.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "adapters/redis/connection.h"
#include "adapters/redis/options.h"
#include "base/mutex.h"

namespace potik::redis {

// All are called on the listener's thread.
struct ListenerCalls {
  // From now on nothing is missed; what was changed before is to be looked up. The run id is that
  // of the connection.
  std::function<void(const std::string& run_id)> listening;
  std::function<void(std::string_view user_id, bool erased)> changed;
  std::function<void()> failed;
};

// Thread-safe, but for making and ending.
class ChangeListener {
 public:
  ChangeListener(Options options, ListenerCalls calls);
  ~ChangeListener();
  ChangeListener(const ChangeListener&) = delete;
  ChangeListener& operator=(const ChangeListener&) = delete;

  // A sentence without its full stop; empty while it listens.
  [[nodiscard]] std::string trouble() const;

 private:
  void loop();
  [[nodiscard]] Status<std::string> subscribe(Connection& connection);
  void listen(Connection& connection);
  void take(const Reply& reply);
  void set_trouble(std::string why);
  void pause();
  [[nodiscard]] bool stopping() const;

  const Options options_;
  const ListenerCalls calls_;
  const std::string channel_;
  int64_t pause_ms_ = 0;  // before the next attempt; the thread's own

  mutable Mutex mutex_;
  Condition wake_;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::string trouble_ POTIK_GUARDED_BY(mutex_) = "not connected yet";
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::redis
