#include "app/topic_boards.h"

#include <algorithm>
#include <utility>

#include "app/kafka_cluster.h"
#include "base/time_text.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

// Of each partition, at a start: what is older than that nobody reads on.
constexpr int64_t kNewestEnriched = 5'000;
constexpr int64_t kNewestAlerts = 10'000;
constexpr size_t kEarlyCommentsMax = 10'000;
// What the writer of enriched events puts there; whoever says so in a comment is found out below.
constexpr std::string_view kLooksLikeOne = R"("type":"comment_posted")";

std::vector<std::string> texts_of(const std::string& array) {
  std::vector<std::string> texts;
  for (const std::string& raw : event::json_array_elements(array).value_or(texts)) {
    const auto object = event::JsonObject::parse(R"({"text":)" + raw + "}");
    if (auto text = object ? object->text("text") : std::nullopt) texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace

std::optional<PublishedComment> read_comment(std::string_view json) {
  if (json.find(kLooksLikeOne) == std::string_view::npos) return std::nullopt;
  const auto event = event::JsonObject::parse(json);
  if (!event || event->text("type") != "comment_posted") return std::nullopt;
  auto id = event->text("comment_id");
  auto video = event->text("video_id");
  const auto user = event->text("user_id");
  const auto at = parse_rfc3339(event->text("occurred_at").value_or(""));
  const bool shown = event->boolean("suspicious") == false;
  if (!id || !video || !user || !at || !shown) return std::nullopt;
  return PublishedComment{
      std::move(*video),
      {std::move(*id), api::author_name(*user), event->text("text").value_or(""), *at}};
}

std::optional<monitor::Alert> read_alert(std::string_view json) {
  const auto notice = event::JsonObject::parse(json);
  if (!notice) return std::nullopt;
  const auto text = [&](std::string_view name) { return notice->text(name).value_or(""); };
  const auto started_at = parse_rfc3339(text("started_at"));
  const auto at = parse_rfc3339(text("at"));
  const std::string state = text("state");
  const bool firing = state == name(monitor::AlertState::firing);
  if (!firing && state != name(monitor::AlertState::resolved)) return std::nullopt;
  monitor::Alert alert{
      .id = text("id"),
      .kind = text("kind"),
      .subject_type = text("subject_type"),
      .subject = text("subject"),
      .state = firing ? monitor::AlertState::firing : monitor::AlertState::resolved,
      .unit = text("unit"),
      .samples = texts_of(notice->raw("samples").value_or("[]")),
      .summary = text("summary"),
      .action = text("action")};
  if (!started_at || !at || alert.id.empty() || alert.subject.empty()) return std::nullopt;
  alert.started_at = *started_at;
  alert.at = *at;
  alert.observed = notice->number("observed").value_or(0);
  alert.baseline = notice->number("baseline").value_or(0);
  alert.threshold = notice->number("threshold").value_or(0);
  const auto count = [&](std::string_view name) {
    return static_cast<uint64_t>(std::max<int64_t>(0, notice->integer(name).value_or(0)));
  };
  alert.distinct_users = count("distinct_users");
  alert.folded = count("folded");
  return alert;
}

TopicBoards::TopicBoards(const Config& config)
    : comments_({.bytes_max = config.http.comments_bytes_max,
                 .listeners_max = config.http.listeners_max}),
      alerts_(config.monitor.alerts_max) {}

Status<std::string> TopicBoards::open(const Config& config) {
  const auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  const kafka::OutputTopicNames topics = kafka_output_topics(config);
  auto enriched = kafka::TopicFollower::open(
      {.client = *client, .topic = topics.enriched, .newest = kNewestEnriched},
      {.take = [this](const auto& record) { take_enriched(record); },
       .filled = [this] { enriched_filled(); }});
  if (!enriched) return Error{enriched.error()};
  enriched_ = std::move(enriched).value();
  auto alerts = kafka::TopicFollower::open(
      {.client = *client, .topic = topics.alerts, .newest = kNewestAlerts},
      {.take = [this](const auto& record) { take_alert(record); }, .filled = {}});
  if (!alerts) return Error{alerts.error()};
  alert_records_ = std::move(alerts).value();
  return Ok{};
}

void TopicBoards::stop() {
  enriched_.reset();
  alert_records_.reset();
}

void TopicBoards::take_enriched(const kafka::FollowedRecord& record) {
  auto said = read_comment(record.value.value_or(""));
  if (!said) return;
  if (!filling_) return comments_.put(said->video_id, std::move(said->comment));
  early_.push_back(std::move(*said));
  if (early_.size() > kEarlyCommentsMax) early_.pop_front();
}

void TopicBoards::enriched_filled() {
  filling_ = false;
  std::ranges::stable_sort(early_, {}, [](const auto& each) { return each.comment.occurred_at; });
  for (auto& [video, comment] : early_) comments_.put(video, std::move(comment));
  early_ = {};
}

void TopicBoards::take_alert(const kafka::FollowedRecord& record) {
  const auto alert = read_alert(record.value.value_or(""));
  if (!alert) return unreadable_.add();
  alerts_.send(*alert);
}

void TopicBoards::register_in(monitor::MetricsRegistry& registry) const {
  registry.add("potik_alerts_unreadable_total", "Records of the topic of alerts that are none.", "",
               unreadable_);
}

}  // namespace potik::app
