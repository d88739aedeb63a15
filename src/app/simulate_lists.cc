#include "app/simulate_lists.h"

#include <utility>
#include <vector>

namespace potik::app {

SimulatedLists::SimulatedLists(const SimulatedCatalogue& catalogue, SimulatedTraffic& traffic,
                               Posting& posting)
    : traffic_(traffic), posting_(posting) {
  for (uint32_t i = 0; i < catalogue.videos.size(); ++i) index_of_[catalogue.videos[i].id] = i;
}

std::optional<uint32_t> SimulatedLists::index_of(const std::string& video_id) const {
  const auto found = index_of_.find(video_id);
  return found == index_of_.end() ? std::nullopt : std::optional(found->second);
}

void SimulatedLists::exchange() {
  for (ReceivedList& list : posting_.take_lists()) {
    std::vector<uint32_t> videos;
    for (const std::string& id : list.video_ids) {
      if (const auto index = index_of(id)) videos.push_back(*index);
    }
    traffic_.crowd().give_list(list.viewer, std::move(videos), std::move(list.request_id));
  }
  for (const uint32_t viewer : traffic_.crowd().take_asking()) {
    posting_.ask(viewer, traffic_.user_id(viewer));
  }
}

}  // namespace potik::app
