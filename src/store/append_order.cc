#include "store/append_order.h"

namespace potik::store {

Status<StoreFailure> check_order(Epoch progress, std::span<const RowBlock* const> blocks) {
  Epoch last = progress;
  for (const RowBlock* block : blocks) {
    if (block->epoch <= last) {
      return Error{StoreFailure{StoreError::refused,
                                "epoch " + std::to_string(block->epoch.value()) +
                                    " came after epoch " + std::to_string(last.value()) +
                                    " was stored: send each epoch once, in order"}};
    }
    last = block->epoch;
  }
  return Ok{};
}

}  // namespace potik::store
