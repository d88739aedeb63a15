#include "base/utf8.h"

#include <cassert>

namespace potik {
namespace {

struct Lead {
  size_t bytes;        // of the sequence; 0 where no sequence starts so
  uint8_t second_min;  // bounds of the second byte, which shut out overlong forms and surrogates
  uint8_t second_max;
};

Lead classify(uint8_t first) {
  if (first < 0x80) return {1, 0, 0};
  if (first < 0xc2) return {0, 0, 0};
  if (first < 0xe0) return {2, 0x80, 0xbf};
  if (first == 0xe0) return {3, 0xa0, 0xbf};
  if (first == 0xed) return {3, 0x80, 0x9f};
  if (first < 0xf0) return {3, 0x80, 0xbf};
  if (first == 0xf0) return {4, 0x90, 0xbf};
  if (first < 0xf4) return {4, 0x80, 0xbf};
  if (first == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

size_t utf8_sequence_bytes(std::string_view text, size_t at) {
  if (at >= text.size()) return 0;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  const Lead lead = classify(byte(0));
  if (lead.bytes < 2) return lead.bytes;
  if (lead.bytes > text.size() - at) return 0;
  if (byte(1) < lead.second_min || byte(1) > lead.second_max) return 0;
  for (size_t i = 2; i < lead.bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  return lead.bytes;
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = utf8_sequence_bytes(text, at);
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

size_t write_utf8(char* out, uint32_t point) {
  assert(point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
  const auto tail = [point](uint32_t shift) {
    return static_cast<char>(0x80U | ((point >> shift) & 0x3fU));
  };
  if (point < 0x80) {
    out[0] = static_cast<char>(point);
    return 1;
  }
  if (point < 0x800) {
    out[0] = static_cast<char>(0xc0U | (point >> 6U));
    out[1] = tail(0);
    return 2;
  }
  if (point < 0x10000) {
    out[0] = static_cast<char>(0xe0U | (point >> 12U));
    out[1] = tail(6);
    out[2] = tail(0);
    return 3;
  }
  out[0] = static_cast<char>(0xf0U | (point >> 18U));
  out[1] = tail(12);
  out[2] = tail(6);
  out[3] = tail(0);
  return 4;
}

}  // namespace potik
