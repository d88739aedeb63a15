#include "enrich/profile.h"

#include <utility>

#include "base/stored_numbers.h"

namespace potik::enrich {

void Profile::put(event::UserProfile&& profile) {
  ++version;
  present = true;
  segment = std::move(profile.segment);
  json = std::move(profile.json);
}

void Profile::erase() {
  ++version;
  present = false;
  segment.clear();
  json.clear();
}

void Profile::save(ByteWriter& out) const {
  out.put(version);
  out.put(static_cast<uint8_t>(present));
  out.text(segment);
  out.text(json);
}

bool Profile::load(ByteReader& in) {
  version = in.get<uint32_t>();
  present = get_bool(in);
  segment = in.text();
  json = in.text();
  return in.ok();
}

}  // namespace potik::enrich
