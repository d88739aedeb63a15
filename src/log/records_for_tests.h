#pragma once
// Records that own their bytes, made from numbers, so that a test can tell which one it got back.

#include <cstdint>
#include <string>
#include <vector>

#include "log/event_log.h"

namespace potik::log {

class RecordsForTests {
 public:
  // `count` records numbered from `first`; value sizes differ, some keys are empty.
  RecordsForTests(int64_t first, size_t count, TimeMs appended_at = TimeMs(1'000)) {
    for (size_t i = 0; i < count; ++i) {
      const int64_t number = first + static_cast<int64_t>(i);
      values_.push_back(value_of(number));
      keys_.push_back(key_of(number));
    }
    for (size_t i = 0; i < count; ++i) {
      const int64_t number = first + static_cast<int64_t>(i);
      views_.push_back({static_cast<RecordKind>(number % kRecordKinds),
                        static_cast<uint8_t>(number % 2), appended_at, keys_[i], values_[i]});
    }
  }
  RecordsForTests(const RecordsForTests&) = delete;
  RecordsForTests& operator=(const RecordsForTests&) = delete;

  [[nodiscard]] const std::vector<RecordView>& views() const { return views_; }
  // All of one kind, for a partition that holds no other.
  RecordsForTests& of_kind(RecordKind kind) {
    for (RecordView& view : views_) view.kind = kind;
    return *this;
  }

  [[nodiscard]] static std::string value_of(int64_t number) {
    return "record " + std::to_string(number) + std::string(static_cast<size_t>(number % 37), 'v');
  }
  [[nodiscard]] static std::string key_of(int64_t number) {
    return number % 3 == 0 ? std::string() : "key " + std::to_string(number);
  }

 private:
  std::vector<std::string> values_;
  std::vector<std::string> keys_;
  std::vector<RecordView> views_;
};

}  // namespace potik::log
