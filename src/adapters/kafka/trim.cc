#include "adapters/kafka/trim.h"

#include <algorithm>

namespace potik::kafka {
namespace {

rd_kafka_resp_err_t result_of(rd_kafka_event_t* event) {
  if (event == nullptr) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (const auto error = rd_kafka_event_error(event); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return error;
  const auto* result = rd_kafka_event_DeleteRecords_result(event);
  const auto* offsets = rd_kafka_DeleteRecords_result_offsets(result);
  return offsets->cnt == 1 ? offsets->elems[0].err : RD_KAFKA_RESP_ERR__FAIL;
}

}  // namespace

Status<log::LogError> delete_records(const ClientOptions& options, const Place& place,
                                     Offset before) {
  auto client = make_client(RD_KAFKA_PRODUCER, options, {});
  if (!client) return Error{log::LogError::io};
  const auto marks = look_up_watermarks(client->get(), options, place);
  if (!marks) return Error{meaning_of(marks.error())};
  if (before <= marks->first) return Ok{};
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
      std::min(before, marks->end).value();
  const Owned<rd_kafka_DeleteRecords_t> order(rd_kafka_DeleteRecords_new(list.get()));
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client->get()));
  rd_kafka_DeleteRecords_t* orders = order.get();
  rd_kafka_DeleteRecords(client->get(), &orders, 1, nullptr, queue.get());
  const Owned<rd_kafka_event_t> event(
      rd_kafka_queue_poll(queue.get(), static_cast<int>(options.timeout_ms)));
  const rd_kafka_resp_err_t error = result_of(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Error{meaning_of(error)};
  return Ok{};
}

}  // namespace potik::kafka
