#pragma once
// What is known of a viewer besides acts: the profile's current version. Part of the viewer's keyed
// state.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "event/reference.h"

namespace potik::enrich {

struct Profile {
  uint32_t version = 0;  // grows by one with each put or delete; 0: never given
  bool present = false;  // given and not deleted
  std::string segment;
  std::string json;  // the document as put

  void put(event::UserProfile&& profile);
  void erase();
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const { return segment.capacity() + json.capacity(); }
};

}  // namespace potik::enrich
