#include "app/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <string_view>

#include "adapters/redis/server_url.h"
#include "adapters/rocksdb/rocksdb_epoch_journal.h"
#include "adapters/rocksdb/rocksdb_event_log.h"
#include "app/config_tables.h"
#include "base/key_group.h"
#include "event/event.h"
#include "event/reference.h"
#include "model/forecasts.h"
#include "model/live_quality.h"
#include "model/ranker.h"
#include "model/rounded_factors.h"
#include "model/taste.h"
#include "pipeline/recent_ids.h"
#include "pipeline/recent_likes.h"
#include "pipeline/viewer.h"

namespace potik::app {

namespace {

// A viewer at every limit: ring, affinities and recent ids full, and a profile of ordinary size.
constexpr uint64_t kProfileBytes = 512;
constexpr uint64_t kViewerBytes =
    sizeof(pipeline::Viewer) + model::kRingMax * sizeof(model::Watched) +
    (model::kAuthorsMax + model::kTastedTagsMax + model::kSurfacesMax) * sizeof(model::Affinity) +
    model::kAwaitedMax * sizeof(model::Awaited) + model::kAuthorsMax * sizeof(uint32_t) +
    std::bit_ceil(model::kForecastsMax) * sizeof(model::Forecast) +
    model::kOffersMax * sizeof(model::Offer) +
    pipeline::kRecentIds * (sizeof(uint64_t) + sizeof(uint32_t)) +
    model::CountedActs::kMax * sizeof(model::CountedAct) + 450 + kProfileBytes;
// A video with the neighbours that each may have, its detector's trace, and metadata of ordinary
// size.
constexpr uint64_t kMetadataBytes = 1'024;
// A row that has just grown is 7/16 full.
constexpr uint64_t kNeighbourBytes = (sizeof(model::Neighbour) * 16 + 6) / 7;
constexpr uint64_t kVideoBytes = sizeof(model::VideoStats) + sizeof(model::Prior) +
                                 model::kNeighboursAtLeast * kNeighbourBytes +
                                 sizeof(detect::VideoTrace) + 200 + kMetadataBytes;
// Of all key groups: the likes that a burst may take back, and what one epoch takes back, with what
// each paired with, and an id of 64 bytes.
uint64_t taken_bytes(const pipeline::CoreOptions& core) {
  const uint64_t pairs = core.cowatch_inputs * sizeof(model::Met);
  return kKeyGroups *
         (2 * pipeline::RecentLikes::kMax * (sizeof(pipeline::RecentLike) + 64 + pairs) +
          pipeline::kTakenMax * (sizeof(pipeline::PendingAct) + 2 * pairs));
}
constexpr uint64_t kRankerBytes = model::Ranker::kBytes + kKeyGroups * sizeof(model::LiveQuality);
// A slot of a table that is half empty after it has grown, and an id of 64 bytes.
constexpr uint64_t kServedBytes = 192;
// Columns and rows an epoch holds for each of its events, beside the event itself, with the slack
// of vectors that double.
constexpr uint64_t kEpochEventBytes = 2'048;
// A simulated viewer with the list it follows and what it does next; the videos it chooses from,
// and the events on their way.
constexpr uint64_t kCrowdViewerBytes = 1'024;
constexpr uint64_t kCrowdBytes = 8U << 20U;
// A viewer who comes and goes does an event in half a minute.
constexpr double kCrowdViewersPerEvent = 30;
// Epochs of any size beside those within the sinks' bounds: one being computed, and one that alone
// may exceed them.
constexpr uint64_t kEpochsAlive = 2;

// Vectors of both sides, the viewers of each video, the videos of each viewer.
uint64_t factor_bytes(const pipeline::CoreOptions& core) {
  constexpr uint64_t kViewerOfVideo = sizeof(uint32_t);
  constexpr uint64_t kVideo = 3 * sizeof(model::Factors) + model::RoundedFactors::kBytesEach + 80 +
                              model::kViewersAtLeast * kViewerOfVideo;
  constexpr uint64_t kViewer =
      sizeof(model::Factors) + 96 + model::kFactorRing * sizeof(VideoHandle);
  // What the acts of one epoch pair with: the budget's worth in full, of others a few.
  const uint64_t paired =
      core.learned_per_second_max * uint64_t{10} * model::kFactorRing * sizeof(model::Met);
  return paired + core.videos.videos_max * kVideo + core.factors.pairs_max * kViewerOfVideo +
         core.factors.viewers_max * kViewer;
}

std::string sentence_over_limit(const std::vector<MemoryShare>& shares, uint64_t limit) {
  std::string text = "the declared limits sum to " + std::to_string(total_bytes(shares)) +
                     " bytes, more than memory.limit_bytes = " + std::to_string(limit) +
                     ": raise it, or lower the largest of";
  for (const MemoryShare& share : shares) {
    text += " " + share.component + " " + std::to_string(share.bytes) + ",";
  }
  text.back() = '.';
  return text;
}

bool is_numeric_address(const std::string& host, int family) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(family, host.c_str(), bytes.data()) == 1;
}

}  // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view port = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  const std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    address.host = host.substr(1, host.size() - 2);
    if (!is_numeric_address(address.host, AF_INET6)) return std::nullopt;
  } else {
    address.host = host == "localhost" ? "127.0.0.1" : host;
    if (!is_numeric_address(address.host, AF_INET)) return std::nullopt;
  }
  return address;
}

Config::Config() {
  // Smaller than the runner's own default, so that the whole fits a machine of 8 GiB.
  runner.viewers_in_memory_max = 100'000;
  derive();
}

void Config::derive() {
  api.query = store.query;
  api.list_videos_max = core.list_length;
  runner.enriched = pipeline::enriched_form(kafka.enriched).value_or(pipeline::EnrichedForm::json);
  runner.on_gap = log.on_gap == "skip" ? pipeline::OnGap::skip : pipeline::OnGap::stop;
  // A log that others write to cannot wake the runner, and a look costs a microsecond.
  if (log.kind == "kafka") runner.poll_ms = 2;
}

uint32_t crowd_viewers(const DemoConfig& config) {
  constexpr uint32_t kLeast = 200;
  return std::max(kLeast, static_cast<uint32_t>(config.crowd_rate * kCrowdViewersPerEvent));
}

uint64_t declared_bytes(const Config& config, MemoryComponent component) {
  switch (component) {
    case MemoryComponent::viewers:
      return config.runner.viewers_in_memory_max * kViewerBytes;
    case MemoryComponent::videos:
      return config.core.videos.videos_max * kVideoBytes +
             config.core.videos.neighbours_total * kNeighbourBytes + taken_bytes(config.core) +
             model::introduction_bytes(config.core.introductions, config.core.videos.videos_max);
    case MemoryComponent::ranker:
      return kRankerBytes;
    case MemoryComponent::factors:
      return factor_bytes(config.core);
    case MemoryComponent::served:
      return config.core.served_max * kServedBytes;
    case MemoryComponent::epochs:
      return kEpochsAlive * config.runner.epoch_events_max *
                 (event::kEventBytesMax + kEpochEventBytes) +
             pipeline::kept_bytes_max(config.runner.sink);
    case MemoryComponent::log:
      return config.log.commit.queue_bytes_max + config.log.commit.batch_bytes_max +
             (config.log.kind == "kafka"
                  ? config.kafka.fetch_bytes_max + config.runner.output.in_flight_bytes_max
                  : config.log.memtable_bytes_max +
                        rocksdb::EventLogOptions{}.block_cache_bytes_max);
    case MemoryComponent::journal: {
      const rocksdb::EpochJournalOptions journal;
      return journal.memtable_bytes_max + journal.block_cache_bytes_max;
    }
    case MemoryComponent::state:
      return config.state.memtable_bytes_max + config.state.block_cache_bytes_max;
    case MemoryComponent::sink:
      return config.runner.sink.in_flight_bytes_max;
    case MemoryComponent::store:
      return config.store.memory_bytes_max +
             (config.api.query_threads + config.api.queries_waiting_max) *
                 uint64_t{config.store.query.bytes_max};
    case MemoryComponent::cache:
      return config.cache.bytes_max +
             (config.shared_cache.is_redis() ? config.shared_cache.redis_queue_bytes_max : 0);
    case MemoryComponent::comments:
      return config.http.comments_bytes_max;
    case MemoryComponent::http:
      return config.http.server.connections_max *
                 (kConnectionBytes + (config.http.server.tls.used() ? kTlsBytes : 0)) +
             config.http.server.bodies_bytes_max +
             config.access.control.callers_max * api::kCallerBytes;
    case MemoryComponent::crowd:
      return config.demo.crowd_rate > 0
                 ? kCrowdBytes + crowd_viewers(config.demo) * kCrowdViewerBytes
                 : 0;
  }
  return 0;
}

std::vector<MemoryShare> declared_memory(const Config& config) {
  std::vector<MemoryShare> shares;
  for (size_t i = 0; i < kMemoryComponents.size(); ++i) {
    shares.push_back({std::string(kMemoryComponents[i]),
                      declared_bytes(config, static_cast<MemoryComponent>(i))});
  }
  return shares;
}

uint64_t total_bytes(const std::vector<MemoryShare>& shares) {
  uint64_t sum = 0;
  for (const MemoryShare& share : shares) sum += share.bytes;
  return sum;
}

std::vector<std::string> contradictions(const Config& config) {
  std::vector<std::string> found;
  const std::vector<MemoryShare> shares = declared_memory(config);
  if (total_bytes(shares) > config.memory.limit_bytes) {
    found.push_back(sentence_over_limit(shares, config.memory.limit_bytes));
  }
  if (!parse_listen(config.http.listen)) {
    found.push_back("http.listen = \"" + config.http.listen +
                    "\" is no ADDRESS:PORT of numbers, as in 127.0.0.1:8080, 0.0.0.0:8080 or "
                    "[::1]:8080.");
  }
  if (config.log.kind != "rocksdb" && config.log.kind != "kafka") {
    found.push_back("log.kind = \"" + config.log.kind + "\" is neither rocksdb nor kafka.");
  }
  if (config.log.on_gap != "stop" && config.log.on_gap != "skip") {
    found.push_back("log.on_gap = \"" + config.log.on_gap + "\" is neither stop nor skip.");
  }
  if (!pipeline::enriched_form(config.kafka.enriched)) {
    found.push_back("kafka.enriched = \"" + config.kafka.enriched +
                    "\" is neither json nor blocks nor both.");
  }
  if (config.shared_cache.kind != "memory" && !config.shared_cache.is_redis()) {
    found.push_back("cache.kind = \"" + config.shared_cache.kind +
                    "\" is neither memory nor redis.");
  }
  if (const auto url = redis::parse_url(config.shared_cache.redis_url); !url) {
    found.push_back("cache.redis_url " + url.error() + ".");
  }
  if (config.data_dir.empty()) {
    found.emplace_back("data_dir is empty: name the folder in which state lives.");
  }
  if (config.core.videos.unlisted_max > config.core.videos.videos_max) {
    found.emplace_back(
        "model.unlisted_max is above model.videos_max, of which it is a part: lower it.");
  }
  const detect::UserDetectorOptions& user = config.core.user_detector;
  const double likes =
      user.likes_per_second_max * static_cast<double>(user.like_window_ms) / 1000.0;
  if (likes >= static_cast<double>(detect::UserTrace::kLikesMax)) {
    found.push_back("detect.likes_per_second_max times detect.like_window_ms allows " +
                    std::to_string(static_cast<int64_t>(likes)) +
                    " likes, but a viewer's trace holds " +
                    std::to_string(detect::UserTrace::kLikesMax) + ": lower one of them.");
  }
  if (config.log.commit.batch_bytes_max > config.log.commit.queue_bytes_max) {
    found.emplace_back(
        "log.batch_bytes_max is above log.queue_bytes_max, which it can never reach: lower it.");
  }
  if (config.api.list_videos_default > config.api.list_videos_max) {
    found.emplace_back(
        "http.list_videos_default is above model.list_length, the most a list holds: lower it.");
  }
  if (config.http.server.body_bytes_max > config.log.commit.queue_bytes_max) {
    found.emplace_back(
        "http.body_bytes_max is above log.queue_bytes_max: such a body could never be taken; lower "
        "it.");
  }
  if (config.http.server.body_bytes_max > config.http.server.bodies_bytes_max) {
    found.emplace_back(
        "http.body_bytes_max is above http.bodies_bytes_max, the room for all bodies: lower it.");
  }
  find_monitoring_faults(config, found);
  append_access_contradictions(config, found);
  return found;
}

}  // namespace potik::app
