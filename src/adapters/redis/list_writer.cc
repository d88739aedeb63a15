#include "adapters/redis/list_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/redis/list_text.h"
#include "cache/list_json.h"

namespace potik::redis {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kBatchWrites = 128;
constexpr size_t kFlushWrites = 16;
// An idle connection is tried this often, so that a server which was started anew is filled though
// nobody acts.
constexpr std::chrono::milliseconds kIdle{500};
constexpr int64_t kFirstPauseMs = 50;
constexpr int64_t kPauseMaxMs = 1'000;

}  // namespace

ListWriter::ListWriter(Options options, const cache::MemoryCache* front)
    : options_(std::move(options)),
      front_(front),
      queue_(options_.queue_lists_max, options_.queue_bytes_max),
      thread_([this] { loop(); }) {}

ListWriter::~ListWriter() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ListWriter::put(ListPointer list) {
  size_t dropped = 0;
  {
    const MutexLock lock(mutex_);
    if (list->user_id == cache::kUnknownUserKey) popular_ = list;
    dropped = queue_.put(std::move(list));
    dropped_ = dropped_ || dropped > 0;
  }
  metrics_.dropped.add(dropped);
  wake_.notify_one();
}

void ListWriter::erase(std::string_view user_id) {
  size_t dropped = 0;
  {
    const MutexLock lock(mutex_);
    dropped = queue_.erase(user_id);
    dropped_ = dropped_ || dropped > 0;
  }
  metrics_.dropped.add(dropped);
  wake_.notify_one();
}

bool ListWriter::settle(int64_t patience_ms) {
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(patience_ms);
  const MutexLock lock(mutex_);
  while (busy_ || !queue_.empty()) {
    if (!trouble_.empty() || !settled_.wait_until(mutex_, deadline)) return false;
  }
  return trouble_.empty();
}

size_t ListWriter::queued_lists() const {
  const MutexLock lock(mutex_);
  return queue_.users();
}

uint64_t ListWriter::queued_bytes() const {
  const MutexLock lock(mutex_);
  return queue_.bytes();
}

std::string ListWriter::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

bool ListWriter::stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

void ListWriter::loop() {
  while (!stopping()) {
    if (!connection_) {
      if (pause_ms_ > 0) pause();
      if (!connect()) continue;
    }
    std::vector<Write> writes = next_writes();
    if (stopping()) return;
    if (!writes.empty()) {
      write_or_give_back(std::move(writes));
    } else if (refill_.empty()) {
      idle();
    }
    if (!connection_ || refill_.empty()) continue;
    if (const auto written = write(next_refill(), true); !written) fail(written.error());
  }
}

void ListWriter::write_or_give_back(std::vector<Write> writes) {
  const auto written = write(writes, false);
  if (written) return;
  size_t dropped = 0;
  {
    const MutexLock lock(mutex_);
    dropped = queue_.give_back(std::move(writes));
    dropped_ = dropped_ || dropped > 0;
  }
  metrics_.dropped.add(dropped);
  fail(written.error());
}

// What there was no room for is given once there is.
void ListWriter::idle() {
  bool behind = false;
  {
    const MutexLock lock(mutex_);
    behind = dropped_;
  }
  if (behind) return begin_refill();
  if (const auto answered = connection_->ask({"PING"}); !answered) fail(answered.error());
}

bool ListWriter::connect() {
  auto opened = Connection::open(options_);
  if (!opened) {
    fail(opened.error());
    return false;
  }
  connection_ = std::move(opened).value();
  if (!load_script()) return false;
  begin_refill();
  metrics_.up.set(1);
  const MutexLock lock(mutex_);
  trouble_.clear();
  return true;
}

// What waits in the queue is enough for a server that kept what it had; another one, or one that
// missed what the queue had no room for, gets all there is.
void ListWriter::begin_refill() {
  refill_.clear();
  const bool same = !connection_->run_id().empty() && connection_->run_id() == last_run_id_;
  last_run_id_ = connection_->run_id();
  ListPointer popular;
  {
    const MutexLock lock(mutex_);
    if (same && !dropped_) return;
    dropped_ = false;
    popular = popular_;
  }
  if (front_ != nullptr) refill_ = front_->lists();
  if (popular) refill_.push_back(std::move(popular));
  if (!refill_.empty()) metrics_.refills.add();
}

bool ListWriter::load_script() {
  const auto loaded = connection_->ask({"SCRIPT", "LOAD", kPutScript});
  if (!loaded) {
    fail(loaded.error());
    return false;
  }
  script_ = loaded->text();
  return true;
}

std::vector<Write> ListWriter::next_writes() {
  const auto until = SteadyClock::now() + (refill_.empty() ? kIdle : std::chrono::milliseconds(0));
  const MutexLock lock(mutex_);
  if (queue_.empty() && refill_.empty()) {
    busy_ = dropped_;
    settled_.notify_all();
  }
  while (queue_.empty() && !stopping_) {
    if (!wake_.wait_until(mutex_, until)) break;
  }
  if (stopping_) return {};
  busy_ = true;
  return queue_.take(kBatchWrites);
}

// Only what is still there: an erase may have come meanwhile.
std::vector<Write> ListWriter::next_refill() {
  std::vector<Write> writes;
  while (!refill_.empty() && writes.size() < kBatchWrites) {
    ListPointer list = std::move(refill_.back());
    refill_.pop_back();
    const bool there =
        list->user_id == cache::kUnknownUserKey || front_->peek(list->user_id) == list;
    if (there) writes.push_back({list->user_id, list, false});
  }
  return writes;
}

void ListWriter::append(const Write& write, bool refill) {
  const std::string key = key_of(options_.prefix, write.user_id);
  const std::string channel = channel_of(options_.prefix);
  if (!write.list) {
    connection_->append({"DEL", key});
    connection_->append({"PUBLISH", channel, kEraseSign + write.user_id});
    return;
  }
  list_text_.clear();
  cache::append_list_record(list_text_, *write.list);
  // Whoever is unknown must have a list though nobody has acted for long.
  const bool lasting = write.user_id == cache::kUnknownUserKey || options_.expiry_s == 0;
  const PutMode mode = write.erased_before ? PutMode::replace
                       : refill            ? PutMode::fill
                                           : PutMode::newest;
  connection_->append({"EVALSHA", script_, "1", key, version_of(write.list->receipt), list_text_,
                       lasting ? "0" : std::to_string(options_.expiry_s), channel, write.user_id,
                       word(mode)});
}

Status<std::string> ListWriter::take_reply(const Write& write, std::vector<Write>& unscripted) {
  auto reply = connection_->reply();
  if (!reply) return Error{connection_->trouble()};
  if (write.list && reply->text().starts_with("NOSCRIPT")) {
    unscripted.push_back(write);
    return Ok{};
  }
  // Somebody else's value under this key: it stays, and the others are not held up by it.
  if (write.list && reply->is_error() &&
      reply->text().find("WRONGTYPE") != std::string_view::npos) {
    metrics_.failures.add();
    return Ok{};
  }
  if (reply->is_error()) return Error{"Redis refuses a list: " + std::string(reply->text())};
  if (write.list) {
    (reply->integer() == 1 ? metrics_.written : metrics_.kept).add();
    return Ok{};
  }
  metrics_.erased.add();
  reply = connection_->reply();  // of the message
  if (!reply) return Error{connection_->trouble()};
  if (reply->is_error()) return Error{"Redis refuses a message: " + std::string(reply->text())};
  return Ok{};
}

Status<std::string> ListWriter::write(const std::vector<Write>& writes, bool refill) {
  // The server begins with the first ones while the others are being made.
  for (size_t i = 0; i < writes.size(); ++i) {
    append(writes[i], refill);
    if (i % kFlushWrites == kFlushWrites - 1 && !connection_->flush())
      return Error{connection_->trouble()};
  }
  std::vector<Write> unscripted;
  for (const Write& each : writes) {
    if (auto taken = take_reply(each, unscripted); !taken) return taken;
  }
  pause_ms_ = 0;
  if (unscripted.empty()) return Ok{};
  // Somebody has flushed the server's scripts.
  if (!load_script()) return Error{std::string("Redis does not keep the script of a put")};
  std::vector<Write> again;
  for (const Write& each : unscripted) append(each, refill);
  for (const Write& each : unscripted) {
    if (auto taken = take_reply(each, again); !taken) return taken;
  }
  if (!again.empty()) return Error{std::string("Redis does not keep the script of a put")};
  return Ok{};
}

void ListWriter::fail(const std::string& why) {
  connection_.reset();
  pause_ms_ = std::clamp(pause_ms_ * 2, kFirstPauseMs, kPauseMaxMs);
  if (!refill_.empty()) last_run_id_.clear();  // it was not filled
  refill_.clear();
  metrics_.failures.add();
  metrics_.up.set(0);
  {
    const MutexLock lock(mutex_);
    trouble_ = why + ". Lists wait until it answers again; answers go on.";
    busy_ = true;
  }
  settled_.notify_all();
}

void ListWriter::pause() {
  const auto until = SteadyClock::now() + std::chrono::milliseconds(pause_ms_);
  const MutexLock lock(mutex_);
  while (!stopping_) {
    if (!wake_.wait_until(mutex_, until)) break;
  }
}

}  // namespace potik::redis
