#include "state/chunk.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "base/hash.h"

namespace potik::state {
namespace {

std::string chunk_of(std::vector<ChunkRecord> records) {
  return encode_chunk(
      {.key_group = KeyGroup(17), .epoch = Epoch(99), .records = std::move(records)});
}

// As encode_chunk() writes one record, with a checksum that holds.
std::string sealed(std::string bytes) {
  const uint64_t checksum = hash64(std::string_view(bytes).substr(16));
  std::memcpy(bytes.data() + 8, &checksum, sizeof checksum);
  return bytes;
}

TEST(Chunk, GivesBackTheRecordsItWasMadeFrom) {
  const std::string bytes = chunk_of({{Section::meta, "times", "xyz"},
                                      {Section::users, "", "empty key"},
                                      {Section::users, "u1", ""}});
  const auto chunk = decode_chunk(bytes);
  ASSERT_TRUE(chunk.ok());
  EXPECT_EQ(chunk->key_group, KeyGroup(17));
  EXPECT_EQ(chunk->epoch, Epoch(99));
  ASSERT_EQ(chunk->records.size(), 3U);
  EXPECT_EQ(chunk->records[0].value, "xyz");
  EXPECT_EQ(chunk->records[1].value, "empty key");
  EXPECT_EQ(chunk->records[2].key, "u1");
  EXPECT_EQ(chunk->records[2].section, Section::users);
}

TEST(Chunk, MayBeEmpty) {
  const auto chunk = decode_chunk(chunk_of({}));
  ASSERT_TRUE(chunk.ok());
  EXPECT_TRUE(chunk->records.empty());
}

TEST(Chunk, RefusesEveryChangedBitAndEveryOtherLength) {
  const std::string bytes =
      chunk_of({{Section::users, "u1", "value"}, {Section::users, "u2", "value"}});
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_chunk(changed).ok()) << "bit " << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_chunk(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(decode_chunk(bytes + '\0').ok());
}

TEST(Chunk, RefusesRecordsOutOfOrderUnknownSectionsAndLengthsUnderARightChecksum) {
  const std::string bytes = chunk_of({{Section::users, "a", "1"}, {Section::users, "b", "1"}});
  constexpr size_t kFirst = 34;  // behind checksum, key group, epoch and count
  constexpr size_t kRecord = 1 + 4 + 1 + 4 + 1;
  ASSERT_EQ(bytes.size(), kFirst + 2 * kRecord);
  ASSERT_EQ(sealed(bytes), bytes);
  const auto changed = [&](size_t at, char to) {
    std::string copy = bytes;
    copy[at] = to;
    return decode_chunk(sealed(copy)).ok();
  };
  EXPECT_FALSE(changed(kFirst + 5, 'c')) << "out of order";
  EXPECT_FALSE(changed(kFirst + 5, 'b')) << "twice";
  EXPECT_FALSE(changed(kFirst, 4)) << "an unused section";
  EXPECT_FALSE(changed(kFirst, 7)) << "an unknown section";
  EXPECT_FALSE(changed(16, static_cast<char>(0x80))) << "a key group that there is not";
  EXPECT_FALSE(changed(26, 1)) << "fewer records than there are";
  EXPECT_FALSE(changed(26, 3)) << "more records than there are";
  EXPECT_FALSE(changed(kFirst + 1, 100)) << "a key longer than the chunk";
}

TEST(SnapshotPage, NamesTheSectionsThereAreAndNoOthers) {
  std::ifstream file("docs/formats/snapshot.md");
  std::map<std::string, std::string> named;  // number to name
  for (std::string line; std::getline(file, line) && !line.starts_with("## ");) {
    std::smatch row;
    if (std::regex_match(line, row, std::regex(R"(\| (\w*) ?\| (\d) \|.*)")))
      named[row[2]] = row[1];
  }
  const std::map<std::string, std::string> expected{
      {"0", "meta"}, {"1", "users"},     {"2", "videos"}, {"3", "ranker"},
      {"4", ""},     {"5", "detectors"}, {"6", "factors"}};
  EXPECT_EQ(named, expected);
  for (const Section section : kSections)
    EXPECT_NE(named[std::to_string(static_cast<int>(section))], "");
}

}  // namespace
}  // namespace potik::state
