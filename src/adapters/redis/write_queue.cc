#include "adapters/redis/write_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cache/memory_cache.h"

namespace potik::redis {
namespace {

// A node, an index slot at its usual load, and the id twice.
constexpr uint64_t kEntryBytes = 256;

uint64_t bytes_of(const Write& write) {
  return kEntryBytes + (write.list ? cache::memory_bytes(*write.list) : 0);
}

}  // namespace

Write WriteQueue::merged(Write earlier, Write later) {
  if (!later.list) return later;
  if (!earlier.list) {
    later.erased_before = true;
    return later;
  }
  if (!later.erased_before && cache::is_older(later.list->receipt, earlier.list->receipt))
    return earlier;
  later.erased_before = later.erased_before || earlier.erased_before;
  return later;
}

void WriteQueue::add(Write write, bool in_front) {
  Order& order = write.list ? puts_ : erases_;
  bytes_ += bytes_of(write);
  const auto entry = order.insert(in_front ? order.begin() : order.end(), std::move(write));
  by_user_.emplace(entry->user_id, entry);
}

void WriteQueue::remove(Order::iterator entry) {
  by_user_.erase(entry->user_id);
  bytes_ -= bytes_of(*entry);
  (entry->list ? puts_ : erases_).erase(entry);
}

// A user whose list changes all the time keeps the place of the first change.
void WriteQueue::combine(Write write, bool is_earlier) {
  const auto found = by_user_.find(write.user_id);
  if (found == by_user_.end()) return add(std::move(write), is_earlier);
  const Order::iterator entry = found->second;
  Write other = *entry;
  Write both = is_earlier ? merged(std::move(write), std::move(other))
                          : merged(std::move(other), std::move(write));
  if (both.list && entry->list) {
    bytes_ -= bytes_of(*entry);
    *entry = std::move(both);
    bytes_ += bytes_of(*entry);
    return;
  }
  remove(entry);
  add(std::move(both), is_earlier);
}

size_t WriteQueue::make_room() {
  size_t dropped = 0;
  while (by_user_.size() > users_max_ || bytes_ > bytes_max_) {
    if (puts_.empty() && erases_.empty()) break;
    ++dropped;
    const Order::iterator oldest = puts_.empty() ? erases_.begin() : puts_.begin();
    Write write = *oldest;
    remove(oldest);
    if (!write.erased_before || by_user_.size() >= users_max_) continue;
    write.list.reset();  // of both changes the erase stays
    write.erased_before = false;
    add(std::move(write), false);
  }
  return dropped;
}

size_t WriteQueue::put(std::shared_ptr<const cache::RecommendationList> list) {
  std::string user_id = list->user_id;
  combine({std::move(user_id), std::move(list), false}, false);
  return make_room();
}

size_t WriteQueue::erase(std::string_view user_id) {
  combine({std::string(user_id), nullptr, false}, false);
  return make_room();
}

size_t WriteQueue::give_back(std::vector<Write> writes) {
  std::reverse(writes.begin(), writes.end());
  for (Write& write : writes) combine(std::move(write), true);
  return make_room();
}

std::vector<Write> WriteQueue::take(size_t writes_max) {
  std::vector<Write> taken;
  while (taken.size() < writes_max && !empty()) {
    const Order::iterator first = erases_.empty() ? puts_.begin() : erases_.begin();
    by_user_.erase(first->user_id);
    bytes_ -= bytes_of(*first);
    Order& order = first->list ? puts_ : erases_;
    taken.push_back(std::move(*first));
    order.erase(first);
  }
  return taken;
}

}  // namespace potik::redis
