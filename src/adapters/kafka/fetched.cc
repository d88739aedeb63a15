#include "adapters/kafka/fetched.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace potik::kafka {
namespace {

constexpr size_t kChunkBytes = 128U << 10U;
constexpr size_t kSpareMax = 64;

size_t bytes_of(const log::RecordView& record) { return record.key.size() + record.value.size(); }

}  // namespace

void Fetched::restart(Offset from) {
  chunks_.clear();
  first_ = next_ = from;
  bytes_ = 0;
}

// Never grows past what was reserved: views into it are already out. The padding behind the last
// record is part of the reserve.
Fetched::Chunk& Fetched::chunk_with_room(size_t bytes) {
  if (!chunks_.empty()) {
    const std::vector<char>& last = chunks_.back().bytes;
    if (last.capacity() - last.size() >= bytes + log::kReadPadding) return chunks_.back();
  }
  Chunk chunk;
  if (!spare_.empty()) {
    chunk.bytes = std::move(spare_.back());
    spare_.pop_back();
    chunk.bytes.clear();
  }
  // A trickle of single events must not take a whole chunk each.
  const size_t usual = chunks_.empty() ? kChunkBytes / 32 : kChunkBytes;
  chunk.bytes.reserve(std::max(bytes + log::kReadPadding, usual));
  chunks_.push_back(std::move(chunk));
  return chunks_.back();
}

void Fetched::store(const log::RecordView& record, Chunk& chunk) {
  log::RecordView kept = record;
  const auto put = [&chunk](std::string_view text) {
    const size_t at = chunk.bytes.size();
    chunk.bytes.insert(chunk.bytes.end(), text.begin(), text.end());
    return std::string_view(chunk.bytes.data() + at, text.size());
  };
  kept.key = put(record.key);
  kept.value = put(record.value);
  chunk.records.push_back(kept);
  chunk.next = record.offset.next();
}

void Fetched::add(const log::RecordView& record) {
  assert(record.offset >= next_);
  store(record, chunk_with_room(bytes_of(record)));
  bytes_ += bytes_of(record);
  next_ = record.offset.next();
}

void Fetched::skip_to(Offset next) { next_ = std::max(next_, next); }

// The front of a chunk that the read does not want as a whole is copied, so that both parts own
// their bytes.
void Fetched::take_part(Chunk& chunk, Offset until, size_t bytes_max, log::RecordBlock& out) {
  size_t count = 0;
  size_t bytes = 0;
  while (count < chunk.records.size() && chunk.records[count].offset < until &&
         (bytes < bytes_max || bytes == 0)) {
    bytes += bytes_of(chunk.records[count++]);
  }
  if (count == 0) return;
  Chunk front;
  front.bytes.reserve(bytes + log::kReadPadding);
  for (size_t i = 0; i < count; ++i) store(chunk.records[i], front);
  front.bytes.resize(front.bytes.size() + log::kReadPadding);
  out.records.insert(out.records.end(), front.records.begin(), front.records.end());
  out.bytes.push_back(std::move(front.bytes));
  out.next = front.next;
  bytes_ -= bytes;
  chunk.records.erase(chunk.records.begin(), chunk.records.begin() + static_cast<ptrdiff_t>(count));
}

void Fetched::take(Offset until, size_t bytes_max, log::RecordBlock& out) {
  for (std::vector<char>& bytes : out.bytes) {
    if (spare_.size() < kSpareMax) spare_.push_back(std::move(bytes));
  }
  out.clear();
  out.first = out.next = first_;
  size_t taken = 0;
  while (!chunks_.empty() && (taken < bytes_max || taken == 0)) {
    Chunk& chunk = chunks_.front();
    size_t size = 0;
    for (const log::RecordView& record : chunk.records) size += bytes_of(record);
    if (chunk.next > until || taken + size > bytes_max) {
      take_part(chunk, until, bytes_max - std::min(taken, bytes_max), out);
      break;
    }
    chunk.bytes.resize(chunk.bytes.size() + log::kReadPadding);
    out.records.insert(out.records.end(), chunk.records.begin(), chunk.records.end());
    out.bytes.push_back(std::move(chunk.bytes));
    out.next = chunk.next;
    bytes_ -= size;
    taken += size;
    chunks_.pop_front();
  }
  // Behind the last record there may be offsets without one.
  const bool all = chunks_.empty() || chunks_.front().records.front().offset >= until;
  if (all) out.next = std::max(out.next, std::min(next_, until));
  first_ = out.next;
}

}  // namespace potik::kafka
