#include "app/catalogue_page.h"

#include <utility>

#include "event/json_object.h"

namespace potik::app {

CataloguePage::CataloguePage() { out_.begin_object().key("videos").begin_array(); }

void CataloguePage::add(std::string_view id, const std::string& json) {
  const auto document = event::JsonObject::parse(json);
  if (!document || document->has("video_id")) {
    out_.raw(json);
    return;
  }
  out_.begin_object().field("video_id", id);
  for (const std::string& name : document->names()) out_.key(name).raw(*document->raw(name));
  out_.end_object();
}

std::string CataloguePage::finish(std::optional<uint32_t> next) && {
  out_.end_array().key("next");
  if (next) {
    out_.value(*next);
  } else {
    out_.null();
  }
  out_.end_object();
  return std::move(text_);
}

}  // namespace potik::app
