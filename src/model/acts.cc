// From an act to the viewer's memory and to what it teaches.

#include "model/acts.h"

#include <algorithm>
#include <limits>

#include "model/awaited.h"
#include "model/judge.h"
#include "model/taste_counts.h"

namespace potik::model {
namespace {

using event::EventType;

constexpr uint16_t kFollowWeight =
    3;  // a follow says as much about an author as this many long watches
constexpr uint8_t kBeyondShown =
    static_cast<uint8_t>(~(static_cast<unsigned>(kShown) | static_cast<unsigned>(kIgnored)));

bool shown_only(const Watched& watched) { return (watched.flags & kBeyondShown) == 0; }

// Makes room for one entry. Impressions go first where they are many or where the ring is full, so
// that what was watched stays remembered.
void make_room(std::vector<Watched>& ring, bool for_impression) {
  const auto impressions = static_cast<size_t>(std::ranges::count_if(ring, shown_only));
  const bool too_many = for_impression && impressions >= kShownOnlyMax;
  if (ring.size() < kRingMax && !too_many) return;
  const auto oldest = impressions > 0 ? std::ranges::find_if(ring, shown_only) : ring.begin();
  ring.erase(oldest);
}

// The ring's entry of the video, moved to the newest place unless it was merely shown again.
Watched& touch(Taste& taste, VideoHandle video, bool impression, TimeMs at) {
  std::vector<Watched>& ring = taste.ring;
  auto found = std::ranges::find(ring, video, &Watched::video);
  if (found == ring.end()) {
    make_room(ring, impression);
    ring.push_back(Watched{.video = video, .at = at});
    return ring.back();
  }
  if (!impression) found = std::rotate(found, found + 1, ring.end());
  found->at = std::max(found->at, at);
  return *found;
}

uint8_t saturated(uint8_t count) {
  return count == std::numeric_limits<uint8_t>::max() ? count : ++count;
}

void hide_author(Taste& taste, uint32_t author) {
  if (author == 0 || std::ranges::find(taste.hidden_authors, author) != taste.hidden_authors.end())
    return;
  if (taste.hidden_authors.size() >= kAuthorsMax)
    taste.hidden_authors.erase(taste.hidden_authors.begin());
  taste.hidden_authors.push_back(author);
}

void welcome_author(Taste& taste, uint32_t author) { std::erase(taste.hidden_authors, author); }

int32_t known_duration(int32_t from_event, const VideoStats* video) {
  if (from_event > 0) return from_event;
  return video != nullptr ? video->duration_ms : 0;
}

constexpr uint8_t kAllHeads = 0xff;  // as begins_exposure() says
static_assert(kHeads == 8);

// One act while it is applied.
class Application {
 public:
  Application(Taste& taste, const ViewerAct& act, int64_t window_ms)
      : taste_(taste),
        act_(act),
        exposure_(exposure_of(taste, act, window_ms)),
        role_(role_of(taste, act, window_ms)),
        awaited_(find_awaited(taste, act)) {
    if (act.video == nullptr) return;
    if (const Watched* known = taste.find(act.video->handle)) before_ = *known;
    entry_ = &touch(taste, act.video->handle, act.type == EventType::video_shown, act.at);
    taught_before_ =
        awaited() ? !taste.awaited[awaited_].history : (before_.flags & (kShown | kPlayed)) != 0;
  }

  Judgement apply() {
    taste_.last_at = std::max(taste_.last_at, act_.at);
    switch (act_.type) {
      case EventType::video_shown:
        shown();
        break;
      case EventType::video_played:
        played();
        break;
      case EventType::video_liked:
        liked();
        break;
      case EventType::video_unliked:
        unliked();
        break;
      case EventType::video_disliked:
        disliked();
        break;
      case EventType::author_followed:
        followed();
        break;
      case EventType::video_shared:
        teach(Head::share);
        break;
      case EventType::comment_posted:
        ++taste_.comments;
        if (entry_ != nullptr) entry_->flags |= kCommented;
        teach(Head::comment);
        break;
    }
    // A history tells of long watches and likes alone, and not when they were: it counts, but what
    // would be learned of it does worse than nothing.
    if (act_.history) judged_.known = judged_.labels = judged_.corrects = 0;
    return judged_;
  }

 private:
  [[nodiscard]] bool awaited() const { return awaited_ < taste_.awaited.size(); }
  [[nodiscard]] Outcome outcome() const {
    return {act_.video, known_duration(act_.duration_ms, act_.video), exposure_.surface};
  }

  // An impression that is repeated, by the same request or after it was passed over, is no further
  // exposure; it is awaited for what may answer it.
  void shown() {
    ++taste_.impressions;
    if (entry_ == nullptr) return;
    entry_->flags |= kShown;
    entry_->shown = saturated(entry_->shown);
    if (awaited()) return;
    const bool repeated = (before_.flags & kIgnored) != 0 || awaited_by_another();
    await(taste_, act_, exposure_);
    taste_.awaited.back().spoken_for = repeated;
    if (repeated) return;
    entry_->taught = 0;
    judged_.known = kAllHeads;
  }

  [[nodiscard]] bool awaited_by_another() const {
    return std::ranges::any_of(taste_.awaited, [this](const Awaited& awaited) {
      return awaited.video == act_.video->handle;
    });
  }

  void played() {
    const Outcome outcome = this->outcome();
    judged_.long_watch = is_long_watch(act_.watch_ms, outcome.duration_ms);
    judged_.positive = judged_.long_watch;
    judged_.skip = is_skip(act_.watch_ms, outcome.duration_ms);
    judged_.first_play = entry_ != nullptr && (entry_->flags & kPlayed) == 0;
    ++taste_.plays;
    taste_.positives += judged_.long_watch ? 1 : 0;
    taste_.skips += judged_.skip ? 1 : 0;
    const bool answers = awaited();
    if (role_ == Role::exposure) begin_or_answer();
    if (judged_.skip && role_ != Role::again) teach(Head::skip);
    if (judged_.long_watch) teach(Head::long_watch), teach(Head::positive);
    if (act_.history && !answers) {
      count_taste();
    } else {
      count(outcome);
    }
    if (entry_ == nullptr) return;
    entry_->times = saturated(entry_->times);
    entry_->flags |= kPlayed;
    entry_->flags &= static_cast<uint8_t>(~static_cast<unsigned>(kIgnored));
    if (judged_.long_watch) entry_->flags |= kPositive;
    if (judged_.skip) entry_->flags |= kSkipped;
  }

  // The impression is answered; without one the play is the exposure, of which all is to be
  // learned.
  void begin_or_answer() {
    if (awaited()) {
      taught_before_ = !taste_.awaited[awaited_].history;
      taste_.awaited.erase(taste_.awaited.begin() + static_cast<ptrdiff_t>(awaited_));
    } else {
      taught_before_ = false;
      taste_.last_exposed_at = std::max(taste_.last_exposed_at, act_.at);
      before_.taught = 0;
      if (entry_ != nullptr) entry_->taught = 0;
    }
    if (!taught_before_) judged_.known = kAllHeads;
    if (entry_ == nullptr) return;
    taste_.last = {entry_->video, exposure_};
    speak_for(taste_, entry_->video);
  }

  // A history that tells what was watched, and not what was shown, says what the viewer likes and
  // not how often; nor does a like that follows.
  void count_taste() {
    if (entry_ != nullptr) entry_->taught |= bit(Head::positive);
    if (act_.video != nullptr) count_affinities(taste_, *act_.video, 1, judged_.long_watch ? 1 : 0);
  }

  // In the viewer's counters an exposure is positive once, by whatever makes it so first.
  void count(const Outcome& outcome) {
    const bool liked = role_ == Role::exposure && (before_.taught & bit(Head::like)) != 0;
    const bool counted = role_ != Role::exposure && (before_.taught & bit(Head::positive)) != 0;
    if (role_ == Role::exposure) count_exposure(taste_, outcome);
    if ((judged_.long_watch || liked) && !counted) count_positive(taste_, outcome);
  }

  void liked() {
    ++taste_.likes;
    judged_.positive = true;
    teach(Head::like);
    const bool counted = (before_.flags & (kPlayed | kIgnored)) != 0 && !awaited();
    if (counted && (before_.taught & bit(Head::positive)) == 0) count_positive(taste_, outcome());
    teach(Head::positive);
    if (entry_ != nullptr) entry_->flags |= kLiked | kPositive;
    if (act_.video == nullptr) return;
    count_affinities(taste_, *act_.video, 1, 1);
    welcome_author(taste_, act_.video->author);
  }

  void unliked() {
    if (taste_.likes > 0) --taste_.likes;
    if (entry_ != nullptr) entry_->flags &= static_cast<uint8_t>(~static_cast<unsigned>(kLiked));
  }

  void disliked() {
    teach(Head::dislike);
    if (entry_ != nullptr) entry_->flags |= kDisliked;
    if (act_.video == nullptr) return;
    count_affinities(taste_, *act_.video, 2, 0);
    hide_author(taste_, act_.video->author);
  }

  void followed() {
    teach(Head::follow);
    if (act_.video == nullptr) return;
    count_author(taste_, act_.video->author, kFollowWeight, kFollowWeight);
    welcome_author(taste_, act_.video->author);
  }

  // A positive, once for each exposure; it takes the negative back that was learned of it.
  void teach(Head head) {
    if (entry_ == nullptr) return;
    if ((before_.taught & bit(head)) != 0) return;
    entry_->taught |= bit(head);
    judged_.known |= bit(head);
    judged_.labels |= bit(head);
    if (taught_before_) judged_.corrects |= bit(head);
  }

  Taste& taste_;
  const ViewerAct& act_;
  Exposure exposure_;
  Role role_;
  size_t awaited_;
  Watched before_;              // the ring's entry ahead of the act
  Watched* entry_ = nullptr;    // null: no handle
  bool taught_before_ = false;  // a negative was learned of the exposure
  Judgement judged_;
};

}  // namespace

Judgement apply_act(Taste& taste, const ViewerAct& act, int64_t window_ms) {
  return Application(taste, act, window_ms).apply();
}

uint16_t append_recent(const std::vector<Watched>& ring, VideoHandle video, size_t most,
                       std::vector<Met>& out) {
  uint16_t count = 0;
  for (auto it = ring.rbegin(); it != ring.rend() && count < most; ++it) {
    if (it->video == video || (it->flags & kDisliked) != 0) continue;
    out.push_back({it->video, (it->flags & kPositive) != 0});
    ++count;
  }
  return count;
}

Example example_of(const Judgement& judgement, const FeatureRows& rows) {
  return {.rows = rows,
          .known = judgement.known,
          .labels = judgement.labels,
          .corrects = judgement.corrects};
}

}  // namespace potik::model
