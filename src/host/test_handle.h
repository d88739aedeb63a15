#pragma once
// A handle of the ABI that closes itself, and what tests do with it.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "host/frame_io.h"
#include "host/potik_host.h"

namespace potik::host::testing {

struct Close {
  void operator()(potik_host* host) const { potik_host_close(host); }
};
using Handle = std::unique_ptr<potik_host, Close>;

inline Handle make(int role, const std::string& settings) {
  potik_host* host = nullptr;
  EXPECT_EQ(potik_host_create(role, settings.data(), settings.size(), &host), POTIK_OK)
      << potik_host_error(host);
  return Handle(host);
}

inline std::string framed(std::string_view frame) {
  std::string out;
  ByteWriter(out).text(frame);
  return out;
}

inline int push(const Handle& host, std::string_view frames) {
  uint8_t* const slab = potik_host_slab(host.get(), frames.size());
  std::copy(frames.begin(), frames.end(), slab);
  return potik_host_push(host.get(), slab, frames.size());
}

inline std::string_view view(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

inline std::string save(const Handle& part, uint32_t group) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  EXPECT_EQ(potik_host_save(part.get(), group, &bytes, &size), POTIK_OK)
      << potik_host_error(part.get());
  return std::string(view(bytes, size));
}

// What a part says of the state that it lets go.
inline std::string settle(const Handle& part) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  EXPECT_EQ(potik_host_settle(part.get(), &bytes, &size), POTIK_OK) << potik_host_error(part.get());
  return std::string(view(bytes, size));
}

// Calls `visit(head, frame)` with each frame that has come out.
template <class Visit>
void take(const Handle& host, Visit visit) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  ASSERT_EQ(potik_host_take(host.get(), &bytes, &size), POTIK_OK);
  const std::string all(view(bytes, size));
  ByteReader in(all);
  while (const auto frame = next_frame(in)) {
    ByteReader body(*frame);
    const auto head = take_head(body);
    ASSERT_TRUE(head.has_value());
    visit(*head, *frame);
  }
}

}  // namespace potik::host::testing
