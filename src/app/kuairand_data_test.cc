// The reader on the whole data set, against counts taken from the files by other means.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <unordered_set>

#include "app/kuairand.h"
#include "event/decode.h"
#include "event/reference.h"

namespace potik::app {
namespace {

std::optional<std::string> data_folder() {
  const char* named = std::getenv("POTIK_KUAIRAND_DIR");
  const std::string folder = named != nullptr ? named : "../shared/data/kuairand";
  return std::filesystem::exists(folder + "/user_features.csv") ? std::optional(folder)
                                                                : std::nullopt;
}

// Decodes what it is given, counting and watching what must hold of the whole.
class Tally {
 public:
  bool take(log::RecordKind kind, uint8_t flags, std::string_view id, std::string_view json) {
    padded_.assign(json);
    padded_.append(event::kDecodePadding, '\0');
    const std::string_view text = std::string_view(padded_).substr(0, json.size());
    if (kind == log::RecordKind::user_put)
      return count(refused_, !event::decode_user(text, id).ok());
    if (kind == log::RecordKind::video_put)
      return count(refused_, !event::decode_video(text, id).ok());
    const auto event = decoder_.decode(text, TimeMs(1'700'000'000'000));
    if (!event.ok()) return count(refused_, true);
    count(disorder_, flags == last_flags_ && event->occurred_at < last_);
    last_ = event->occurred_at;
    last_flags_ = flags;
    const auto type = static_cast<size_t>(event->type);
    if (flags == log::kFlagHistory) {
      ++history_[type];
    } else {
      log_ids_[type].emplace(event->event_id);
    }
    count(repeated_, !ids_.emplace(event->event_id).second);
    decoder_.reset();
    return true;
  }

  [[nodiscard]] uint64_t history(event::EventType type) const {
    return history_[static_cast<size_t>(type)];
  }
  [[nodiscard]] size_t log(event::EventType type) const {
    return log_ids_[static_cast<size_t>(type)].size();
  }
  [[nodiscard]] uint64_t refused() const { return refused_; }
  [[nodiscard]] uint64_t disorder() const { return disorder_; }
  [[nodiscard]] uint64_t repeated() const { return repeated_; }
  [[nodiscard]] size_t ids() const { return ids_.size(); }

 private:
  static bool count(uint64_t& counter, bool happened) {
    counter += happened ? 1 : 0;
    return true;
  }
  event::Decoder decoder_;
  std::string padded_;
  TimeMs last_;
  uint8_t last_flags_ = log::kFlagHistory;
  std::array<uint64_t, event::kEventTypes> history_{};
  std::array<std::unordered_set<std::string>, event::kEventTypes> log_ids_;
  std::unordered_set<std::string> ids_;
  uint64_t refused_ = 0;
  uint64_t disorder_ = 0;
  uint64_t repeated_ = 0;
};

TEST(KuairandData, HoldsWhatWasCountedInTheFiles) {
  const auto folder = data_folder();
  if (!folder)
    GTEST_SKIP()
        << "The KuaiRand files are not here; set POTIK_KUAIRAND_DIR to their folder to run this.";
  Tally tally;
  const auto counts = read_kuairand(
      *folder,
      [&tally](log::RecordKind kind, uint8_t flags, std::string_view id, std::string_view json) {
        return tally.take(kind, flags, id, json);
      },
      [](uint64_t, uint64_t) {});
  ASSERT_TRUE(counts.ok()) << counts.error();
  EXPECT_EQ(counts->users, 27'285U);
  EXPECT_EQ(counts->videos, 7'583U);
  EXPECT_EQ(counts->history_rows, 26'469U);
  EXPECT_EQ(counts->log_rows, 94'784U);

  using event::EventType;
  EXPECT_EQ(tally.log(EventType::video_shown), 92'034U);
  EXPECT_EQ(tally.log(EventType::video_played), 82'252U);
  EXPECT_EQ(tally.log(EventType::video_liked), 1'603U);
  EXPECT_EQ(tally.log(EventType::comment_posted), 217U);
  EXPECT_EQ(tally.log(EventType::author_followed), 127U);
  EXPECT_EQ(tally.log(EventType::video_shared), 76U);
  EXPECT_EQ(tally.log(EventType::video_disliked), 63U);
  EXPECT_EQ(tally.history(EventType::video_shown), 817'187U);
  EXPECT_EQ(tally.history(EventType::video_played), 390'633U);
  EXPECT_EQ(tally.history(EventType::video_liked), 22'457U);

  EXPECT_EQ(tally.refused(), 0U) << "nothing of it may become a dead letter";
  EXPECT_EQ(tally.disorder(), 0U)
      << "event time never goes back, within history and within the log";
  EXPECT_EQ(tally.ids() + tally.repeated(), counts->history_events + counts->log_events);
}

}  // namespace
}  // namespace potik::app
