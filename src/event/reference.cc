#include "event/reference.h"

#include <algorithm>
#include <array>

#include "event/event.h"
#include "event/field_reader.h"
#include "event/json_index.h"

namespace potik::event {
namespace {

// The names a document knows, each of which may stand in it once.
template <size_t N>
class Once {
 public:
  explicit Once(const std::array<std::string_view, N>& names) : names_(names) {}
  // The known name equal to `name`, with static storage; empty if there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? std::string_view{} : *found;
  }
  // False the second time.
  bool first_sight(std::string_view known) {
    bool& seen = seen_.at(
        static_cast<size_t>(std::find(names_.begin(), names_.end(), known) - names_.begin()));
    return !std::exchange(seen, true);
  }

 private:
  const std::array<std::string_view, N>& names_;
  std::array<bool, N> seen_{};
};

constexpr std::array<std::string_view, 4> kUserFields{"user_id", "segment", "country", "language"};
constexpr std::array<std::string_view, 7> kVideoFields{
    "video_id", "author_id", "title", "language", "tags", "duration_ms", "published_at"};

constexpr std::array<std::string_view, 3> kUnlearningFields{"user_id", "since", "quarantine"};

bool read_string(FieldReader& in, std::string_view field, size_t bytes_max, std::string& out) {
  std::string_view text;
  if (!in.text(field, bytes_max, text)) return false;
  out = text;
  return true;
}

bool read_tags(FieldReader& in, std::string_view field, std::vector<std::string>& tags) {
  return in.array(field, [&] {
    if (tags.size() == kTagsMax) return in.fail(DeadReason::too_long, field);
    return read_string(in, field, kNameBytesMax, tags.emplace_back());
  });
}

bool read_field(FieldReader& in, std::string_view field, UserProfile& user) {
  if (field == "user_id") return read_string(in, field, kIdBytesMax, user.user_id);
  if (field == "segment") return read_string(in, field, kNameBytesMax, user.segment);
  if (field == "country") return read_string(in, field, kNameBytesMax, user.country);
  return read_string(in, field, kNameBytesMax, user.language);
}

bool read_field(FieldReader& in, std::string_view field, VideoMetadata& video) {
  if (field == "video_id") return read_string(in, field, kIdBytesMax, video.video_id);
  if (field == "author_id") return read_string(in, field, kNameBytesMax, video.author_id);
  if (field == "title") return read_string(in, field, kTitleBytesMax, video.title);
  if (field == "language") return read_string(in, field, kNameBytesMax, video.language);
  if (field == "tags") return read_tags(in, field, video.tags);
  if (field == "duration_ms") return in.integer(field, kWatchMsMax, video.duration_ms);
  return in.time(field, video.published_at);
}

bool read_field(FieldReader& in, std::string_view field, Unlearning& unlearning) {
  if (field == "user_id") return read_string(in, field, kIdBytesMax, unlearning.user_id);
  if (field == "since") return in.time(field, unlearning.since);
  return in.flag(field, unlearning.quarantine);
}

// `names` begins with the id's own name.
template <class Record, size_t N>
bool read_document(FieldReader& in, const std::array<std::string_view, N>& names, Record& record) {
  Once<N> once(names);
  return in.object([&](std::string_view, std::string_view name) {
    const std::string_view field = once.find(name);
    if (field.empty()) return in.any(nullptr);
    if (!once.first_sight(field)) return in.fail(DeadReason::duplicate_field, field);
    return read_field(in, field, record);
  });
}

// Settles on one id out of the document's and the caller's.
bool settle_id(FieldReader& in, std::string_view field, std::string_view given, std::string& own) {
  if (own.empty()) own = given;
  if (own.empty()) return in.fail(DeadReason::missing_field, field);
  if (own.size() > kIdBytesMax) return in.fail(DeadReason::too_long, field);
  return given.empty() || given == own || in.fail(DeadReason::id_mismatch, field);
}

template <class Record, size_t N>
Result<Record, DecodeError> decode_document(std::string_view json, std::string_view id,
                                            const std::array<std::string_view, N>& names,
                                            std::string Record::* own_id) {
  if (json.size() > kReferenceBytesMax) return Error{DecodeError{DeadReason::too_long, {}}};
  JsonIndex index(kReferenceBytesMax);
  if (!index.build(json)) return Error{DecodeError{DeadReason::malformed_json, {}}};
  const JsonWalk walk(json, index);
  TextArena arena;
  FieldReader in(walk, arena);
  Record record;
  if (!read_document(in, names, record) || !settle_id(in, names[0], id, record.*own_id)) {
    return Error{in.error()};
  }
  JsonWalk whole = walk;
  if (!whole.take_value(&record.json, 0)) return Error{in.error()};
  return record;
}

}  // namespace

Result<UserProfile, DecodeError> decode_user(std::string_view json, std::string_view id) {
  return decode_document(json, id, kUserFields, &UserProfile::user_id);
}

Result<VideoMetadata, DecodeError> decode_video(std::string_view json, std::string_view id) {
  return decode_document(json, id, kVideoFields, &VideoMetadata::video_id);
}

Result<Unlearning, DecodeError> decode_unlearning(std::string_view json, std::string_view id) {
  return decode_document(json, id, kUnlearningFields, &Unlearning::user_id);
}

}  // namespace potik::event
