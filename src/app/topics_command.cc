// `potik topics create`.

#include <cmath>
#include <iostream>

#include "app/commands.h"
#include "app/kafka_cluster.h"
#include "app/topic_review.h"

namespace potik::app {
namespace {

constexpr double kHourMs = 3'600'000;

int fail(const std::string& message) {
  std::cerr << "potik topics: " << message << '\n';
  return 1;
}

TopicPlan plan_of(const TopicsArguments& arguments) {
  TopicPlan plan;
  plan.partitions = arguments.partitions;
  if (arguments.replicas > 0) plan.replicas = arguments.replicas;
  if (arguments.retention_hours > 0)
    plan.retention_ms = static_cast<int64_t>(std::llround(arguments.retention_hours * kHourMs));
  return plan;
}

void print_topic(const kafka::TopicSpec& wanted, kafka::Created created,
                 const kafka::TopicState& found) {
  std::cout << wanted.name << ": " << (created == kafka::Created::made ? "made" : "was there")
            << ", " << found.partitions << (found.partitions == 1 ? " partition" : " partitions")
            << '\n';
  if (created == kafka::Created::made) return;
  for (const std::string& phrase : differences(wanted, found))
    std::cout << "  differs: " << phrase << '\n';
}

}  // namespace

int create_topics(const Config& config, const TopicsArguments& arguments) {
  const auto client = kafka_client(config);
  if (!client) return fail(client.error());
  const auto specs = topic_specs(config, plan_of(arguments));
  const auto created = kafka::create_topics(*client, specs);
  if (!created) return fail(created.error());
  std::vector<std::string> names;
  for (const kafka::TopicSpec& spec : specs) names.push_back(spec.name);
  const auto found = kafka::describe_topics(*client, names);
  if (!found) return fail(found.error());
  for (size_t i = 0; i < specs.size(); ++i) print_topic(specs[i], (*created)[i], (*found)[i]);
  return 0;
}

}  // namespace potik::app
