#include "pipeline/recent_ids.h"

#include <algorithm>

namespace potik::pipeline {

RecentIds::Answer RecentIds::check(uint64_t id_hash, uint32_t content_hash) {
  const auto found = std::find(ids_.begin(), ids_.end(), id_hash);
  if (found != ids_.end()) {
    const bool same = contents_[static_cast<size_t>(found - ids_.begin())] == content_hash;
    return same ? Answer::duplicate : Answer::conflict;
  }
  if (ids_.size() < kRecentIds) {
    ids_.push_back(id_hash);
    contents_.push_back(content_hash);
  } else {
    ids_[next_] = id_hash;
    contents_[next_] = content_hash;
    next_ = (next_ + 1) % kRecentIds;
  }
  return Answer::fresh;
}

void RecentIds::save(ByteWriter& out) const {
  out.put(static_cast<uint32_t>(ids_.size()));
  out.put(next_);
  for (size_t i = 0; i < ids_.size(); ++i) {
    out.put(ids_[i]);
    out.put(contents_[i]);
  }
}

bool RecentIds::load(ByteReader& in) {
  const auto size = in.get<uint32_t>();
  next_ = in.get<uint32_t>();
  if (!in.ok() || size > kRecentIds || next_ >= kRecentIds) return false;
  if (size < kRecentIds && next_ != 0) return false;
  ids_.resize(size);
  contents_.resize(size);
  for (size_t i = 0; i < size; ++i) {
    ids_[i] = in.get<uint64_t>();
    contents_[i] = in.get<uint32_t>();
  }
  return in.ok();
}

}  // namespace potik::pipeline
