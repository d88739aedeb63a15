// The options. A reason stands where a default is more than a guess; "bound" says that it only
// keeps memory finite.

#include <array>
#include <limits>
#include <vector>

#include "app/config_tables.h"

namespace potik::app {

namespace {

using C = Config;
using Server = beast::ServerOptions;
using pipeline::CoreOptions;
using pipeline::RunnerOptions;
using pipeline::SinkOptions;
using Output = pipeline::OutputOptions;
using User = detect::UserDetectorOptions;
using Video = detect::VideoDetectorOptions;

constexpr std::array kBeforeModel = std::to_array<Option>({
    {"data_dir", at<&C::data_dir>, 0, 0, "",
     "Folder in which log, journal, snapshots and the analytical store live; relative to where "
     "potik is started."},
    {"http.listen", at<&C::http, &HttpConfig::listen>, 0, 0, "",
     "Address and port of the API and the pages. Loopback, because nothing should be open to a "
     "network unless asked for."},
    {"http.threads", at<&C::http, &HttpConfig::server, &Server::threads>, 1, 256, "threads",
     "Threads that read and answer requests. Two keep a small machine's cores busy beside the "
     "pipeline."},
    {"http.header_bytes_max", at<&C::http, &HttpConfig::server, &Server::header_bytes_max>, 1024,
     1048576, "bytes", "Longest request head; longer ones are answered 431."},
    {"http.body_bytes_max", at<&C::http, &HttpConfig::server, &Server::body_bytes_max>, 16384,
     1073741824, "bytes",
     "Longest request body; longer ones are answered 413. Room for some 50,000 events in one "
     "request."},
    {"http.bodies_bytes_max", at<&C::http, &HttpConfig::server, &Server::bodies_bytes_max>, 1048576,
     kTiB, "bytes",
     "Memory for the bodies of all requests at once; beyond it requests are answered 503 with "
     "Retry-After. Sixteen of the longest."},
    {"http.lines_max", at<&C::api, &api::Options::lines_max>, 1, 10000000, "lines",
     "Most events or reference documents in one request; more are answered 413, so that one "
     "request cannot hold up the others."},
    {"http.connections_max", at<&C::http, &HttpConfig::server, &Server::connections_max>, 1,
     1000000, "connections",
     "Open connections; further ones get 503 and are closed. A bound on memory and file handles."},
    {"http.listeners_max", at<&C::http, &HttpConfig::listeners_max>, 1, 1000000, "listeners",
     "Open streams of server-sent events; further ones are answered 503."},
    {"http.comments_bytes_max", at<&C::http, &HttpConfig::comments_bytes_max>, 65536, kTiB, "bytes",
     "Newest comments kept for the pages; older ones are in the store alone. Some 50,000 short "
     "ones."},
    {"http.idle_timeout_ms", at<&C::http, &HttpConfig::server, &Server::idle_timeout_ms>, 100,
     3600000, "ms",
     "A connection without a request is closed after this. A minute outlives the pause between a "
     "viewer's acts."},
    {"http.answer_timeout_ms", at<&C::http, &HttpConfig::server, &Server::answer_timeout_ms>, 100,
     3600000, "ms",
     "A request without an answer after this gets 504; exports may take longer. Three times the "
     "longest question to the store."},
    {"http.heartbeat_ms", at<&C::http, &HttpConfig::server, &Server::heartbeat_ms>, 10, 3600000,
     "ms",
     "A quiet stream of server-sent events gets a comment this often. Proxies close what is silent "
     "for half a minute."},
    {"http.stream_events_max", at<&C::http, &HttpConfig::server, &Server::stream_events_max>, 1,
     1000000, "events",
     "Alerts waiting for one slow viewer of the operations page; further ones it finds in "
     "/v1/alerts."},
    {"http.stream_bytes_max", at<&C::http, &HttpConfig::server, &Server::stream_bytes_max>, 4096,
     kTiB, "bytes", "And their size. A bound."},
    {"http.drain_timeout_ms", at<&C::http, &HttpConfig::server, &Server::drain_timeout_ms>, 0,
     600000, "ms",
     "After a refusal what the client still sends is read for this long, so that it can read the "
     "answer."},
    {"http.lag_records_max", at<&C::api, &api::Options::lag_records_max>, 1000, 1e12, "records",
     "Records waiting to be processed beyond which new events are answered 429 with Retry-After. "
     "Some seconds of work."},
    {"http.retry_after_s", at<&C::api, &api::Options::retry_after_s>, 1, 3600, "s",
     "What Retry-After says when a queue is full or all places are taken: enough for a queue to "
     "empty, and short enough for a page. A full disk says 30, one connection too many 5."},
    {"http.allowed_origins",
     at<&C::api, &api::Options::router, &api::RouterOptions::allowed_origins>, 0, 0, "",
     "Origins (as https://example.org) whose pages may read answers and send changes. None but the "
     "own pages, unless asked for."},
    {"http.allowed_hosts", at<&C::api, &api::Options::router, &api::RouterOptions::allowed_hosts>,
     0, 0, "",
     "Names, without ports, under which a server on the loopback may be asked beside localhost, "
     "127.0.0.1 and [::1]; others are answered 421, so that no foreign page reaches it by a name "
     "of its own."},
    {"http.list_videos_default", at<&C::api, &api::Options::list_videos_default>, 1, 50, "videos",
     "Videos in an answer that does not ask for a number."},
    {"http.tombstones_max", at<&C::api, &api::Options::tombstones_max>, 1, 100000000, "videos",
     "Deleted videos that are filtered out of lists computed before their deletion."},
    {"http.stats_interval_ms", at<&C::api, &api::Options::stats_interval_ms>, 100, 60000, "ms",
     "How often the operations page is told the figures."},
    {"http.stats_viewers_max", at<&C::api, &api::Options::stats_viewers_max>, 1, 1000000,
     "listeners", "Open operations pages; further ones are answered 503."},
    {"http.stop_timeout_ms", at<&C::http, &HttpConfig::server, &Server::stop_grace_ms>, 0, 600000,
     "ms", "How long a stop waits for requests being answered before it closes their connections."},
    {"http.tls_certificate_file",
     at<&C::http, &HttpConfig::server, &Server::tls, &beast::TlsFiles::certificate>, 0, 0, "",
     "PEM file with the certificate, and those between it and the authority behind it: the server "
     "then speaks https alone. Empty: http."},
    {"http.tls_key_file", at<&C::http, &HttpConfig::server, &Server::tls, &beast::TlsFiles::key>, 0,
     0, "", "PEM file with the certificate's private key, without a passphrase."},
    {"http.tls_handshake_timeout_ms",
     at<&C::http, &HttpConfig::server, &Server::tls_handshake_timeout_ms>, 100, 600000, "ms",
     "A client that has not finished the TLS handshake by then is cut off. Ten seconds are many "
     "round trips."},
    {"log.kind", at<&C::log, &LogConfig::kind>, 0, 0, "",
     "Where the event log is: rocksdb, in the data folder, or kafka, in the topics of a cluster."},
    {"log.partitions", at<&C::log, &LogConfig::partitions>, 1, 128, "partitions",
     "Partitions of events in the embedded log, fixed when the data folder is made; in Kafka the "
     "topics say. Eight divide the 128 key groups evenly over as many threads."},
    {"log.on_gap", at<&C::log, &LogConfig::on_gap>, 0, 0, "",
     "Where the log has forgotten records before they were processed, as retention does in Kafka: "
     "stop with an error that says which, or skip them, which is counted "
     "(potik_records_skipped_total). Stop, so that nothing is lost in silence."},
    {"log.queue_bytes_max",
     at<&C::log, &LogConfig::commit, &log::GroupCommitOptions::queue_bytes_max>, 1048576, kTiB,
     "bytes",
     "Events waiting for the next durable write; beyond it requests are answered 503. A second of "
     "traffic at full speed."},
    {"log.batch_bytes_max",
     at<&C::log, &LogConfig::commit, &log::GroupCommitOptions::batch_bytes_max>, 65536, 1073741824,
     "bytes",
     "Largest single durable write; larger ones would not be faster, and delay the answers behind "
     "them."},
    {"log.stall_ms", at<&C::log, &LogConfig::commit, &log::GroupCommitOptions::stall_ms>, 1, 600000,
     "ms",
     "A write under way for longer counts as failing: further requests are answered 503 at once "
     "instead of waiting behind it. Far above a slow disk's sync, far below kafka.timeout_ms."},
    {"log.memtable_bytes_max", at<&C::log, &LogConfig::memtable_bytes_max>, 1048576, kTiB, "bytes",
     "Memory of the log's write buffers. A bound."},
    {"kafka.brokers", at<&C::kafka, &KafkaConfig::brokers>, 0, 0, "",
     "Where to ask for the cluster: host:port, several with commas between."},
    {"kafka.name", at<&C::kafka, &KafkaConfig::name>, 0, 0, "",
     "Name of this installation in the cluster: its client id, its transactions and its mark of "
     "what is published go by it. Two that publish must differ."},
    {"kafka.topic_prefix", at<&C::kafka, &KafkaConfig::topic_prefix>, 0, 0, "",
     "What the names of all topics begin with; the rest is events, users, videos, enriched, "
     "recommendations, alerts, dead-letters, rows, progress."},
    {"kafka.properties_file", at<&C::kafka, &KafkaConfig::properties_file>, 0, 0, "",
     "File with further settings of librdkafka, a line each as name=value: security.protocol, "
     "sasl.*, ssl.* and the like. Apart, so that secrets are not in this file."},
    {"kafka.timeout_ms", at<&C::kafka, &KafkaConfig::timeout_ms>, 100, 600000, "ms",
     "A write or a question that brokers have not answered by then has failed; it is then tried "
     "again, and the gateway answers 503 meanwhile."},
    {"kafka.linger_ms", at<&C::kafka, &KafkaConfig::linger_ms>, 0, 1000, "ms",
     "How long a record waits for company. Requests are gathered before, so that little is left to "
     "gain."},
    {"kafka.fetch_bytes_max", at<&C::kafka, &KafkaConfig::fetch_bytes_max>, 1048576, kTiB, "bytes",
     "Memory for records that were read ahead. A bound; a second of traffic at full speed."},
    {"kafka.transaction_timeout_ms", at<&C::kafka, &KafkaConfig::transaction_timeout_ms>, 1000,
     900000, "ms",
     "Brokers give up a transaction of ours that is open for longer, so that readers do not wait "
     "for a process that is gone. At most what they allow (transaction.max.timeout.ms)."},
    {"kafka.publish", at<&C::kafka, &KafkaConfig::publish>, 0, 0, "",
     "Publish enriched events, lists, alerts and dead letters to topics."},
    {"kafka.enriched", at<&C::kafka, &KafkaConfig::enriched>, 0, 0, "",
     "How enriched events are published: json, a record each that anybody reads; blocks, many in a "
     "record with all other rows of the store, for potik sink; or both. JSON, because it needs no "
     "reader of ours."},
    {"kafka.publish_records", at<&C::runner, &RunnerOptions::output, &Output::commit_records>, 1,
     10000000, "records", "Results in one transaction. Ten thousand and more make its cost small."},
    {"kafka.publish_delay_ms", at<&C::runner, &RunnerOptions::output, &Output::commit_delay_ms>, 0,
     60000, "ms",
     "Results wait at most this long for a transaction; it delays what readers of the topics see."},
    {"kafka.publish_bytes_max",
     at<&C::runner, &RunnerOptions::output, &Output::in_flight_bytes_max>, 1048576, kTiB, "bytes",
     "Memory for results waiting to be published; beyond it processing waits. A bound."},
    {"kafka.retry_delay_ms", at<&C::runner, &RunnerOptions::output, &Output::retry_delay_ms>, 1,
     600000, "ms", "Pause before results that could not be published are tried again."},
    {"epoch.threads", at<&C::runner, &RunnerOptions::threads>, 1, 128, "threads",
     "Threads that process an epoch. Changes speed, never a byte of state or output."},
    {"epoch.events_max", at<&C::runner, &RunnerOptions::epoch_events_max>, 1, 10000000, "records",
     "Records in one epoch. Larger ones are cheaper per event and make fresh lists wait longer."},
    {"epoch.delay_ms", at<&C::runner, &RunnerOptions::epoch_delay_ms>, 0, 60000, "ms",
     "An epoch opens at least this long after the last one. Far below what a viewer notices, and "
     "long enough to gather events."},
    {"state.viewers_in_memory_max", at<&C::runner, &RunnerOptions::viewers_in_memory_max>, 1000,
     1e9, "viewers",
     "Viewers held in memory; those who have not acted for longest rest in the state store and "
     "come back when they act."},
    {"state.snapshot_interval_ms", at<&C::runner, &RunnerOptions::snapshot_interval_ms>, 10,
     3600000, "ms",
     "Time between snapshots. It bounds what a restart has to replay; a snapshot writes only what "
     "changed."},
    {"state.snapshot_viewers_max", at<&C::runner, &RunnerOptions::snapshot_viewers_max>, 1, 1e9,
     "viewers", "Changed viewers that force a snapshot earlier, so that they can leave memory."},
    {"state.memtable_bytes_max", at<&C::state, &StateConfig::memtable_bytes_max>, 1048576, kTiB,
     "bytes", "Memory of the state store's write buffers. A bound."},
    {"state.block_cache_bytes_max", at<&C::state, &StateConfig::block_cache_bytes_max>, 1048576,
     kTiB, "bytes", "Cache of the state store's blocks, for viewers who come back."},
    {"state.inquiries_max", at<&C::runner, &RunnerOptions::inquiries_max>, 1, 1000000, "questions",
     "Waiting questions to the core (lists to compute, users to show); beyond it requests are "
     "answered 503."},
    {"state.waiters_max", at<&C::runner, &RunnerOptions::waiters_max>, 1, 1000000, "requests",
     "Changes of users and videos that wait until they are processed; beyond it further ones are "
     "answered 429 and not kept. One for each connection."},
    {"served.ttl_ms", at<&C::core, &CoreOptions::served_ttl_ms>, 1000, kDay, "ms",
     "After a request a viewer's list is refreshed with each of their acts for this long. Ten "
     "minutes outlast a pause."},
    {"served.users_max", at<&C::core, &CoreOptions::served_max>, 1, 1e8, "viewers",
     "Viewers whose lists are kept fresh at once; further ones get lists computed when asked."},
    {"served.everyone", at<&C::serve_everyone>, 0, 0, "",
     "Of potik process, and of potik serve with lists in Redis, which do not see who asks "
     "elsewhere: everyone who acts gets a fresh list. Without it no list is published but that for "
     "unknown users."},
    {"served.everyone_lists_max", at<&C::core, &CoreOptions::everyone_lists_max>, 128, 1e9, "lists",
     "And at most so many of them in one epoch, in equal shares by key group; who gets none keeps "
     "the last one until they act again. A bound, far above epoch.events_max."},
    {"served.pending_max", at<&C::runner, &RunnerOptions::served_pending_max>, 1, 1e8, "viewers",
     "Requests waiting to be noted by the next epoch; beyond it they are forgotten, which costs "
     "freshness only."},
});

constexpr std::array kAfterModel = std::to_array<Option>({
    {"detect.likes_per_second_max",
     at<&C::core, &CoreOptions::user_detector, &User::likes_per_second_max>, 0.1, 1000, "likes/s",
     "Likes by one viewer over like_window_ms. Nobody watches three videos a second."},
    {"detect.like_window_ms", at<&C::core, &CoreOptions::user_detector, &User::like_window_ms>,
     1000, 60000, "ms",
     "Window of likes_per_second_max: short enough to raise within two seconds, long enough for a "
     "quick finger."},
    {"detect.same_comment_max", at<&C::core, &CoreOptions::user_detector, &User::same_comment_max>,
     1, 60000, "comments", "The same text by one viewer within comment_window_ms."},
    {"detect.comment_window_ms",
     at<&C::core, &CoreOptions::user_detector, &User::comment_window_ms>, 1000, kDay, "ms",
     "Window in which a viewer's comments are compared."},
    {"detect.watch_per_wall_max",
     at<&C::core, &CoreOptions::user_detector, &User::watch_per_wall_max>, 1, 100, "ratio",
     "Watched time per wall time by one viewer: two devices at once are believed."},
    {"detect.watch_slack_ms", at<&C::core, &CoreOptions::user_detector, &User::watch_slack_ms>,
     1000, kDay, "ms",
     "Watch time a viewer may save up, for events that arrive in bunches and out of order."},
    {"detect.watch_late_ms", at<&C::core, &CoreOptions::user_detector, &User::watch_late_ms>, 0,
     kDay, "ms",
     "Time that no play has claimed, kept for plays older than the viewer's newest: a second "
     "device "
     "that was out of reach for half an hour is believed."},
    {"detect.watch_per_duration_max",
     at<&C::core, &CoreOptions::user_detector, &User::watch_per_duration_max>, 1, 100000, "ratio",
     "Watch time of one play per length of its video: loops are normal. In recorded traffic of "
     "82,000 plays 4 are above it."},
    {"detect.burst_window_ms", at<&C::core, &CoreOptions::video_detector, &Video::burst_window_ms>,
     1000, 600000, "ms", "Window in which bursts of likes on one video are looked for, in tenths."},
    {"detect.burst_likes_min", at<&C::core, &CoreOptions::video_detector, &Video::burst_likes_min>,
     5, 1e9, "likes", "Likes below which nothing is a burst: a group of friends is none."},
    {"detect.burst_factor", at<&C::core, &CoreOptions::video_detector, &Video::burst_factor>, 1,
     1000, "spreads",
     "Spreads (square root of the expected likes) above the video's own baseline that make a "
     "burst."},
    {"detect.likes_per_play_max",
     at<&C::core, &CoreOptions::video_detector, &Video::likes_per_play_max>, 0.01, 1000,
     "likes/play",
     "Likes above the baseline per play in the same time: people watch before they like, a popular "
     "video passes."},
    {"detect.likes_per_user_max",
     at<&C::core, &CoreOptions::video_detector, &Video::likes_per_user_max>, 1, 1000,
     "likes/viewer", "Likes per distinct viewer in the window: a crowd likes once each."},
    {"detect.baseline_half_life_ms",
     at<&C::core, &CoreOptions::video_detector, &Video::baseline_half_life_ms>, 60000, 3.2e10, "ms",
     "Half-life of a video's usual rate of likes: an hour follows the day and forgets a peak."},
    {"detect.video_same_comment_max",
     at<&C::core, &CoreOptions::video_detector, &Video::same_comment_max>, 1, 60000, "comments",
     "The same text on one video within video_comment_window_ms, by any viewers."},
    {"detect.video_same_comment_share_min",
     at<&C::core, &CoreOptions::video_detector, &Video::same_comment_share_min>, 0, 1, "share",
     "And its share of the video's comments: many people write the same short word under a popular "
     "video."},
    {"detect.video_comment_window_ms",
     at<&C::core, &CoreOptions::video_detector, &Video::comment_window_ms>, 1000, kDay, "ms",
     "Window in which a video's comments are compared."},
    {"detect.quarantine", at<&C::core, &CoreOptions::quarantine>, 0, 0, "",
     "What is suspicious neither counts nor teaches. Without it detectors raise alerts and mark "
     "events, and attackers teach like anybody: for comparison only."},
    {"detect.quarantine_ms", at<&C::core, &CoreOptions::quarantine_ms>, 0, kDay, "ms",
     "How long nothing counts of what a viewer does after an act for which the viewer is "
     "suspicious. An honest one who was mistaken loses ten minutes."},
    {"detect.unlearn_window_ms", at<&C::core, &CoreOptions::unlearn_window_ms>, 0, kDay, "ms",
     "How far back a suspicious viewer's acts are taken out again, at most the last 48: what came "
     "before a detector was sure."},
    {"detect.resolve_after_ms",
     at<&C::core, &CoreOptions::alerts, &detect::AlertBookOptions::resolve_after_ms>, 1000, kDay,
     "ms", "Event time without a further signal after which an alert is over."},
    {"detect.alerts_open_max",
     at<&C::core, &CoreOptions::alerts, &detect::AlertBookOptions::open_max>, 1, 1000000, "alerts",
     "Open alerts; beyond it signals are counted but open none. More could not be read by a "
     "person."},
    {"store.commit_facts", at<&C::runner, &RunnerOptions::sink, &SinkOptions::commit_facts>, 1, 1e8,
     "rows", "Rows that make a commit of the store at once: its best size, one row group."},
    {"store.commit_delay_ms", at<&C::runner, &RunnerOptions::sink, &SinkOptions::commit_delay_ms>,
     1, 600000, "ms",
     "An epoch waits at most this long for its commit, so that queries see it soon."},
    {"store.in_flight_facts_max",
     at<&C::runner, &RunnerOptions::sink, &SinkOptions::in_flight_facts_max>, 1, 1e9, "rows",
     "Rows waiting for the store; beyond it processing waits. Four commits."},
    {"store.in_flight_bytes_max",
     at<&C::runner, &RunnerOptions::sink, &SinkOptions::in_flight_bytes_max>, 1048576, kTiB,
     "bytes",
     "Memory of epochs waiting for the store, frames and rows alike; beyond it processing waits. "
     "Up "
     "to half as much again is kept for epochs to come."},
    {"store.retry_delay_ms", at<&C::runner, &RunnerOptions::sink, &SinkOptions::retry_delay_ms>, 1,
     600000, "ms", "Pause before a failed commit (a full disk) is tried again."},
    {"store.threads", at<&C::store, &StoreConfig::threads>, 1, 256, "threads",
     "Threads of the store's engine. More speed up questions; the writer uses one, and two cost it "
     "two fifths more processor time a row."},
    {"store.memory_bytes_max", at<&C::store, &StoreConfig::memory_bytes_max>, 67108864, kTiB,
     "bytes", "Memory of the store's engine; larger questions spill to the data folder."},
    {"store.wal_bytes_max", at<&C::store, &StoreConfig::wal_bytes_max>, 1048576, kTiB, "bytes",
     "Write-ahead log at which a commit checkpoints. At the engine's own 16 MiB each row is "
     "rewritten too often; at 256 MiB a restart replays for seconds."},
    {"store.spill_bytes_max", at<&C::store, &StoreConfig::spill_bytes_max>, 0, kTiB, "bytes",
     "Disk that questions may take when they outgrow the memory."},
    {"store.queries_max", at<&C::store, &StoreConfig::queries_max>, 1, 1000, "queries",
     "Questions the engine takes at once."},
    {"store.export_dir", at<&C::store, &StoreConfig::export_dir>, 0, 0, "",
     "Folder below which a running server writes Parquet exports (POST /v1/export, potik export); "
     "relative to data_dir. Empty: it writes none."},
    {"store.query_threads", at<&C::api, &api::Options::query_threads>, 1, 256, "threads",
     "Questions over HTTP that run at once. Fewer than store.queries_max, so that an export finds "
     "room."},
    {"store.queries_waiting_max", at<&C::api, &api::Options::queries_waiting_max>, 0, 100000,
     "queries", "Questions over HTTP that may wait for their turn; further ones are answered 503."},
    {"store.query_rows_max", at<&C::store, &StoreConfig::query, &store::QueryLimits::rows_max>, 1,
     1e9, "rows", "Rows of one answer; it says when it was cut."},
    {"store.query_bytes_max", at<&C::store, &StoreConfig::query, &store::QueryLimits::bytes_max>,
     1024, kTiB, "bytes", "Size of one answer; it says when it was cut."},
    {"store.query_timeout_ms", at<&C::store, &StoreConfig::query, &store::QueryLimits::timeout_ms>,
     1, 3600000, "ms", "A question that takes longer is interrupted."},
    {"sink.held_bytes_max", at<&C::row_sink, &RowSinkConfig::held_bytes_max>, 1048576, kTiB,
     "bytes",
     "Memory of potik sink for epochs of which pieces are still to come; beyond it it ends with an "
     "error. A bound; some seconds of traffic at full speed."},
    {"demo.crowd_rate", at<&C::demo, &DemoConfig::crowd_rate>, 0, 1000, "events/s",
     "Events of the simulated crowd that `potik serve` brings along, as --crowd says; 0: none. For "
     "demonstrations alone: its acts stand in log and store as people's do."},
    {"demo.attack_s", at<&C::demo, &DemoConfig::attack_s>, 1, 3600, "s",
     "An attack of the simulated crowd ends by itself after this. Long enough to watch the alarm "
     "come."},
    {"memory.limit_bytes", at<&C::memory, &MemoryConfig::limit_bytes>, 268435456, kTiB, "bytes",
     "What the process may take. The limits above are summed at start-up, and refused when they "
     "exceed this."},
});

std::vector<Option> all_in_order() {
  std::vector<Option> all(kBeforeModel.begin(), kBeforeModel.end());
  all.insert(all.end(), model_options().begin(), model_options().end());
  all.insert(all.end(), kAfterModel.begin(), kAfterModel.end());
  all.insert(all.end(), cache_options().begin(), cache_options().end());
  all.insert(all.end(), monitoring_options().begin(), monitoring_options().end());
  all.insert(all.end(), access_options().begin(), access_options().end());
  return all;
}

}  // namespace

std::span<const Option> options() {
  static const std::vector<Option> all = all_in_order();
  return all;
}

}  // namespace potik::app
