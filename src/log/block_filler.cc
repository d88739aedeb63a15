#include "log/block_filler.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "log/frame.h"

namespace potik::log {
namespace {

// Frames below it share a buffer: a single event a frame would otherwise cost an allocation each.
constexpr size_t kSharedBufferBytes = 256U << 10U;

}  // namespace

BlockFiller::BlockFiller(Partition partition, Offset from, Offset until, size_t bytes_max,
                         RecordBlock& out)
    : out_(out),
      spare_(std::move(out.bytes)),
      next_(from),
      until_(until),
      bytes_left_(static_cast<int64_t>(std::clamp<size_t>(
          bytes_max, 1, static_cast<size_t>(std::numeric_limits<int64_t>::max())))) {
  out_.clear();
  out_.partition = partition;
  out_.first = out_.next = from;
}

std::string_view BlockFiller::keep(std::string_view frame) {
  auto& buffers = out_.bytes;
  // Buffers never grow past what was reserved: views into them are already out.
  if (buffers.empty() ||
      buffers.back().capacity() - buffers.back().size() < frame.size() + kReadPadding) {
    pad();
    std::vector<char> fresh;
    if (!spare_.empty()) {
      fresh = std::move(spare_.back());
      spare_.pop_back();
      fresh.clear();
    }
    fresh.reserve(std::max(frame.size() + kReadPadding, buffers.empty() ? 0 : kSharedBufferBytes));
    buffers.push_back(std::move(fresh));
  }
  std::vector<char>& buffer = buffers.back();
  const size_t at = buffer.size();
  buffer.insert(buffer.end(), frame.begin(), frame.end());
  return {buffer.data() + at, frame.size()};
}

Status<LogError> BlockFiller::add(Offset first, std::string_view frame) {
  auto reader = FrameReader::open(keep(frame));
  if (!reader) return Error{reader.error()};
  const int64_t passed_over = next_.value() - first.value();
  if (passed_over < 0 || passed_over >= reader->count()) return Error{LogError::corrupt};
  const int64_t wanted =
      std::min(until_.value() - next_.value(), int64_t{reader->count()} - passed_over);
  out_.records.reserve(out_.records.size() + static_cast<size_t>(wanted));
  RecordView record;
  for (int64_t i = 0; i < passed_over; ++i) {
    if (!reader->next(record)) return Error{LogError::corrupt};
  }
  while (!full()) {
    if (!reader->next(record))
      return reader->intact() ? Status<LogError>(Ok{}) : Error{LogError::corrupt};
    record.offset = next_;
    out_.records.push_back(record);
    next_ = next_.next();
    bytes_left_ -= static_cast<int64_t>(record.key.size() + record.value.size());
  }
  return Ok{};
}

void BlockFiller::finish() {
  pad();
  out_.next = next_;
}

void BlockFiller::pad() {
  if (out_.bytes.empty()) return;
  auto& buffer = out_.bytes.back();
  buffer.resize(buffer.size() + kReadPadding);
}

}  // namespace potik::log
