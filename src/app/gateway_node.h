#pragma once
// GatewayNode: the role that takes events and reference data over HTTP and writes them to the
// topics. It has no state: any number of them can run.

#include <memory>
#include <string>

#include "adapters/kafka/kafka_event_log.h"
#include "api/ports.h"
#include "app/alert_channels.h"
#include "app/elsewhere_progress.h"
#include "app/http_front.h"
#include "app/node.h"
#include "app/system_clock.h"
#include "app/trouble_log.h"
#include "log/group_commit.h"
#include "monitor/metrics.h"

namespace potik::app {

// What a gateway knows of processing, which is elsewhere: nothing. Thread-safe.
class GatewayProgress final : public ElsewhereProgress {
 public:
  GatewayProgress(const log::GroupCommit& commit, const kafka::ClusterView& cluster)
      : commit_(commit), cluster_(cluster) {}
  [[nodiscard]] std::string trouble() const override;

 private:
  const log::GroupCommit& commit_;
  const kafka::ClusterView& cluster_;
};

class GatewayNode final : public Node {
 public:
  // Connects and listens. The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<GatewayNode>, std::string> start(
      const Config& config);
  ~GatewayNode() override;  // stop()

  void stop() override;
  [[nodiscard]] std::string address() const override { return front_->address(); }
  [[nodiscard]] bool failed() const override { return false; }
  [[nodiscard]] std::string trouble() const override { return {}; }

 private:
  GatewayNode(const Config& config, kafka::OpenedLogWriter writer);
  [[nodiscard]] Status<std::string> listen();

  Config config_;
  SystemClock clock_;
  monitor::MetricsRegistry registry_;
  api::ApiMetrics api_metrics_;
  kafka::OpenedLogWriter writer_;
  std::unique_ptr<log::GroupCommit> commit_;
  std::unique_ptr<GatewayProgress> progress_;
  std::unique_ptr<HttpFront> front_;
  TroubleWatch troubles_{log_lines(config_, clock_)};  // last: it asks the above
};

}  // namespace potik::app
