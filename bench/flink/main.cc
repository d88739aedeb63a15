// Traffic for run.py, and what it is measured by where Python would take too long.
//   flink_traffic write FILE          records, as Records.java reads them
//   flink_traffic core FILE           processor time of one core over them, as JSON
//   flink_traffic produce BROKERS PREFIX      into topics; times are those of the traffic
//   flink_traffic live BROKERS PREFIX RESULTS   at a pace, and when lists show it, as JSON
//   ... [--events N] [--users N] [--videos N] [--rate N] [--partitions N] [--seconds N] [--lists N]
//       [--enriched json|blocks|both]   in which form one core renders them

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "flink/measures.h"

namespace potik::bench {
namespace {

void read_option(const std::string& name, const char* value, Settings& settings) {
  if (name == "--enriched") {
    const auto form = pipeline::enriched_form(value);
    if (!form) fail("--enriched is neither json nor blocks nor both");
    settings.enriched = *form;
    return;
  }
  const size_t number = std::stoul(value);
  if (name == "--events")
    settings.events = number;
  else if (name == "--users")
    settings.traffic.users = static_cast<uint32_t>(number);
  else if (name == "--videos")
    settings.traffic.videos = static_cast<uint32_t>(number);
  else if (name == "--rate")
    settings.rate = number;
  else if (name == "--partitions")
    settings.layout.events = static_cast<uint16_t>(number);
  else if (name == "--seconds")
    settings.seconds = number;
  else if (name == "--lists")
    settings.lists_max = number;
  else
    fail("there is no option " + name);
}

int run(const std::vector<std::string>& words) {
  if (words.size() < 2) fail("write, core, produce or live? See main.cc");
  Settings settings;
  std::vector<std::string> places;
  for (size_t i = 1; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      places.push_back(words[i]);
    } else if (i + 1 < words.size()) {
      read_option(words[i], words[i + 1].c_str(), settings);
      ++i;
    }
  }
  settings.traffic.ms_per_event = 1'000.0 / static_cast<double>(settings.rate);
  places.resize(3);
  if (words[0] == "write")
    write_records(settings, places[0]);
  else if (words[0] == "core")
    time_core(settings);
  else if (words[0] == "produce")
    produce(settings, places[0], places[1]);
  else if (words[0] == "live")
    measure_live(settings, places[0], places[1], places[2]);
  else
    fail("there is no " + words[0]);
  return 0;
}

}  // namespace

void fail(const std::string& why) {
  std::fprintf(stderr, "flink_traffic: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace potik::bench

int main(int count, char** arguments) {
  try {
    return potik::bench::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    potik::bench::fail(error.what());
  }
}
