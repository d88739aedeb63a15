#include "log/frame.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/hash.h"
#include "log/block_filler.h"
#include "log/records_for_tests.h"

namespace potik::log {
namespace {

std::string frame_of(size_t count) {
  const RecordsForTests records(0, count, TimeMs(1'234));
  std::string frame;
  encode_frame(records.views(), frame);
  return frame;
}

// Whether every record of the frame can be read and the frame ends with the last of them.
bool reads_whole(std::string_view frame) {
  auto reader = FrameReader::open(frame);
  if (!reader) return false;
  RecordView record;
  while (reader->next(record)) {
  }
  return reader->intact();
}

// Puts the right checksum into a frame that a test has changed on purpose.
void seal(std::string& frame) {
  const uint64_t checksum = hash64(std::string_view(frame).substr(16));
  std::memcpy(frame.data() + 8, &checksum, sizeof checksum);
}

TEST(Frame, GivesBackTheRecordsItWasMadeFrom) {
  const std::string frame = frame_of(50);
  EXPECT_EQ(frame_count(frame), 50U);
  auto reader = FrameReader::open(frame);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->appended_at(), TimeMs(1'234));
  RecordView record;
  for (int64_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(reader->next(record));
    EXPECT_EQ(record.value, RecordsForTests::value_of(i));
    EXPECT_EQ(record.key, RecordsForTests::key_of(i));
    EXPECT_EQ(static_cast<int64_t>(record.kind), i % kRecordKinds);
    EXPECT_EQ(record.flags, i % 2);
    EXPECT_EQ(record.appended_at, TimeMs(1'234));
  }
  EXPECT_FALSE(reader->next(record));
  EXPECT_TRUE(reader->intact());
}

TEST(Frame, HasTheSizeThatWasForetold) {
  const RecordsForTests records(0, 9);
  EXPECT_EQ(frame_of(9).size(), frame_bytes(records.views()));
}

TEST(Frame, KeepsItsStoredForm) {
  const RecordView record{RecordKind::user_put, kFlagHistory, TimeMs(0x0102030405060708), "ab",
                          "xyz"};
  std::string frame;
  encode_frame({&record, 1}, frame);
  const std::string head("PLF1\x01\0\0\0", 8);
  const std::string rest(
      "\x08\x07\x06\x05\x04\x03\x02\x01\x01\0\0\0\x0d\0\0\0\x01\x01\x02\0\x03\0\0\0abxyz", 29);
  EXPECT_EQ(frame.substr(0, 8), head);
  EXPECT_EQ(frame.substr(16), rest);
}

TEST(Frame, RefusesEveryChangedBit) {
  const std::string frame = frame_of(4);
  ASSERT_TRUE(reads_whole(frame));
  for (size_t bit = 0; bit < frame.size() * 8; ++bit) {
    std::string changed = frame;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(FrameReader::open(changed).ok()) << "bit " << bit;
  }
}

TEST(Frame, RefusesEveryOtherLength) {
  const std::string frame = frame_of(4);
  for (size_t size = 0; size < frame.size(); ++size) {
    EXPECT_FALSE(FrameReader::open(std::string_view(frame).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(FrameReader::open(frame + '\0').ok());
}

TEST(Frame, RefusesLengthsThatDoNotHoldUnderARightChecksum) {
  std::string count = frame_of(4);
  count[24] = 5;
  seal(count);
  EXPECT_FALSE(reads_whole(count)) << "more records than there are";
  count[24] = 3;
  seal(count);
  EXPECT_FALSE(reads_whole(count)) << "bytes behind the last record";
  count[27] = 1;
  seal(count);
  EXPECT_FALSE(FrameReader::open(count).ok()) << "a count for which memory would be asked in vain";
  std::string value = frame_of(4);
  value[kFrameHeaderBytes + 4] = static_cast<char>(0xff);
  seal(value);
  EXPECT_FALSE(reads_whole(value)) << "a value longer than the frame";
  std::string kind = frame_of(4);
  kind[kFrameHeaderBytes] = static_cast<char>(kRecordKinds);
  seal(kind);
  EXPECT_FALSE(reads_whole(kind)) << "an unknown kind";
}

TEST(Frame, RefusesRecordsThatNobodyMayAppend) {
  const auto sealed_frame = [](size_t key_bytes, size_t value_bytes) {
    const std::string bytes(key_bytes + value_bytes, 'x');
    const RecordView none{RecordKind::event, 0, TimeMs(1), "", ""};
    std::string frame;
    encode_frame({&none, 1}, frame);
    frame += bytes;
    const auto body = static_cast<uint32_t>(kFrameRecordBytes + bytes.size());
    std::memcpy(frame.data() + 28, &body, sizeof body);
    const auto key = static_cast<uint16_t>(key_bytes);
    std::memcpy(frame.data() + kFrameHeaderBytes + 2, &key, sizeof key);
    const auto value = static_cast<uint32_t>(value_bytes);
    std::memcpy(frame.data() + kFrameHeaderBytes + 4, &value, sizeof value);
    seal(frame);
    return frame;
  };
  EXPECT_TRUE(reads_whole(sealed_frame(kKeyBytesMax, kValueBytesMax)));
  EXPECT_FALSE(reads_whole(sealed_frame(kKeyBytesMax + 1, 0)));
  EXPECT_FALSE(reads_whole(sealed_frame(0, kValueBytesMax + 1)));
}

TEST(BlockFiller, RefusesFramesThatDoNotJoin) {
  RecordBlock block;
  for (const int64_t second : {3, 5}) {
    BlockFiller filler(Partition(0), Offset(0), Offset(100), 1'000'000, block);
    ASSERT_TRUE(filler.add(Offset(0), frame_of(4)).ok());
    const bool overlaps = second < 4;
    EXPECT_EQ(filler.add(Offset(second), frame_of(overlaps ? 1 : 4)).ok(), false) << second;
  }
}

TEST(BlockFiller, ReusesTheMemoryOfTheBlock) {
  RecordBlock block;
  const std::string frame = frame_of(100);
  const char* first = nullptr;
  for (int round = 0; round < 3; ++round) {
    BlockFiller filler(Partition(0), Offset(0), Offset(1'000), 1'000'000, block);
    ASSERT_TRUE(filler.add(Offset(0), frame).ok());
    filler.finish();
    if (round == 0) first = block.bytes[0].data();
    EXPECT_EQ(block.bytes[0].data(), first);
  }
}

TEST(BlockFiller, PutsManySmallFramesIntoFewBuffers) {
  RecordBlock block;
  BlockFiller filler(Partition(0), Offset(0), Offset(100'000), 100'000'000, block);
  const std::string frame = frame_of(1);
  for (int64_t i = 0; i < 1'000; ++i) ASSERT_TRUE(filler.add(Offset(i), frame).ok());
  filler.finish();
  EXPECT_EQ(block.records.size(), 1'000U);
  EXPECT_LE(block.bytes.size(), 3U);
}

}  // namespace
}  // namespace potik::log
