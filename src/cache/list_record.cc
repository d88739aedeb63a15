// Reading a list back from the stream of recommendations, in one walk over its text.

#include <algorithm>
#include <charconv>

#include "base/text_arena.h"
#include "base/time_text.h"
#include "cache/list_json.h"
#include "event/json_index.h"
#include "event/json_walk.h"

namespace potik::cache {
namespace {

constexpr int kDepth = 6;  // of any value here, and some more

// What stands at hand, if it is of the wanted kind; another value is stepped over, and is as if it
// were not there. False: it is no JSON.
class RecordReader {
 public:
  RecordReader(std::string_view json, const event::JsonIndex& index) : walk_(json, index) {}

  // Calls `on_member(name)` for each, which steps over the value.
  template <class OnMember>
  [[nodiscard]] bool object(OnMember&& on_member) {
    if (walk_.peek() != '{') return skip();
    if (!walk_.take('{')) return false;
    if (walk_.take('}')) return true;
    do {
      std::string_view name;
      if (!walk_.take_string(name) || !event::escapes_are_valid(name)) return false;
      if (!walk_.take(':') || !on_member(name)) return false;
    } while (walk_.take(','));
    return walk_.take('}');
  }
  // Calls `on_element()` for each, which steps over it.
  template <class OnElement>
  [[nodiscard]] bool array(OnElement&& on_element) {
    if (walk_.peek() != '[') return skip();
    if (!walk_.take('[')) return false;
    if (walk_.take(']')) return true;
    do {
      if (!on_element()) return false;
    } while (walk_.take(','));
    return walk_.take(']');
  }
  [[nodiscard]] bool text(std::optional<std::string_view>& out) {
    std::string_view inside;
    if (walk_.peek() != '"') return skip();
    if (!walk_.take_string(inside)) return false;
    out = event::has_escapes(inside) ? event::unescape(inside, arena_) : inside;
    return out.has_value();
  }
  [[nodiscard]] bool time(std::optional<TimeMs>& out) {
    std::optional<std::string_view> spelling;
    if (!text(spelling)) return false;
    if (spelling) out = parse_rfc3339(*spelling);
    return true;
  }
  [[nodiscard]] bool integer(std::optional<int64_t>& out) {
    if (!is_number()) return skip();
    const std::string_view token = walk_.take_scalar();
    if (!event::is_json_number(token)) return false;
    out = event::json_integer(token);
    return true;
  }
  [[nodiscard]] bool number(float& out) {
    if (!is_number()) return skip();
    const std::string_view token = walk_.take_scalar();
    double value = 0;
    if (!event::is_json_number(token)) return false;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    if (read.ec == std::errc()) out = static_cast<float>(value);
    return true;
  }
  [[nodiscard]] bool boolean(bool& out) {
    const char first = walk_.peek();
    if (first != 't' && first != 'f') return skip();
    const std::string_view token = walk_.take_scalar();
    out = token == "true";
    return out || token == "false";
  }
  [[nodiscard]] bool skip() { return walk_.take_value(nullptr, kDepth); }
  [[nodiscard]] bool is_array() const { return walk_.peek() == '['; }
  [[nodiscard]] bool at_end() const { return walk_.at_end(); }

 private:
  [[nodiscard]] bool is_number() const {
    const char first = walk_.peek();
    return first == '-' || (first >= '0' && first <= '9');
  }

  event::JsonWalk walk_;
  TextArena arena_;  // of texts with escapes
};

// The members of a receipt that were there.
struct ReceiptParts {
  std::optional<int64_t> epoch, partition, offset;
  std::optional<TimeMs> computed_at, occurred_at;
};

bool read_receipt(RecordReader& json, ReceiptParts& parts) {
  parts = {};
  return json.object([&](std::string_view name) {
    if (name == "epoch") return json.integer(parts.epoch);
    if (name == "computed_at") return json.time(parts.computed_at);
    if (name == "partition") return json.integer(parts.partition);
    if (name == "offset") return json.integer(parts.offset);
    if (name == "occurred_at") return json.time(parts.occurred_at);
    return json.skip();
  });
}

bool make_receipt(const ReceiptParts& parts, Receipt& receipt) {
  if (!parts.epoch || !parts.computed_at) return false;
  receipt.epoch = Epoch(static_cast<uint64_t>(*parts.epoch));
  receipt.computed_at = *parts.computed_at;
  if (!parts.partition || !parts.offset) return true;  // it reflects no event
  receipt.partition = Partition(static_cast<uint16_t>(*parts.partition));
  receipt.offset = Offset(*parts.offset);
  if (parts.occurred_at) receipt.occurred_at = *parts.occurred_at;
  return parts.occurred_at.has_value();
}

bool read_scores(RecordReader& json, RecommendedVideo& video) {
  return json.object([&](std::string_view name) {
    if (name == "long_watch") return json.number(video.p_long_watch);
    if (name == "like") return json.number(video.p_like);
    if (name == "comment") return json.number(video.p_comment);
    if (name == "skip") return json.number(video.p_skip);
    return json.skip();
  });
}

bool read_reasons(RecordReader& json, std::deque<std::string>& names, RecommendedVideo& video) {
  size_t place = 0;
  return json.array([&] {
    std::optional<std::string_view> feature;
    float weight = 0;
    const bool read = json.object([&](std::string_view name) {
      if (name == "feature") return json.text(feature);
      if (name == "weight") return json.number(weight);
      return json.skip();
    });
    if (!read) return false;
    if (place < kContributions && feature) {
      auto known = std::ranges::find(names, *feature);
      if (known == names.end()) known = names.emplace(names.end(), *feature);
      video.why[place] = {*known, weight};
    }
    ++place;
    return true;
  });
}

bool read_video(RecordReader& json, std::deque<std::string>& names, RecommendedVideo& video) {
  std::optional<std::string_view> id;
  std::optional<std::string_view> source;
  std::optional<std::string_view> because;
  const bool read = json.object([&](std::string_view name) {
    if (name == "video_id") return json.text(id);
    if (name == "source") return json.text(source);
    if (name == "because") return json.text(because);
    if (name == "score") return json.number(video.score);
    if (name == "propensity") return json.number(video.propensity);
    if (name == "scores") return read_scores(json, video);
    if (name == "why") return read_reasons(json, names, video);
    return json.skip();
  });
  if (!read || !id || !source) return false;
  const auto known = std::ranges::find(kSourceNames, *source);
  if (known == kSourceNames.end()) return false;
  video.video_id = *id;
  video.source = static_cast<Source>(known - kSourceNames.begin());
  video.because = because.value_or("");
  return true;
}

}  // namespace

std::optional<RecommendationList> read_list_record(std::string_view text) {
  event::JsonIndex index(text.size());
  if (text.empty() || !index.build(text)) return std::nullopt;
  RecordReader json(text, index);
  RecommendationList list;
  std::optional<std::string_view> user;
  std::optional<int64_t> version;
  ReceiptParts receipt;
  bool has_videos = false;
  // A deque, because it does not move its elements.
  const auto names = std::make_shared<std::deque<std::string>>();
  const auto read_videos = [&] {
    has_videos = json.is_array();
    list.videos.clear();
    return json.array([&] { return read_video(json, *names, list.videos.emplace_back()); });
  };
  const bool read = json.object([&](std::string_view name) {
    if (name == "user_id") return json.text(user);
    if (name == "known_user") return json.boolean(list.known_user);
    if (name == "model_version") return json.integer(version);
    if (name == "receipt") return read_receipt(json, receipt);
    if (name == "videos") return read_videos();
    return json.skip();
  });
  if (!read || !json.at_end() || !user || !version || !has_videos) return std::nullopt;
  if (!make_receipt(receipt, list.receipt)) return std::nullopt;
  list.user_id = *user;
  list.model_version = Epoch(static_cast<uint64_t>(*version));
  list.names = names;
  return list;
}

}  // namespace potik::cache
