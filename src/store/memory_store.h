#pragma once
// EventStore in memory, for tests of what writes to a store: keeps every block with its own copy of
// all bytes. Threads: one. Memory grows with what is appended.

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/event_store.h"

namespace potik::store {

class MemoryStore final : public EventStore {
 public:
  [[nodiscard]] Status<StoreFailure> append(std::span<const RowBlock* const> blocks) override;
  [[nodiscard]] Epoch progress() const override { return progress_; }

  // Every block appended, in order. Views live as long as the store.
  [[nodiscard]] const std::deque<RowBlock>& blocks() const { return blocks_; }
  // The next append() fails with this and keeps nothing.
  void fail_next(StoreFailure failure) { failure_ = std::move(failure); }

 private:
  void keep(const RowBlock& block);
  void keep(std::string_view& bytes);

  Epoch progress_{0};
  std::deque<RowBlock> blocks_;
  std::deque<std::string>
      bytes_;  // what the views of blocks_ point into; a deque does not move them
  std::optional<StoreFailure> failure_;
};

}  // namespace potik::store
