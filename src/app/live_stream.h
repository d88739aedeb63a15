#pragma once
// LiveStream: what the pages show of the stream as it goes by: a sample of events with the times of
// their stages, and the comments.

#include <deque>
#include <vector>

#include "api/comment_board.h"
#include "api/event_tail.h"
#include "base/mutex.h"
#include "pipeline/epoch_observer.h"
#include "store/event_store.h"

namespace potik::app {

// Thread-safe. Of an epoch's events only some are looked at, and none while nobody asks for them;
// of its comments the last two hundred are. Bounded: kSample events, kEpochsKept epochs, and the
// board's own limit.
class LiveStream final : public pipeline::EpochObserver, public api::EventTail {
 public:
  // `comments` outlives this object.
  explicit LiveStream(api::CommentBoard& comments) : comments_(comments) {}

  void observe(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times) override;
  [[nodiscard]] api::TailBatch take() override;
  [[nodiscard]] std::optional<Passed> passed(Partition partition, Offset offset) const override;

 private:
  static constexpr size_t kSample = 40;            // events between two take()
  static constexpr size_t kSuspiciousSample = 20;  // beside these
  static constexpr size_t kEpochsKept = 1'024;
  struct PastEpoch {
    Epoch epoch{};
    pipeline::EpochTimes times;
    std::vector<Offset> ends;  // by partition
  };

  void remember(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times)
      POTIK_REQUIRES(mutex_);
  void sample(const pipeline::EpochBuffer& epoch, const pipeline::EpochTimes& times)
      POTIK_REQUIRES(mutex_);
  void post_comments(const pipeline::EpochBuffer& epoch);

  api::CommentBoard& comments_;
  mutable Mutex mutex_;
  api::TailBatch batch_ POTIK_GUARDED_BY(mutex_);
  size_t sampled_ POTIK_GUARDED_BY(mutex_) = 0;
  size_t sampled_suspicious_ POTIK_GUARDED_BY(mutex_) = 0;
  std::deque<PastEpoch> past_ POTIK_GUARDED_BY(mutex_);  // oldest first
};

// Puts the newest comments that the store holds on the board, where a process begins with none. One
// question to the store; where it fails the board stays as it is.
void refill_comments(const store::StoreQuery& store, api::CommentBoard& comments);

}  // namespace potik::app
