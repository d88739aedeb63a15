// Any bytes are refused as a frame, or are what encode_frame() writes of the records read from
// them. A frame in which one byte has changed is refused always.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fuzz.h"
#include "base/hash.h"
#include "log/block_filler.h"
#include "log/frame.h"
#include "log/records_for_tests.h"

namespace potik::log {
namespace {

using fuzz::require;

constexpr size_t kChecksumAt = 8;
constexpr size_t kCheckedFrom = 16;
constexpr size_t kBodyBytesAt = 28;

// True if every record of the frame could be read and nothing is left.
bool read_frame(std::string_view frame, std::vector<RecordView>& records) {
  auto reader = FrameReader::open(frame);
  if (!reader) {
    require(reader.error() == LogError::corrupt, "what is no frame is called corrupt");
    return false;
  }
  require(frame_count(frame) == reader->count(), "a frame's count is the one foretold");
  RecordView record;
  while (reader->next(record)) records.push_back(record);
  require(records.size() <= reader->count(), "no more records than the frame says");
  return reader->intact();
}

bool check_frame(std::string_view frame) {
  std::vector<RecordView> records;
  const bool whole = read_frame(frame, records);
  RecordBlock block;
  BlockFiller filler(Partition(0), Offset(0), Offset(1'000'000), 1U << 30U, block);
  require(filler.add(Offset(0), frame).ok() == whole, "a block is filled from whole frames only");
  if (!whole) return false;
  for (const RecordView& record : records) {
    require(record.key.size() <= kKeyBytesMax && record.value.size() <= kValueBytesMax,
            "a record keeps to the limits of what may be appended");
  }
  std::string again;
  encode_frame(records, again);
  require(again == frame, "a frame that is taken is what its records are written as");
  return true;
}

// Behind a right checksum and size too, counts and lengths must hold.
void check_sealed(std::string frame) {
  if (frame.size() < kFrameHeaderBytes) return;
  const auto body = static_cast<uint32_t>(frame.size() - kFrameHeaderBytes);
  std::memcpy(frame.data() + kBodyBytesAt, &body, sizeof body);
  const uint64_t checksum = hash64(std::string_view(frame).substr(kCheckedFrom));
  std::memcpy(frame.data() + kChecksumAt, &checksum, sizeof checksum);
  (void)check_frame(frame);
}

std::string_view take(ByteReader& in, size_t bytes_max) {
  const size_t wanted = in.get<uint8_t>() % (bytes_max + 1);
  return in.raw(std::min(wanted, in.left()));
}

// Records whose lengths, kinds and bytes the input says.
std::vector<RecordView> records_from(std::string_view bytes) {
  ByteReader in(bytes);
  const TimeMs appended_at(in.get<int64_t>());
  std::vector<RecordView> records;
  do {
    RecordView record;
    record.kind = static_cast<RecordKind>(in.get<uint8_t>() % kRecordKinds);
    record.flags = in.get<uint8_t>();
    record.appended_at = appended_at;
    record.key = take(in, kKeyBytesMax);
    record.value = take(in, 255);
    records.push_back(record);
  } while (in.ok() && in.left() > 0);
  return records;
}

void check_change(std::string_view bytes) {
  std::string frame;
  encode_frame(records_from(bytes), frame);
  require(check_frame(frame), "what was written is taken");
  const uint64_t draw = hash64(bytes);
  const size_t at = draw % frame.size();
  const auto change = static_cast<char>(1 + (draw >> 32U) % 255);
  frame[at] = static_cast<char>(frame[at] ^ change);
  require(!check_frame(frame), "a frame with one byte changed is refused");
}

}  // namespace
}  // namespace potik::log

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  Material material;
  for (const size_t count : {1, 2, 5, 40}) {
    const log::RecordsForTests records(static_cast<int64_t>(count), count);
    log::encode_frame(records.views(), material.examples.emplace_back());
  }
  // A key that is too long by one, in a frame that holds but for that.
  material.examples.push_back(material.examples[0].substr(0, log::kFrameHeaderBytes) +
                              "\0\0\x41\0\0\0\0\0"s + std::string(65, 'k'));
  material.pieces = {"\0"s,
                     "\1\0\0\0"s,
                     "\0\0\0\0"s,
                     "\xff\xff\xff\xff"s,
                     "\xff\xff\xff"s,
                     "\0\0\x01\0\0\0\0"s,
                     "\1\0\x41\0"s,
                     "PLF1\1\0\0\0"s,
                     "\4\1\0\0\0\0\0\0"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)potik::log::check_frame(bytes);
  potik::log::check_sealed(std::string(bytes));
  potik::log::check_change(bytes);
  return 0;
}
