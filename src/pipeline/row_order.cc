#include "pipeline/row_order.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "store/row_piece.h"

namespace potik::pipeline {
namespace {

using Place = std::pair<Partition, Offset>;

template <class Row>
Place place_of(const Row& row) {
  return {row.partition, row.offset};
}

struct PlaceHash {
  size_t operator()(const Place& place) const {
    return mix64(static_cast<uint64_t>(place.second.value()) ^ uint64_t{place.first.value()}
                                                                   << 48U);
  }
};

template <class Row, class Key>
void order(std::vector<Row>& rows, Key key) {
  const auto before = [&key](const Row& left, const Row& right) { return key(left) < key(right); };
  if (!std::ranges::is_sorted(rows, before)) std::ranges::stable_sort(rows, before);
}

// Details stand in the order of their facts, where writers have not been mixed.
bool follow_facts(const store::RowBlock& rows) {
  size_t at = 0;
  for (const store::DetailRow& detail : rows.details) {
    while (at < rows.facts.size() && place_of(rows.facts[at]) != place_of(detail)) ++at;
    if (at == rows.facts.size()) return false;
  }
  return true;
}

void order_details(store::RowBlock& rows) {
  if (follow_facts(rows)) return;
  std::unordered_map<Place, uint64_t, PlaceHash> groups;
  for (const store::FactRow& fact : rows.facts)
    groups.emplace(place_of(fact), key_group_index(fact.user));
  order(rows.details, [&groups](const store::DetailRow& row) {
    const auto found = groups.find(place_of(row));
    return found == groups.end() ? std::numeric_limits<uint64_t>::max() : found->second;
  });
}

}  // namespace

void order_rows(store::RowBlock& rows) {
  const auto group = [](const auto& row) { return key_group_index(row.user); };
  order(rows.facts, group);
  order_details(rows);
  order(rows.users, group);
  order(rows.lists, group);
  order(rows.dead_letters, place_of<store::DeadLetterRow>);
}

}  // namespace potik::pipeline
