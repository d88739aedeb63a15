#include "pipeline/served.h"

#include <algorithm>

#include "base/stored_numbers.h"
namespace potik::pipeline {
namespace {
// How often the table is searched for those whose time is over.
constexpr int64_t kLookEveryMs = 5'000;
}  // namespace

bool ServedUsers::serve(std::string_view user, TimeMs until, size_t limit) {
  const auto it = until_.find(user);
  if (it != until_.end()) {
    it->second = std::max(it->second, until);
    return true;
  }
  if (until_.size() >= limit) return false;
  until_.emplace(std::string(user), until);
  return true;
}

bool ServedUsers::is_served(std::string_view user, TimeMs now) const {
  if (until_.empty()) return false;
  const auto it = until_.find(user);
  return it != until_.end() && it->second > now;
}

bool ServedUsers::expire(TimeMs now, std::vector<std::string>& gone) {
  if (until_.empty() || now < next_look_) return false;
  next_look_ = plus_ms(now, kLookEveryMs);
  const size_t first = gone.size();
  for (const auto& [user, until] : until_) {
    if (until <= now) gone.push_back(user);
  }
  std::sort(gone.begin() + static_cast<ptrdiff_t>(first), gone.end());
  for (size_t i = first; i < gone.size(); ++i) until_.erase(gone[i]);
  return true;
}

size_t ServedUsers::memory_bytes() const {
  // A slot and its byte of metadata, and ids too long to lie in their slot.
  constexpr size_t kSlotBytes = sizeof(std::pair<const std::string, TimeMs>) + 1;
  size_t sum = until_.bucket_count() * kSlotBytes;
  const size_t inside = std::string().capacity();
  for (const auto& [user, until] : until_) sum += user.capacity() > inside ? user.capacity() : 0;
  return sum;
}

void ServedUsers::save(ByteWriter& out) const {
  std::vector<std::pair<std::string_view, TimeMs>> sorted(until_.begin(), until_.end());
  std::sort(sorted.begin(), sorted.end());
  out.put(next_look_.value());
  out.put(static_cast<uint32_t>(sorted.size()));
  for (const auto& [user, until] : sorted) {
    out.text(user);
    out.put(until.value());
  }
}

bool ServedUsers::load(ByteReader& in) {
  next_look_ = TimeMs(get_ms(in));
  const auto size = in.get<uint32_t>();
  std::string before;
  for (uint32_t i = 0; i < size && in.ok(); ++i) {
    std::string user(in.text());
    const TimeMs until(get_ms(in));
    if (i > 0 && user <= before) return false;  // save() sorts
    before = user;
    until_.emplace(std::move(user), until);
  }
  return in.ok();
}

}  // namespace potik::pipeline
