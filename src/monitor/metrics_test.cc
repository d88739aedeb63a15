#include "monitor/metrics.h"

#include <gtest/gtest.h>

namespace potik::monitor {
namespace {

TEST(Metrics, WritesHelpAndTypeOnceForSeveralLabels) {
  Counter ok;
  Counter bad;
  MetricsRegistry registry;
  registry.add("potik_requests_total", "Requests.", "code=\"200\"", ok);
  registry.add("potik_requests_total", "Requests.", "code=\"500\"", bad);
  ok.add(3);
  EXPECT_EQ(registry.text(),
            "# HELP potik_requests_total Requests.\n# TYPE potik_requests_total counter\n"
            "potik_requests_total{code=\"200\"} 3\npotik_requests_total{code=\"500\"} 0\n");
}

TEST(Metrics, WritesGaugesAndValuesComputedWhenAsked) {
  Gauge gauge;
  double computed = 1;
  MetricsRegistry registry;
  registry.add("a", "A.", "", gauge);
  registry.add("b", "B.", "", "gauge", [&computed] { return computed; });
  gauge.set(0.25);
  computed = 7;
  EXPECT_EQ(registry.text(),
            "# HELP a A.\n# TYPE a gauge\na 0.25\n# HELP b B.\n# TYPE b gauge\nb 7\n");
}

TEST(Metrics, KeepsHelpOnOneLine) {
  Counter counter;
  MetricsRegistry registry;
  registry.add("a", "back\\slash\nnext", "", counter);
  EXPECT_NE(registry.text().find("# HELP a back\\\\slash\\nnext\n"), std::string::npos);
}

TEST(LatencyHistogram, CountsCumulativelyUpToInfinity) {
  LatencyHistogram histogram;
  histogram.observe(0.00005);
  histogram.observe(0.0002, 2);
  histogram.observe(1000);
  std::string out;
  histogram.write(out, "t", "stage=\"all\"");
  EXPECT_NE(out.find("t_bucket{stage=\"all\",le=\"5e-05\"} 1\n"), std::string::npos) << out;
  EXPECT_NE(out.find("t_bucket{stage=\"all\",le=\"1e-04\"} 1\n"), std::string::npos) << out;
  EXPECT_NE(out.find("t_bucket{stage=\"all\",le=\"2e-04\"} 3\n"), std::string::npos) << out;
  EXPECT_NE(out.find("t_bucket{stage=\"all\",le=\"+Inf\"} 4\n"), std::string::npos) << out;
  EXPECT_NE(out.find("t_count{stage=\"all\"} 4\n"), std::string::npos) << out;
  EXPECT_NE(out.find("t_sum{stage=\"all\"} 1000.00045\n"), std::string::npos) << out;
}

TEST(LatencyHistogram, NamesTheBucketOfAQuantile) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.quantile(0.5), 0);
  histogram.observe(0.00001, 90);
  histogram.observe(0.01, 10);
  EXPECT_DOUBLE_EQ(histogram.quantile(0), 0.00005);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 0.00005);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.9), 0.00005);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.99), 0.0128);
}

}  // namespace
}  // namespace potik::monitor
