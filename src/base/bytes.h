#pragma once
// Little-endian writing and bounds-checked reading of the binary formats (frames, snapshots,
// journal). Threads: plain values. Errors: a read past the end yields zero values and makes ok()
// false for good, so that a decoder checks once at its end. Cost: a copy of the bytes.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace potik {

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}
  template <class T>
    requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
  void put(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(T));
  }
  void raw(std::string_view bytes) { out_.append(bytes); }
  // Length (u32) and bytes.
  void text(std::string_view bytes) {
    put(static_cast<uint32_t>(bytes.size()));
    out_.append(bytes);
  }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
    requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
  [[nodiscard]] T get() {
    T value{};
    if (!take(sizeof(T))) return value;
    std::memcpy(&value, bytes_.data() + at_ - sizeof(T), sizeof(T));
    return value;
  }
  [[nodiscard]] std::string_view raw(size_t size) {
    return take(size) ? bytes_.substr(at_ - size, size) : std::string_view{};
  }
  [[nodiscard]] std::string_view text() { return raw(get<uint32_t>()); }
  [[nodiscard]] bool ok() const { return ok_; }
  // What was read holds a value that cannot be.
  void fail() { ok_ = false; }
  [[nodiscard]] size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] bool done() const { return ok_ && left() == 0; }

 private:
  bool take(size_t size) {
    if (!ok_ || size > left()) return ok_ = false;
    at_ += size;
    return true;
  }
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the formats are little-endian and written by copy");

}  // namespace potik
