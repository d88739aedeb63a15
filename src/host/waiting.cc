#include "host/waiting.h"

#include <algorithm>

#include "host/frame_io.h"

namespace potik::host {
namespace {

void add(Waiting& waiting, const std::vector<log::RecordView>& records) {
  for (const log::RecordView& record : records)
    waiting.first = waiting.first ? std::min(*waiting.first, record.offset) : record.offset;
  waiting.records += records.size();
}

}  // namespace

bool add_records(std::string_view frame, std::vector<Waiting>& waiting) {
  ByteReader in(frame);
  RecordsFrame read;
  if (!take_head(in) || !read_records(in, read) || read.partition.value() >= waiting.size())
    return false;
  add(waiting[read.partition.value()], read.records);
  return true;
}

bool add_catalogue(std::string_view frame, bool changes, std::vector<Waiting>& waiting) {
  ByteReader in(frame);
  CatalogueFrame read;
  if (!take_head(in) || !read_catalogue(in, read) || read.partition.value() >= waiting.size())
    return false;
  Waiting& of = waiting[read.partition.value()];
  of.all += read.records;
  if (changes) add(of, read.changes);
  return true;
}

void write(JsonWriter& out, const Waiting& waiting) {
  out.begin_object().field("first", waiting.first.value_or(Offset(-1)).value());
  out.field("records", waiting.records).field("all", waiting.all).end_object();
}

}  // namespace potik::host
