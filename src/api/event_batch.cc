#include "api/event_batch.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <functional>

#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

constexpr std::string_view kUserId = "user_id";
constexpr size_t kResultBytes = 72;       // of an accepted line, generously
constexpr size_t kDeadResultBytes = 320;  // of a dead letter

void append_integer(std::string& out, auto number) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  out.append(text.data(), end.ptr);
}

void append_place(std::string& out, Partition partition, Offset offset) {
  out += ",\"partition\":";
  append_integer(out, partition.value());
  out += ",\"offset\":";
  append_integer(out, offset.value());
  out += '}';
}

void append_failure(std::string& out, const event::DecodeError& error) {
  out += ",\"status\":\"dead_letter\",\"reason\":";
  append_json_string(out, event::code(error.reason));
  out += ",\"field\":";
  append_json_string(out, error.field);
  out += ",\"detail\":";
  append_json_string(out, event::phrase(error.reason));
}

// The id where it stands in the line as it is: what had to be unescaped is gone before the record
// is written. The key is for other readers of the log; nothing of ours needs it.
std::string_view within(std::string_view line, std::string_view id) {
  const std::less_equal<> before;
  const bool inside =
      before(line.data(), id.data()) && before(id.data() + id.size(), line.data() + line.size());
  return inside ? id : std::string_view();
}

// Whether a line that is no event now might be one of another user later: an event that lies a
// little too far ahead of this clock is one when the log takes it.
bool might_be_anothers(std::string_view line, std::string_view user) {
  const auto object = event::JsonObject::parse(line);
  if (!object || !object->has(kUserId)) return false;
  return std::ranges::count(object->names(), kUserId) != 1 || object->text(kUserId) != user;
}

}  // namespace

EventBatch check_events(std::string body, std::span<const Line> lines, const log::Layout& layout,
                        TimeMs now, event::Decoder& decoder, std::string_view only_user) {
  assert(body.capacity() >= body.size() + event::kDecodePadding);
  EventBatch batch;
  batch.submission = std::make_unique<log::Submission>();
  batch.submission->bytes = std::move(body);
  batch.submission->records.reserve(lines.size());
  batch.partitions.reserve(lines.size());
  batch.line_numbers.reserve(lines.size());
  for (const Line& line : lines) {
    const auto decoded = decoder.decode(line.json, now);
    Partition partition{};
    std::string_view key;
    if (decoded.ok()) {
      partition = layout.of(log::RecordKind::event, decoded->user_id);
      key = within(line.json, decoded->user_id);
    } else {
      batch.dead.push_back({static_cast<uint32_t>(batch.partitions.size()), decoded.error()});
    }
    const bool is_foreign =
        !only_user.empty() &&
        (decoded.ok() ? decoded->user_id != only_user : might_be_anothers(line.json, only_user));
    if (is_foreign && batch.foreign_line == 0) batch.foreign_line = line.number;
    batch.submission->records.push_back(
        {.partition = partition, .kind = log::RecordKind::event, .key = key, .value = line.json});
    batch.partitions.push_back(partition);
    batch.line_numbers.push_back(line.number);
  }
  decoder.reset();
  return batch;
}

void append_results(std::string& out, const EventBatch& batch, std::span<const Offset> offsets,
                    bool failures_only) {
  out.reserve(out.size() + 128 + batch.dead.size() * kDeadResultBytes +
              (failures_only ? 0 : batch.accepted() * kResultBytes));
  out += "\"accepted\":";
  append_integer(out, batch.accepted());
  out += ",\"dead_letters\":";
  append_integer(out, batch.dead.size());
  out += ",\"results\":[";
  bool first = true;
  auto dead = batch.dead.begin();
  for (uint32_t record = 0; record < batch.partitions.size(); ++record) {
    const bool is_dead = dead != batch.dead.end() && dead->record == record;
    if (!is_dead && failures_only) continue;
    out += first ? "{\"line\":" : ",{\"line\":";
    first = false;
    append_integer(out, batch.line_numbers[record]);
    if (is_dead) {
      append_failure(out, (dead++)->error);
    } else {
      out += ",\"status\":\"accepted\"";
    }
    append_place(out, batch.partitions[record], offsets[record]);
  }
  out += ']';
}

}  // namespace potik::api
