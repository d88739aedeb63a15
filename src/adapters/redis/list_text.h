#pragma once
// Lists as they stand in Redis: names of keys, versions, the channel, the scripts
// (docs/formats/redis.md). Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "cache/recommendation.h"

namespace potik::redis {

[[nodiscard]] std::string key_of(const std::string& prefix, std::string_view user_id);
[[nodiscard]] std::string channel_of(const std::string& prefix);

// 40 digits, whose order as text is that of cache::is_older: time of computation and epoch, or all
// zeros where the epoch is 0.
[[nodiscard]] std::string version_of(const cache::Receipt& receipt);

// How a put behaves towards what is there.
enum class PutMode : uint8_t {
  newest,   // takes its place unless that is newer
  replace,  // takes its place: an erase came before
  fill,     // only where there is none, or an older one
};
[[nodiscard]] std::string_view word(PutMode mode);

// KEYS[1] the list's key; ARGV: version, list, seconds to live (0: for ever), channel, user, mode.
// 1 when the list was taken, 0 when what is there stays.
inline constexpr std::string_view kPutScript =
    "local have = redis.call('HGET', KEYS[1], 'version')\n"
    "if have and ARGV[6] ~= 'replace' then\n"
    "  if ARGV[1] < have or (ARGV[6] == 'fill' and ARGV[1] == have) then return 0 end\n"
    "end\n"
    "redis.call('HSET', KEYS[1], 'version', ARGV[1], 'list', ARGV[2])\n"
    "if ARGV[3] == '0' then redis.call('PERSIST', KEYS[1])\n"
    "else redis.call('EXPIRE', KEYS[1], ARGV[3]) end\n"
    "redis.call('PUBLISH', ARGV[4], '+' .. ARGV[5])\n"
    "return 1\n";

// What the channel says: a sign and the user.
inline constexpr char kPutSign = '+';
inline constexpr char kEraseSign = '-';

}  // namespace potik::redis
