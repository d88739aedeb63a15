#pragma once
// EventStream: what waits to be sent to one viewer of server-sent events. Producers put in from any
// thread, the connection takes out on its own.

#include <deque>
#include <functional>
#include <string>

#include "api/http.h"
#include "base/mutex.h"

namespace potik::beast {

class EventStream : public api::Stream {
 public:
  // `wake` tells the connection that there is something to do; any thread, must not block.
  EventStream(size_t events_max, size_t bytes_max, std::function<void()> wake);

  bool write(Text text) override;
  bool offer(Render render) override;
  void close() override;
  void on_end(std::function<void()> ended) override;

  // For the connection's thread. Appends to `out` all that waits; false once the stream is closed
  // and empty.
  [[nodiscard]] bool take(std::string& out);
  // No more can be sent: producers are refused from now on, and the end is announced once.
  void end();

 private:
  void signal() POTIK_REQUIRES(mutex_);

  const size_t events_max_;
  const size_t bytes_max_;
  const std::function<void()> wake_;
  Mutex mutex_;
  std::deque<Text> waiting_ POTIK_GUARDED_BY(mutex_);
  size_t waiting_bytes_ POTIK_GUARDED_BY(mutex_) = 0;
  Render offered_ POTIK_GUARDED_BY(mutex_);
  std::function<void()> on_end_ POTIK_GUARDED_BY(mutex_);
  bool signalled_ POTIK_GUARDED_BY(mutex_) = false;
  bool closing_ POTIK_GUARDED_BY(mutex_) = false;
  bool ended_ POTIK_GUARDED_BY(mutex_) = false;
};

}  // namespace potik::beast
