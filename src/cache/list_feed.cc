#include "cache/list_feed.h"

#include <algorithm>

namespace potik::cache {

ListFeed::Token ListFeed::subscribe(std::string user_id, Listener listener) {
  const MutexLock lock(mutex_);
  if (count_ >= listeners_max_) return 0;
  by_user_[std::move(user_id)].emplace_back(next_, std::move(listener));
  ++count_;
  return next_++;
}

void ListFeed::unsubscribe(std::string_view user_id, Token token) {
  const MutexLock lock(mutex_);
  const auto user = by_user_.find(user_id);
  if (user == by_user_.end()) return;
  count_ -=
      std::erase_if(user->second, [token](const auto& entry) { return entry.first == token; });
  if (user->second.empty()) by_user_.erase(user);
}

void ListFeed::publish(const std::shared_ptr<const RecommendationList>& list) {
  const MutexLock lock(mutex_);
  if (count_ == 0) return;
  const auto user = by_user_.find(std::string_view(list->user_id));
  if (user == by_user_.end()) return;
  for (const auto& [token, listener] : user->second) listener(list);
}

size_t ListFeed::listeners() const {
  const MutexLock lock(mutex_);
  return count_;
}

bool ListFeed::is_listened_to(std::string_view user_id) const {
  const MutexLock lock(mutex_);
  return by_user_.contains(user_id);
}

std::vector<std::string> ListFeed::users() const {
  const MutexLock lock(mutex_);
  std::vector<std::string> users;
  for (const auto& [user, listeners] : by_user_) users.push_back(user);
  return users;
}

}  // namespace potik::cache
