// The ABI: handles, and the border that no exception crosses.

#include "host/potik_host.h"

#include <array>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "host/frame_io.h"
#include "host/settings.h"

namespace {

using potik::host::Done;
using potik::host::Part;

constexpr size_t kSlabBytesMax = size_t{256} << 20U;

std::string_view text_of(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

std::unique_ptr<Part> make_part(int role, const potik::host::Settings& settings) {
  switch (role) {
    case POTIK_SPLITTER:
      return make_splitter(settings);
    case POTIK_VIEWERS:
      return make_viewers(settings);
    case POTIK_JUDGE:
      return make_judge(settings);
    default:
      return nullptr;
  }
}

}  // namespace

struct potik_host {
  enum class Stage : uint8_t { made, started, failed };
  Stage stage = Stage::made;
  std::unique_ptr<Part> part;
  std::unique_ptr<uint8_t[]> slab;  // NOLINT(modernize-avoid-c-arrays): of any size
  size_t slab_size = 0;
  std::string out;
  std::string error;
};

namespace {

using Stage = potik_host::Stage;

int note(potik_host& host, int code, const char* sentence) noexcept {
  try {
    host.error = sentence;
  } catch (...) {
    host.error.clear();
  }
  if (code != POTIK_MISUSE) host.stage = Stage::failed;
  return code;
}

// Runs `call(part)` of a handle in the stage that the call wants.
template <class Call>
int guarded(potik_host* host, Stage wanted, Call call) noexcept {
  if (host == nullptr) return POTIK_MISUSE;
  if (host->stage == Stage::failed) return POTIK_FAILED;
  if (!host->part) return note(*host, POTIK_MISUSE, "the handle was made with wrong settings");
  if (host->stage != wanted)
    return note(*host, POTIK_MISUSE,
                wanted == Stage::made ? "state is restored before the start"
                                      : "call potik_host_start() first");
  try {
    host->error.clear();
    const Done done = call(*host->part);
    return done ? POTIK_OK : note(*host, done.error().code, done.error().sentence.c_str());
  } catch (const std::bad_alloc&) {
    return note(*host, POTIK_MEMORY, "there is not enough memory");
  } catch (const std::exception& error) {
    return note(*host, POTIK_FAILED, error.what());
  } catch (...) {
    return note(*host, POTIK_FAILED, "something that is no error was thrown");
  }
}

// A call that gives bytes out.
template <class Call>
int giving(potik_host* host, const uint8_t** bytes, size_t* size, Call call) noexcept {
  if (bytes == nullptr || size == nullptr) return POTIK_MISUSE;
  *bytes = nullptr;
  *size = 0;
  return guarded(host, Stage::started, [&](Part& part) -> Done {
    host->out.clear();
    Done done = call(part, host->out);
    *bytes = reinterpret_cast<const uint8_t*>(host->out.data());
    *size = host->out.size();
    return done;
  });
}

int create(potik_host& host, int role, std::string_view text) {
  const auto settings = potik::host::parse_settings(text);
  if (!settings) return note(host, POTIK_MISUSE, settings.error().c_str());
  if (role == POTIK_VIEWERS && settings->sender == 0)
    return note(host, POTIK_MISUSE, "viewers need the setting \"sender\"");
  host.part = make_part(role, *settings);
  if (!host.part) return note(host, POTIK_MISUSE, "there is no such role");
  return POTIK_OK;
}

}  // namespace

extern "C" {

uint32_t potik_host_version(void) { return POTIK_HOST_VERSION; }

const char* potik_host_unfit(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt"))
    return "this processor lacks SSE 4.2 or POPCNT (x86-64-v2), which Potik is built for";
#endif
  return nullptr;
}

int potik_host_create(int role, const char* settings, size_t size, potik_host** host) {
  if (host == nullptr) return POTIK_MISUSE;
  *host = new (std::nothrow) potik_host;
  if (*host == nullptr) return POTIK_MEMORY;
  if (settings == nullptr && size != 0) return note(**host, POTIK_MISUSE, "there are no settings");
  try {
    return create(**host, role, {settings, size});
  } catch (const std::bad_alloc&) {
    return note(**host, POTIK_MEMORY, "there is not enough memory");
  } catch (const std::exception& error) {
    return note(**host, POTIK_FAILED, error.what());
  }
}

void potik_host_close(potik_host* host) { delete host; }

const char* potik_host_error(const potik_host* host) {
  return host == nullptr ? "there is no handle" : host->error.c_str();
}

uint8_t* potik_host_slab(potik_host* host, size_t size) {
  if (host == nullptr || size > kSlabBytesMax) return nullptr;
  if (host->slab && size <= host->slab_size) return host->slab.get();
  host->slab.reset(new (std::nothrow) uint8_t[size]);
  host->slab_size = host->slab ? size : 0;
  return host->slab.get();
}

int potik_host_push(potik_host* host, const uint8_t* bytes, size_t size) {
  if (bytes == nullptr && size != 0) return POTIK_MISUSE;
  return guarded(host, Stage::started, [&](Part& part) -> Done {
    potik::ByteReader in(text_of(bytes, size));
    bool taken = false;
    while (const auto frame = potik::host::next_frame(in)) {
      Done done = part.push(*frame);
      // Those before it are taken, and sent again they would count twice.
      if (!done && taken) return potik::host::damaged(done.error().sentence);
      if (!done) return done;
      taken = true;
    }
    if (!in.done()) return potik::host::damaged("a frame is cut short");
    return potik::Ok{};
  });
}

int potik_host_advance(potik_host* host, int64_t slice) {
  return guarded(host, Stage::started, [&](Part& part) -> Done { return part.advance(slice); });
}

int potik_host_waits(const potik_host* host) {
  const bool runs = host != nullptr && host->stage == Stage::started;
  return runs && host->part->waits() ? 1 : 0;
}

int64_t potik_host_slice(const potik_host* host) {
  return host != nullptr && host->part ? host->part->slice() : -1;
}

int potik_host_take(potik_host* host, const uint8_t** bytes, size_t* size) {
  return giving(host, bytes, size, [](Part& part, std::string& out) -> Done {
    out = part.take();
    return potik::Ok{};
  });
}

int potik_host_save(potik_host* host, uint32_t key_group, const uint8_t** bytes, size_t* size) {
  return giving(host, bytes, size, [&](Part& part, std::string& out) -> Done {
    if (key_group > POTIK_ALL_KEY_GROUPS) return potik::host::misuse("there is no such key group");
    return part.save(static_cast<uint16_t>(key_group), out);
  });
}

int potik_host_restore(potik_host* host, uint32_t key_group, const uint8_t* bytes, size_t size) {
  if (bytes == nullptr && size != 0) return POTIK_MISUSE;
  return guarded(host, Stage::made, [&](Part& part) -> Done {
    if (key_group > POTIK_ALL_KEY_GROUPS) return potik::host::misuse("there is no such key group");
    return part.restore(static_cast<uint16_t>(key_group), text_of(bytes, size));
  });
}

int potik_host_start(potik_host* host) {
  const int code = guarded(host, Stage::made, [](Part& part) -> Done { return part.start(); });
  if (code == POTIK_OK) host->stage = Stage::started;
  return code;
}

int potik_host_settle(potik_host* host, const uint8_t** bytes, size_t* size) {
  return giving(host, bytes, size, [](Part& part, std::string& out) -> Done {
    potik::JsonWriter json(out);
    json.begin_object();
    Done done = part.settle(json);
    json.end_object();
    return done;
  });
}

int potik_host_metrics(potik_host* host, const uint8_t** bytes, size_t* size) {
  return giving(host, bytes, size, [](Part& part, std::string& out) -> Done {
    potik::JsonWriter json(out);
    json.begin_object();
    part.write_metrics(json);
    json.end_object();
    return potik::Ok{};
  });
}

}  // extern "C"
