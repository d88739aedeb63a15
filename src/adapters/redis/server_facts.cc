#include "adapters/redis/server_facts.h"

#include <charconv>

#include "adapters/redis/connection.h"
#include "adapters/redis/list_text.h"
#include "cache/list_json.h"

namespace potik::redis {
namespace {

// Of a line NAME:VALUE; empty where there is none.
std::string_view field(std::string_view info, std::string_view name) {
  while (!info.empty()) {
    const size_t end = info.find('\n');
    std::string_view line = info.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
      return line.substr(name.size() + 1);
    info = end == std::string_view::npos ? std::string_view() : info.substr(end + 1);
  }
  return {};
}

}  // namespace

ServerFacts read_info(std::string_view info) {
  ServerFacts facts;
  facts.version = field(info, "redis_version");
  facts.mode = field(info, "redis_mode");
  facts.role = field(info, "role");
  facts.eviction = field(info, "maxmemory_policy");
  const std::string_view bytes = field(info, "maxmemory");
  std::from_chars(bytes.data(), bytes.data() + bytes.size(), facts.memory_bytes_max);
  return facts;
}

Result<ServerFacts, std::string> look_at_server(const Options& options) {
  const auto connection = Connection::open(options);
  if (!connection) return Error{connection.error()};
  const auto info = (*connection)->ask({"INFO"});
  if (!info) return Error{info.error()};
  ServerFacts facts = read_info(info->text());
  const auto popular =
      (*connection)->ask({"HGET", key_of(options.prefix, cache::kUnknownUserKey), "list"});
  if (!popular) return Error{popular.error()};
  facts.has_popular_list = !popular->is_nil();
  return facts;
}

}  // namespace potik::redis
