#include "base/bytes.h"

#include <gtest/gtest.h>

#include <limits>
#include <variant>
#include <vector>

#include "base/random.h"

namespace potik {
namespace {

enum class Colour : uint8_t { red = 1, blue = 2 };

using Value = std::variant<uint8_t, int16_t, uint32_t, int64_t, double, std::string>;

Value random_value(CounterRandom& random) {
  switch (random.below(6)) {
    case 0:
      return static_cast<uint8_t>(random.next());
    case 1:
      return static_cast<int16_t>(random.next());
    case 2:
      return static_cast<uint32_t>(random.next());
    case 3:
      return static_cast<int64_t>(random.next());
    case 4:
      return random.uniform();
    default:
      return std::string(random.below(300), static_cast<char>(random.next()));
  }
}

void write(ByteWriter& out, const Value& value) {
  std::visit(
      [&out]<class T>(const T& held) {
        if constexpr (std::is_same_v<T, std::string>) {
          out.text(held);
        } else {
          out.put(held);
        }
      },
      value);
}

bool reads_back(ByteReader& in, const Value& value) {
  return std::visit(
      [&in]<class T>(const T& held) {
        if constexpr (std::is_same_v<T, std::string>) {
          return in.text() == held;
        } else {
          return in.get<T>() == held;
        }
      },
      value);
}

TEST(Bytes, ReadsBackWhatWasWritten) {
  CounterRandom random(1, 2, 3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Value> values(random.below(40));
    for (Value& value : values) value = random_value(random);
    std::string bytes;
    ByteWriter writer(bytes);
    for (const Value& value : values) write(writer, value);
    ByteReader reader(bytes);
    for (const Value& value : values) ASSERT_TRUE(reads_back(reader, value));
    ASSERT_TRUE(reader.done());
  }
}

TEST(Bytes, WritesLittleEndian) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.put(uint32_t{0x04030201});
  writer.put(Colour::blue);
  writer.text("hi");
  EXPECT_EQ(bytes, std::string("\1\2\3\4\2\2\0\0\0hi", 11));
}

TEST(Bytes, EveryCutIsNoticedAndStaysNoticed) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.put(uint64_t{7});
  writer.text("twelve bytes");
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    ByteReader reader(std::string_view(bytes).substr(0, cut));
    (void)reader.get<uint64_t>();
    (void)reader.text();
    EXPECT_FALSE(reader.ok()) << cut;
    EXPECT_EQ(reader.get<uint8_t>(), 0) << "a failed reader yields zeros, not bytes";
    EXPECT_FALSE(reader.done());
  }
}

TEST(Bytes, ALengthPastTheEndYieldsNothing) {
  std::string bytes;
  ByteWriter(bytes).put(std::numeric_limits<uint32_t>::max());
  bytes += "short";
  ByteReader reader(bytes);
  EXPECT_TRUE(reader.text().empty());
  EXPECT_FALSE(reader.ok());
}

TEST(Bytes, BytesLeftOverAreNotDone) {
  ByteReader reader("ab");
  EXPECT_EQ(reader.get<char>(), 'a');
  EXPECT_TRUE(reader.ok());
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.left(), 1U);
}

}  // namespace
}  // namespace potik
