#pragma once
// CommentBoard: the newest comments of each video, for the pages that show them, and a feed of
// those that come. Bounded in bytes: what was said longest ago goes first.

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "base/mutex.h"

namespace potik::api {

struct Comment {
  std::string comment_id;
  std::string author;  // author_name() of who wrote it
  std::string text;
  TimeMs occurred_at{};
};

// What others see of a viewer: eight hexadecimal digits, the same for the same viewer, from which
// the id cannot be told as long as that cannot be guessed.
[[nodiscard]] std::string author_name(std::string_view user_id);

// {"comment_id","author","text","occurred_at"}
void append_comment(JsonWriter& json, const Comment& comment);

struct CommentLimits {
  size_t bytes_max = 16U << 20U;
  size_t per_video_max = 100;
  size_t listeners_max = 1'024;  // over all videos
};

// Thread-safe.
class CommentBoard {
 public:
  // The comment, and the server-sent event that tells of it: one rendering for all who listen.
  using Event = std::shared_ptr<const std::string>;
  using Listener = std::function<void(const Comment&, const Event&)>;
  using Token = uint64_t;  // 0 is none

  explicit CommentBoard(CommentLimits limits) : limits_(limits) {}

  // Keeps it as the video's newest and tells who listens; nothing happens where one of its id is
  // kept already. Listeners run on the calling thread under the board's lock: they must not block
  // nor call back.
  void put(std::string_view video_id, Comment comment);
  // Newest first.
  [[nodiscard]] std::vector<Comment> list(std::string_view video_id, size_t limit) const;

  // 0 when listeners_max are there already.
  [[nodiscard]] Token subscribe(std::string video_id, Listener listener);
  // On return the listener is not running and will not run again.
  void unsubscribe(std::string_view video_id, Token token);

  [[nodiscard]] size_t bytes() const;
  [[nodiscard]] size_t bytes_max() const { return limits_.bytes_max; }

 private:
  struct Kept {
    std::string video_id;
    Comment comment;
    [[nodiscard]] size_t bytes() const;
  };
  using Place = std::list<Kept>::iterator;

  void drop_oldest_of(std::string_view video_id) POTIK_REQUIRES(mutex_);

  const CommentLimits limits_;
  mutable Mutex mutex_;
  std::list<Kept> kept_ POTIK_GUARDED_BY(mutex_);  // oldest first
  TextMap<std::deque<Place>> by_video_ POTIK_GUARDED_BY(mutex_);
  size_t bytes_ POTIK_GUARDED_BY(mutex_) = 0;
  TextMap<std::vector<std::pair<Token, Listener>>> listeners_ POTIK_GUARDED_BY(mutex_);
  size_t listening_ POTIK_GUARDED_BY(mutex_) = 0;
  Token next_ POTIK_GUARDED_BY(mutex_) = 1;
};

}  // namespace potik::api
