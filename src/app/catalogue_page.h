#pragma once
// CataloguePage: the document of GET /v1/videos, written video by video.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_writer.h"

namespace potik::app {

// A plain value for one thread.
class CataloguePage {
 public:
  CataloguePage();
  CataloguePage(const CataloguePage&) = delete;
  CataloguePage& operator=(const CataloguePage&) = delete;

  // The video's metadata as they were sent, and with its id where only the path had that.
  void add(std::string_view id, const std::string& json);
  // `next`: behind which number another page begins; nothing if this is the last.
  [[nodiscard]] std::string finish(std::optional<uint32_t> next) &&;

 private:
  std::string text_;
  JsonWriter out_{text_};
};

}  // namespace potik::app
