#include "adapters/beast/event_stream.h"

#include <utility>

namespace potik::beast {

EventStream::EventStream(size_t events_max, size_t bytes_max, std::function<void()> wake)
    : events_max_(events_max), bytes_max_(bytes_max), wake_(std::move(wake)) {}

// One wake-up at a time is under way; take() makes room for the next.
void EventStream::signal() {
  if (std::exchange(signalled_, true)) return;
  wake_();
}

bool EventStream::write(Text text) {
  const MutexLock lock(mutex_);
  if (ended_ || closing_) return false;
  if (waiting_.size() >= events_max_ || waiting_bytes_ + text->size() > bytes_max_) return false;
  waiting_bytes_ += text->size();
  waiting_.push_back(std::move(text));
  signal();
  return true;
}

bool EventStream::offer(Render render) {
  const MutexLock lock(mutex_);
  if (ended_ || closing_) return false;
  offered_ = std::move(render);
  signal();
  return true;
}

void EventStream::close() {
  const MutexLock lock(mutex_);
  closing_ = true;
  signal();
}

void EventStream::on_end(std::function<void()> ended) {
  {
    const MutexLock lock(mutex_);
    if (!ended_) {
      on_end_ = std::move(ended);
      return;
    }
  }
  ended();
}

bool EventStream::take(std::string& out) {
  std::deque<Text> waiting;
  Render offered;
  bool closing = false;
  {
    const MutexLock lock(mutex_);
    waiting.swap(waiting_);
    waiting_bytes_ = 0;
    offered = std::exchange(offered_, nullptr);
    signalled_ = false;
    closing = closing_;
  }
  for (const Text& text : waiting) out += *text;
  if (offered) out += offered();
  return !closing || !out.empty();
}

void EventStream::end() {
  std::function<void()> announce;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(ended_, true)) return;
    announce = std::exchange(on_end_, nullptr);
    waiting_.clear();
    offered_ = nullptr;
  }
  if (announce) announce();
}

}  // namespace potik::beast
