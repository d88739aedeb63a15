#pragma once
// Runner: the one-machine host of the core. Cuts the log into epochs, journals each boundary before
// computing, runs the core, shows the fresh lists, and hands the rows to the sinks. Recovers from
// snapshot, journal and log.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "pipeline/core.h"
#include "pipeline/published_mark.h"
#include "pipeline/refused_records.h"
#include "pipeline/runner_settings.h"

namespace potik::pipeline {

// What a question may look at, between two epochs.
struct CoreView {
  const Core& core;
  const state::SnapshotStore& cold;
  model::RecommendScratch& scratch;
};

// How a recovery ended.
enum class Recovery : uint8_t {
  complete,
  stopped  // asked to; what it had not reached stays for the next start
};

class Runner {
 public:
  using Inquiry = std::function<void(CoreView&)>;
  struct Position {
    Partition partition{};
    Offset offset{};
  };

  // Ports outlive the runner.
  Runner(RunnerPorts ports, CoreOptions core, RunnerOptions options);
  ~Runner();  // stop()
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Loads the snapshot and repeats the journaled epochs after it. `tick(done, total)` epochs. The
  // error is a sentence for the operator. Call once, before anything else. Looks at `stop` before
  // each epoch and while it waits for the sinks; once stopped the runner can only be destroyed.
  [[nodiscard]] Result<Recovery, std::string> recover(
      const std::function<void(uint64_t, uint64_t)>& tick, const std::stop_token& stop = {});
  // The alerts that are firing as of the recovered state. Between recover() and start().
  [[nodiscard]] std::vector<monitor::Alert> firing_alerts() const {
    return core_.alerts().firing();
  }
  // Runs epochs on a thread of its own until stop().
  void start();
  // Ends after the epoch under way; commits, writes a last snapshot. Quick: what is in the log
  // stays for the next start.
  void stop();

  // Runs one epoch over at most `records_max` records that are in the log now, on the calling
  // thread, with a list for everyone who acts if `lists`. For imports, instead of start(). False if
  // there was nothing to do.
  [[nodiscard]] Result<bool, std::string> run_once(size_t records_max, bool lists);
  // Commits and snapshots everything run so far. For imports.
  [[nodiscard]] bool settle();
  // Beside run_once(), where the sinks have no threads of their own (SinkOptions, OutputOptions):
  // they do what is queued, on the calling thread.
  void work_sinks();

  // Any thread from here on. What ask() and when_processed() took is called once, or destroyed
  // uncalled when the runner fails or stops before.
  void wake();  // the log has grown
  // For an inquiry that met state which cannot be read: the runner fails where it is damaged, as
  // where it meets such itself. A failed read may succeed the next time.
  void cannot_read(state::SnapshotError error);
  [[nodiscard]] bool ask(
      Inquiry inquiry);  // runs between epochs, on a worker; false: too many waiting, or stopped
  void serve(const std::string& user_id);  // journal that this user is being served
  // Calls `done` once an epoch with all positions is processed, at once if it is already. False:
  // too many wait, or it has stopped or failed; `done` is not called then. Keeps one position a
  // partition.
  [[nodiscard]] bool when_processed(std::vector<Position> positions, std::function<void()> done);
  // Whether the record, once processed, was refused for want of room. Remembers the newest.
  [[nodiscard]] bool refused(const Position& position) const;
  // False: stopped, or as many wait as may.
  [[nodiscard]] bool takes_waiters() const;
  [[nodiscard]] uint64_t lag() const;
  // By partition: where the next epoch begins.
  [[nodiscard]] std::vector<Offset> processed() const;
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] std::string trouble() const;  // empty when all is well
  [[nodiscard]] bool failed() const {
    return failed_;
  }  // the loop has ended by itself; see trouble()
  [[nodiscard]] RunnerMetrics& metrics() { return metrics_; }
  [[nodiscard]] const SinkDrain& sink() const { return *sink_; }
  [[nodiscard]] const OutputDrain* outputs() const { return outputs_.get(); }
  [[nodiscard]] Epoch epoch() const { return Epoch(epoch_.load()); }

 private:
  // How long the loop sleeps when nobody wakes it; a log that cannot wake is polled this often.
  static constexpr auto kPoll = std::chrono::milliseconds(20);
  struct Waiting {
    std::vector<Position> positions;
    std::function<void()> done;
  };
  void loop();
  void fail(std::string why);
  bool wait_for_work();
  void answer_inquiries();
  void let_go();  // of all who wait: nobody will answer them
  // On the thread that runs epochs, where the core stands still: waits until `ready` and answers
  // questions meanwhile, so that a disk that is full or slow holds up no viewer. `ready` is asked
  // whenever the sinks moved, and a few times a second.
  void wait_answering(const std::function<bool()>& ready);
  [[nodiscard]] bool is_stopping() const;
  [[nodiscard]] bool is_fenced() const { return outputs_ != nullptr && outputs_->fenced(); }
  [[nodiscard]] Status<std::string> write_journal(const EpochEntry& entry);
  [[nodiscard]] Status<std::string> run_epoch(EpochEntry entry, bool recovering);
  // False if the wait was for nothing, as `recovery_stop_` or another publisher in our place says:
  // the buffer is dropped then.
  [[nodiscard]] bool hand_to_sinks(std::unique_ptr<EpochBuffer> buffer);
  [[nodiscard]] Status<std::string> check_media();
  [[nodiscard]] Status<std::string> check_outputs(PublishedBefore before);
  void note_published();
  [[nodiscard]] Status<std::string> read_records(EpochBuffer& buffer);
  // Says why, and waits a little; false when asked to stop meanwhile.
  [[nodiscard]] bool pause_for_log(std::string why);
  [[nodiscard]] Result<std::vector<Offset>, std::string> ask_starts();
  void report_skipped(const std::vector<LostRecords>& lost, std::string_view why);
  [[nodiscard]] Status<std::string> step_over_gap(const EpochEntry& entry,
                                                  std::vector<Offset>& starts);
  [[nodiscard]] Status<std::string> skip_forgotten();
  [[nodiscard]] bool cut(size_t records_max, std::vector<Offset>& ends) const;
  [[nodiscard]] EpochEntry next_entry(std::vector<Offset> ends);
  void publish(EpochBuffer& buffer);
  void count(const EpochBuffer& buffer);
  void settle_state();
  void measure_memory();
  void measure_quality();
  void take_snapshot();
  void notify_processed();
  void note_refused(const EpochBuffer& buffer) POTIK_REQUIRES(mutex_);
  void set_trouble(std::string why);
  std::unique_ptr<EpochBuffer> take_buffer();
  void keep_buffer(std::unique_ptr<EpochBuffer> buffer);  // for an epoch to come, if there is room

  RunnerPorts ports_;
  RunnerOptions options_;
  Core core_;
  WorkerPool pool_;
  std::vector<model::RecommendScratch> scratch_;
  RunnerMetrics metrics_;
  std::atomic<uint64_t> epoch_{0};
  TimeMs last_time_{};
  std::chrono::steady_clock::time_point last_opened_{};
  std::stop_token recovery_stop_;  // of recover(), while it runs
  int64_t last_snapshot_ms_ = 0;
  int64_t last_memory_ms_ = 0;
  size_t epoch_bytes_ = 0;  // of the last epoch, while it was computed

  // By partition: where the next epoch begins. Of the thread that runs epochs; what others may see
  // is shown_.
  std::vector<Offset> processed_;
  bool met_gap_ = false;  // an epoch missed records; more may be missing behind it

  mutable Mutex mutex_;
  Condition wake_;
  bool woken_ POTIK_GUARDED_BY(mutex_) = false;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  bool sinks_moved_ POTIK_GUARDED_BY(mutex_) = false;
  std::vector<Offset> shown_ POTIK_GUARDED_BY(mutex_);  // processed_, as of the last epoch's end
  std::vector<Inquiry> inquiries_ POTIK_GUARDED_BY(mutex_);
  TextMap<uint8_t> served_ POTIK_GUARDED_BY(mutex_);  // asked for since the last entry
  std::vector<Waiting> waiting_ POTIK_GUARDED_BY(mutex_);
  RefusedRecords refused_ POTIK_GUARDED_BY(mutex_);
  std::string trouble_ POTIK_GUARDED_BY(mutex_);
  std::atomic<bool> ready_{false};
  std::atomic<bool> failed_{false};

  Mutex buffers_mutex_;
  std::vector<std::unique_ptr<EpochBuffer>> buffers_ POTIK_GUARDED_BY(buffers_mutex_);
  size_t idle_bytes_ POTIK_GUARDED_BY(buffers_mutex_) = 0;  // of buffers_
  std::atomic<bool> publishing_pinned_{false};              // in the journal
  std::unique_ptr<OutputDrain> outputs_;                    // null where nothing is published
  std::unique_ptr<SinkDrain> sink_;                         // after it: it asks how far that is
  std::thread thread_;
};

}  // namespace potik::pipeline
