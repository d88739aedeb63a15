#include "adapters/duckdb/duckdb_store.h"

#include <utility>

#include "adapters/duckdb/session.h"
#include "base/failpoint.h"
#include "store/append_order.h"

namespace potik::duckdb {

// Keeps the session from being put away while a question runs on it.
class DuckDbStore::Use {
 public:
  explicit Use(const DuckDbStore& store) : store_(store) {
    const MutexLock lock(store_.mutex_);
    session_ = store_.session_.get();
    if (session_ != nullptr) ++store_.users_;
  }
  ~Use() {
    if (session_ == nullptr) return;
    const MutexLock lock(store_.mutex_);
    if (--store_.users_ == 0) store_.idle_.notify_all();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  [[nodiscard]] const Session* session() const { return session_; }

 private:
  const DuckDbStore& store_;
  const Session* session_ = nullptr;
};

namespace {

StoreFailure closed() {
  return {StoreError::closed,
          "the file is being opened again after a failed write: ask again later"};
}

}  // namespace

DuckDbStore::DuckDbStore(DuckDbOptions options) : options_(std::move(options)) {}

DuckDbStore::~DuckDbStore() {
  if (auto session = take_session()) session->checkpoint();
}

Result<std::unique_ptr<DuckDbStore>, StoreFailure> DuckDbStore::open(const DuckDbOptions& options) {
  std::unique_ptr<DuckDbStore> store(new DuckDbStore(options));
  if (auto opened = store->open_session(); !opened) return Error{opened.error()};
  return store;
}

Status<StoreFailure> DuckDbStore::open_session() {
  auto opened = Session::open(options_, end_.get_token());
  if (!opened) return Error{opened.error()};
  const MutexLock lock(mutex_);
  session_ = std::move(*opened);
  progress_ = session_->progress().value();
  return Ok{};
}

std::unique_ptr<Session> DuckDbStore::take_session() {
  const MutexLock lock(mutex_);
  auto session = std::move(session_);
  while (users_ > 0) idle_.wait(mutex_);
  return session;
}

Session* DuckDbStore::session() const {
  const MutexLock lock(mutex_);
  return session_.get();
}

Status<StoreFailure> DuckDbStore::append(std::span<const store::RowBlock* const> blocks) {
  if (blocks.empty()) return Ok{};
  if (session() == nullptr) {
    if (auto opened = open_session(); !opened) return opened;
  }
  const Epoch mark = failpoint::planted("plant.emit_twice") ? Epoch(0) : progress();
  if (auto order = store::check_order(mark, blocks); !order) return order;
  const auto wal = [this] { return options_.path + ".wal"; };
  const failpoint::TornWrite torn("store.commit.torn", wal);
  auto done = session()->append(blocks);
  if (done) torn.done(wal);
  if (done) {
    progress_ = blocks.back()->epoch.value();
    return done;
  }
  // What is committed stands in the file alone now. If it cannot be read either, the next call
  // tries again.
  take_session().reset();
  if (!open_session() || progress() < blocks.back()->epoch) return done;
  return Ok{};  // the commit was durable, and only what came after it failed
}

Result<store::QueryTable, StoreFailure> DuckDbStore::query(std::string_view sql,
                                                           const store::QueryLimits& limits) const {
  const Use use(*this);
  if (end_.stop_requested()) return Error{ended()};
  if (use.session() == nullptr) return Error{closed()};
  return use.session()->query(sql, limits);
}

Status<StoreFailure> DuckDbStore::export_parquet(
    const std::string& directory, const std::function<void(size_t, size_t)>& tick) const {
  const Use use(*this);
  if (end_.stop_requested()) return Error{ended()};
  if (use.session() == nullptr) return Error{closed()};
  return use.session()->export_parquet(directory, tick);
}

uint64_t DuckDbStore::memory_bytes() const {
  const Use use(*this);
  return use.session() == nullptr ? 0 : use.session()->memory_bytes();
}

}  // namespace potik::duckdb
