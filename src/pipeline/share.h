#pragma once
// Share: how an epoch's work is shared between threads: not at all where it is too little for the
// hand-over to pay. Threads: a plain value; the pool outlives it.

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/key_group.h"
#include "pipeline/worker_pool.h"

namespace potik::pipeline {

class Share {
 public:
  Share(WorkerPool& pool, size_t rows) : pool_(pool), alone_(rows < kRowsMin), owned_(shards()) {
    for (size_t group = 0; group < kKeyGroups; ++group) owned_[group % shards()][group] = 1;
  }
  // As WorkerPool::run().
  void operator()(size_t count, const std::function<void(size_t, size_t)>& work) const {
    if (alone_) {
      WorkerPool::run_here(count, work);
    } else {
      pool_.run(count, work);
    }
  }
  [[nodiscard]] size_t threads() const { return pool_.size(); }
  // Parts into which key groups of videos are dealt, and those of one part, by index.
  [[nodiscard]] size_t shards() const { return alone_ ? 1 : pool_.size(); }
  [[nodiscard]] const std::array<uint8_t, kKeyGroups>& owned(size_t shard) const {
    return owned_[shard];
  }

 private:
  static constexpr size_t kRowsMin = 256;
  WorkerPool& pool_;
  bool alone_;
  std::vector<std::array<uint8_t, kKeyGroups>> owned_;
};

}  // namespace potik::pipeline
