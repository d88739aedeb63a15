#pragma once
// Dead letters for people: the page of them as a query of the store, and its rows as JSON.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/event_store.h"

namespace potik::api {

// Where a page begins: strictly older than this, by (appended_at, partition, offset). Its text is
// "ms-partition-offset".
struct DeadLetterMark {
  int64_t appended_at_ms = INT64_MAX;
  uint32_t partition = 0;
  int64_t offset = 0;
};
[[nodiscard]] std::optional<DeadLetterMark> parse_mark(std::string_view text);

// Newest first.
[[nodiscard]] std::string dead_letter_query(const DeadLetterMark& before, size_t limit);

// {"dead_letters":[{"partition","offset","appended_at","reason","field","detail","text"|"base64"}],"next":mark|null}
// for the result of dead_letter_query(). `next` stands when the page is full.
void append_dead_letters(std::string& out, const store::QueryTable& table, size_t limit);

}  // namespace potik::api
