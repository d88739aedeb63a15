// Introductions as records: 'n' handle (big-endian): the report of one video, in its key group; 'n'
// alone: the sums. Orders follow from the reports: by number, and of the ended ones by when they
// ended.

#include <algorithm>

#include "base/big_endian.h"
#include "base/stored_numbers.h"
#include "model/introductions.h"

namespace potik::model {
namespace {

constexpr uint8_t kFormat = 1;
constexpr KeyGroup kSumsGroup{0};

std::string key_of(VideoHandle video) {
  std::string key(1, Introductions::kKeyPrefix);
  append_big_endian(key, video.value());
  return key;
}

std::string record_of(const Introduction& introduction) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  out.put(static_cast<uint8_t>(introduction.state));
  for (const uint32_t count : {introduction.target, introduction.impressions,
                               introduction.positives, introduction.promises}) {
    out.put(count);
  }
  out.put(introduction.promised);
  out.put(introduction.number);
  out.put(introduction.shows);
  for (const TimeMs time :
       {introduction.announced, introduction.started, introduction.deadline, introduction.ended}) {
    out.put(time.value());
  }
  return bytes;
}

bool read_record(ByteReader& in, Introduction& introduction) {
  if (in.get<uint8_t>() != kFormat) return false;
  const auto state = in.get<uint8_t>();
  if (state >= kIntroductionStates.size()) return false;
  introduction.state = static_cast<IntroductionState>(state);
  for (uint32_t* count : {&introduction.target, &introduction.impressions, &introduction.positives,
                          &introduction.promises}) {
    *count = in.get<uint32_t>();
  }
  introduction.promised = get_finite<double>(in);
  introduction.number = in.get<uint64_t>();
  introduction.shows = in.get<uint64_t>();
  for (TimeMs* time : {&introduction.announced, &introduction.started, &introduction.deadline,
                       &introduction.ended}) {
    *time = TimeMs(get_ms(in));
  }
  return in.done() && introduction.target > 0 && introduction.deadline >= introduction.started;
}

}  // namespace

void Introductions::collect_changes(const VideoTable& videos, std::vector<state::Change>& out) {
  std::ranges::sort(unsaved_);
  for (const VideoHandle video : unsaved_) {
    const KeyGroup group = videos.at(video).key_group;
    const auto found = all_.find(video.value());
    if (found == all_.end()) {
      out.push_back({state::Section::videos, group, key_of(video), std::nullopt});
      continue;
    }
    found->second.unsaved = false;
    out.push_back({state::Section::videos, group, key_of(video), record_of(found->second)});
  }
  unsaved_.clear();
  if (!sums_unsaved_) return;
  std::string bytes;
  ByteWriter sums(bytes);
  sums.put(kFormat);
  sums.put(announced_);
  sums.put(shows_);
  sums.put(recent_shows_.value);
  sums.put(recent_shows_.at.value());
  sums.put(first_at_.value());
  out.push_back({state::Section::videos, kSumsGroup, std::string(1, kKeyPrefix), std::move(bytes)});
  sums_unsaved_ = false;
}

bool Introductions::load_sums(ByteReader& in) {
  if (in.get<uint8_t>() != kFormat) return false;
  announced_ = in.get<uint64_t>();
  shows_ = in.get<uint64_t>();
  recent_shows_.value = get_finite<float>(in);
  recent_shows_.at = TimeMs(get_ms(in));
  first_at_ = TimeMs(get_ms(in));
  return in.done();
}

bool Introductions::load(std::string_view key, std::string_view value) {
  ByteReader in(value);
  if (key == std::string_view(&kKeyPrefix, 1)) return load_sums(in);
  if (key.size() != 1 + sizeof(uint32_t) || key.front() != kKeyPrefix) return false;
  const VideoHandle video(big_endian<uint32_t>(key.substr(1)));
  Introduction& introduction = all_[video.value()];
  introduction.video = video;
  return read_record(in, introduction);
}

bool Introductions::finish_load(const VideoTable& videos, TimeMs now) {
  std::vector<const Introduction*> in_order;
  for (const auto& [handle, introduction] : all_) in_order.push_back(&introduction);
  std::ranges::sort(in_order, {}, &Introduction::number);
  const auto equal = std::ranges::adjacent_find(in_order, {}, &Introduction::number);
  if (equal != in_order.end()) return false;
  std::vector<const Introduction*> ended;
  for (const Introduction* introduction : in_order) {
    const VideoHandle video = introduction->video;
    if (video == kNoVideo || video.value() > videos.size()) return false;
    if (introduction->number == 0 || introduction->number > announced_) return false;
    if (introduction->state == IntroductionState::waiting) {
      waiting_.push_back(video);
    } else if (introduction->state == IntroductionState::running) {
      if (introduction->shows > shows_) return false;
      running_.push_back(video);
      mark_running(video, true);
    } else {
      ended.push_back(introduction);
    }
  }
  std::ranges::stable_sort(ended, {}, &Introduction::ended);
  for (const Introduction* introduction : ended) ended_.push_back(introduction->video);
  pace(now);
  return true;
}

}  // namespace potik::model
