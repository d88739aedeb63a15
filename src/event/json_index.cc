#include "event/json_index.h"

#include <simdjson.h>

#include <cstdlib>

namespace potik::event {

struct JsonIndex::Impl {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

// The implementation's stage 1 is used rather than simdjson::ondemand because that is fixed at
// compile time to what the build's baseline allows, which on a portable x86-64 build is no vector
// code at all.
JsonIndex::JsonIndex(size_t json_bytes_max) : impl_(std::make_unique<Impl>()) {
  constexpr size_t kNesting = 1;  // stage 1 does not nest
  const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
      json_bytes_max, kNesting, impl_->parser);
  if (error != simdjson::SUCCESS) std::abort();  // out of memory at start-up
}

JsonIndex::~JsonIndex() = default;

bool JsonIndex::build(std::string_view json) {
  if (json.empty() || json.size() > impl_->parser->capacity()) return false;
  return impl_->parser->stage1(reinterpret_cast<const uint8_t*>(json.data()), json.size(),
                               simdjson::stage1_mode::regular) == simdjson::SUCCESS;
}

const uint32_t* JsonIndex::starts() const { return impl_->parser->structural_indexes.get(); }

size_t JsonIndex::size() const { return impl_->parser->n_structural_indexes; }

}  // namespace potik::event
