#include "api/comment_board.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/time_text.h"

namespace potik::api {
namespace {

// Of the nodes and the maps that hold a comment, about.
constexpr size_t kOverheadBytes = 256;

std::string event_of(const Comment& comment) {
  std::string event = "event: comment\ndata: ";
  JsonWriter json(event);
  append_comment(json, comment);
  return event += "\n\n";
}

}  // namespace

void append_comment(JsonWriter& json, const Comment& comment) {
  json.begin_object().field("comment_id", comment.comment_id).field("author", comment.author);
  json.field("text", comment.text).field("occurred_at", format_rfc3339(comment.occurred_at));
  json.end_object();
}

std::string author_name(std::string_view user_id) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08x",
                static_cast<unsigned>(mix64(hash64(user_id)) >> 32U));
  return text.data();
}

size_t CommentBoard::Kept::bytes() const {
  return video_id.size() + comment.comment_id.size() + comment.author.size() + comment.text.size() +
         kOverheadBytes;
}

void CommentBoard::put(std::string_view video_id, Comment comment) {
  const MutexLock lock(mutex_);
  std::deque<Place>& places = by_video_[std::string(video_id)];
  const bool known = std::ranges::any_of(
      places, [&](const Place& place) { return place->comment.comment_id == comment.comment_id; });
  if (known) return;
  places.push_back(kept_.insert(kept_.end(), {std::string(video_id), std::move(comment)}));
  bytes_ += kept_.back().bytes();
  const auto listening = listeners_.find(video_id);
  if (listening != listeners_.end()) {
    const auto event = std::make_shared<const std::string>(event_of(kept_.back().comment));
    for (const auto& [token, listener] : listening->second) listener(kept_.back().comment, event);
  }
  if (places.size() > limits_.per_video_max) drop_oldest_of(video_id);
  while (bytes_ > limits_.bytes_max && !kept_.empty())
    drop_oldest_of(std::string(kept_.front().video_id));
}

void CommentBoard::drop_oldest_of(std::string_view video_id) {
  const auto found = by_video_.find(video_id);
  const Place oldest = found->second.front();
  found->second.pop_front();
  if (found->second.empty()) by_video_.erase(found);
  bytes_ -= oldest->bytes();
  kept_.erase(oldest);
}

std::vector<Comment> CommentBoard::list(std::string_view video_id, size_t limit) const {
  std::vector<Comment> comments;
  const MutexLock lock(mutex_);
  const auto found = by_video_.find(video_id);
  if (found == by_video_.end()) return comments;
  const std::deque<Place>& places = found->second;
  for (auto place = places.rbegin(); place != places.rend() && comments.size() < limit; ++place)
    comments.push_back((*place)->comment);
  return comments;
}

CommentBoard::Token CommentBoard::subscribe(std::string video_id, Listener listener) {
  const MutexLock lock(mutex_);
  if (listening_ >= limits_.listeners_max) return 0;
  ++listening_;
  listeners_[std::move(video_id)].emplace_back(next_, std::move(listener));
  return next_++;
}

void CommentBoard::unsubscribe(std::string_view video_id, Token token) {
  const MutexLock lock(mutex_);
  const auto found = listeners_.find(video_id);
  if (found == listeners_.end()) return;
  listening_ -=
      std::erase_if(found->second, [token](const auto& each) { return each.first == token; });
  if (found->second.empty()) listeners_.erase(found);
}

size_t CommentBoard::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

}  // namespace potik::api
