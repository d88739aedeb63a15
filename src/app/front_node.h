#pragma once
// FrontNode: the role in front of a core that is elsewhere, as in a Flink cluster: one address for
// everything that the page of viewers asks. Events go into the topics, lists, comments and alerts
// come out of them, the catalogue is that of the topic of videos. Nothing is computed here.

#include <memory>
#include <string>

#include "app/crowd.h"
#include "app/gateway_node.h"
#include "app/http_front.h"
#include "app/list_source.h"
#include "app/node.h"
#include "app/topic_boards.h"
#include "app/topic_catalogue.h"

namespace potik::app {

// Ready when events can be written and lists and catalogue have been read. Thread-safe.
class FrontProgress final : public ElsewhereProgress {
 public:
  FrontProgress(const GatewayProgress& gateway, const api::Progress& lists,
                const TopicCatalogue& catalogue)
      : gateway_(gateway), lists_(lists), catalogue_(catalogue) {}
  [[nodiscard]] std::string trouble() const override;

 private:
  const GatewayProgress& gateway_;
  const api::Progress& lists_;
  const TopicCatalogue& catalogue_;
};

class FrontNode final : public Node {
 public:
  // Connects, begins to read, and listens. The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<FrontNode>, std::string> start(const Config& config,
                                                                             const PageDirs& dirs);
  ~FrontNode() override;  // stop()

  // As of AllInOne.
  uint32_t start_crowd();
  [[nodiscard]] bool viewers_may_attack() const {
    return config_.access.keys_file.empty() && front_->on_loopback();
  }

  void stop() override;
  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return false; }
  [[nodiscard]] std::string trouble() const override { return {}; }
  [[nodiscard]] log::GroupCommit& commit() { return *commit_; }
  [[nodiscard]] const log::Layout& layout() const { return writer_.layout; }
  [[nodiscard]] CatalogueTaker& catalogue() { return *catalogue_; }

 private:
  FrontNode(const Config& config, kafka::OpenedLogWriter writer);
  [[nodiscard]] Status<std::string> connect();
  [[nodiscard]] Status<std::string> listen(const PageDirs& dirs);

  Config config_;
  std::string own_key_;  // by which the crowd asks this server
  SystemClock clock_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  kafka::OpenedLogWriter writer_;
  cache::MemoryCache cache_;
  cache::ListFeed feed_;
  TopicBoards boards_;
  std::unique_ptr<log::GroupCommit> commit_;
  std::unique_ptr<GatewayProgress> gateway_;
  std::unique_ptr<ListSource> lists_;
  std::unique_ptr<TopicCatalogue> catalogue_;
  std::unique_ptr<FrontProgress> progress_;
  std::unique_ptr<Crowd> crowd_;  // null where there is none
  std::unique_ptr<HttpFront> front_;
  TroubleWatch troubles_{log_lines(config_, clock_)};  // last: it asks the above
};

}  // namespace potik::app
