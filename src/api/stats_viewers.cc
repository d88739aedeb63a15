#include "api/stats_viewers.h"

#include "api/event_tail.h"
#include "api/problem.h"
#include "api/stats_json.h"

namespace potik::api {

StatsViewers::StatsViewers(const OperationsServices& services, const Options& options)
    : services_(services),
      viewers_max_(options.stats_viewers_max),
      retry_after_s_(options.retry_after_s),
      subscription_(
          services.alerts.subscribe([this](const monitor::Alert& alert) { tell(alert); })),
      ticker_(std::chrono::milliseconds(options.stats_interval_ms), [this] { tick(); }) {}

StatsViewers::~StatsViewers() { services_.alerts.unsubscribe(subscription_); }

void StatsViewers::open(Reply reply) {
  SharedSeat seat = take_seat();
  if (!seat) {
    return reply.send(try_later(503, retry_after_s_,
                                "All places for live statistics are taken. Ask again later, or "
                                "raise http.stats_viewers_max."));
  }
  reply.stream([this, seat = std::move(seat)](const std::shared_ptr<Stream>& stream) {
    start(stream, seat);
  });
}

SharedSeat StatsViewers::take_seat() {
  const MutexLock lock(mutex_);
  if (seats_taken_ >= viewers_max_) return nullptr;
  ++seats_taken_;
  return std::make_shared<Seat>([this] {
    const MutexLock given_back(mutex_);
    --seats_taken_;
  });
}

void StatsViewers::start(const std::shared_ptr<Stream>& stream, const SharedSeat& seat) {
  {
    const MutexLock lock(mutex_);
    // What was kept while nobody looked is old.
    if (streams_.empty()) (void)services_.live.tail.take();
    streams_.push_back(stream);
  }
  // Raw pointer: the stream itself holds this callback until it has run.
  stream->on_end([this, seat, ended = stream.get()] {
    {
      const MutexLock lock(mutex_);
      std::erase_if(streams_, [ended](const auto& each) { return each.get() == ended; });
    }
    seat->leave();
  });
  (void)stream->offer([this] { return render(); });
}

std::string StatsViewers::render() const {
  std::string event = "event: stats\ndata: ";
  append_stats(event, services_.stats.stats());
  return event += "\n\n";
}

std::string StatsViewers::render_tail() const {
  std::string event = "event: tail\ndata: ";
  append_tail(event, services_.live.tail.take());
  return event += "\n\n";
}

void StatsViewers::tick() {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    const MutexLock lock(mutex_);
    streams = streams_;
  }
  if (streams.empty()) return;
  // Both in one: a slow viewer gets the newest of both, and no heap of tails before its alerts.
  const auto text = std::make_shared<const std::string>(render() + render_tail());
  for (const auto& stream : streams) (void)stream->offer([text] { return *text; });
}

void StatsViewers::tell(const monitor::Alert& alert) {
  const MutexLock lock(mutex_);
  if (streams_.empty()) return;
  const auto attention = services_.attention.of(alert, services_.clock.now());
  const auto text = std::make_shared<const std::string>(
      "event: alert\nid: " + alert.id + "\ndata: " + monitor::alert_json(alert, attention) +
      "\n\n");
  // A viewer too slow for alerts misses them here and finds them in GET /v1/alerts.
  for (const auto& stream : streams_) (void)stream->write(text);
}

}  // namespace potik::api
