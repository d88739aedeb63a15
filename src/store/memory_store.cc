#include "store/memory_store.h"

#include <utility>

#include "store/append_order.h"

namespace potik::store {

Status<StoreFailure> MemoryStore::append(std::span<const RowBlock* const> blocks) {
  if (auto order = check_order(progress_, blocks); !order) return order;
  if (failure_) return Error{*std::exchange(failure_, std::nullopt)};
  for (const RowBlock* block : blocks) keep(*block);
  return Ok{};
}

void MemoryStore::keep(const RowBlock& block) {
  RowBlock& copy = blocks_.emplace_back(block);
  for (FactRow& row : copy.facts) keep(row.event_id);
  for (DetailRow& row : copy.details) {
    keep(row.comment_id);
    keep(row.text);
    keep(row.session_id);
    keep(row.request_id);
    keep(row.device);
    keep(row.extra);
  }
  for (DeadLetterRow& row : copy.dead_letters) {
    keep(row.reason);
    keep(row.field);
    keep(row.bytes);
  }
  progress_ = copy.epoch;
}

void MemoryStore::keep(std::string_view& bytes) {
  if (!bytes.empty()) bytes = bytes_.emplace_back(bytes);
}

}  // namespace potik::store
