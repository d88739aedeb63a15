// What NativeHost.java calls: host/potik_host.h and no more. Where a call into Java leaves an exception
// pending, nothing else is called and Java throws it on return. push() knows the slab by asking for
// it again, which costs nothing.
#include <jni.h>

#include <cstdint>
#include <cstring>

#include "host/potik_host.h"

namespace {

potik_host* host_of(jlong handle) { return reinterpret_cast<potik_host*>(handle); }

jbyteArray text_of(JNIEnv* env, const char* text) {
  if (text == nullptr) return nullptr;
  const auto size = static_cast<jsize>(std::strlen(text));
  jbyteArray array = env->NewByteArray(size);
  if (array != nullptr)
    env->SetByteArrayRegion(array, 0, size, reinterpret_cast<const jbyte*>(text));
  return array;
}

jint span_of(JNIEnv* env, jlongArray span, jint code, const uint8_t* bytes, size_t size) {
  const jlong both[] = {reinterpret_cast<jlong>(bytes), static_cast<jlong>(size)};
  if (code == POTIK_OK) env->SetLongArrayRegion(span, 0, 2, both);
  return code;
}

// The bytes of an array for as long as it lives; null where Java has no memory for them.
class Bytes {
 public:
  Bytes(JNIEnv* env, jbyteArray array)
      : env_(env), array_(array), bytes_(env->GetByteArrayElements(array, nullptr)) {}
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() {
    if (bytes_ != nullptr) env_->ReleaseByteArrayElements(array_, bytes_, JNI_ABORT);
  }
  [[nodiscard]] const jbyte* data() const { return bytes_; }
  [[nodiscard]] size_t size() const { return static_cast<size_t>(env_->GetArrayLength(array_)); }

 private:
  JNIEnv* env_;
  jbyteArray array_;
  jbyte* bytes_;
};

}  // namespace

extern "C" {

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_version(JNIEnv*, jclass) {
  return static_cast<jint>(potik_host_version());
}

JNIEXPORT jbyteArray JNICALL Java_potik_flink_NativeHost_unfit(JNIEnv* env, jclass) {
  return text_of(env, potik_host_unfit());
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_create(JNIEnv* env, jclass, jint role,
                                                          jbyteArray settings, jlongArray handle) {
  const Bytes text(env, settings);
  if (text.data() == nullptr) return POTIK_MEMORY;
  potik_host* host = nullptr;
  const int code =
      potik_host_create(role, reinterpret_cast<const char*>(text.data()), text.size(), &host);
  const auto made = reinterpret_cast<jlong>(host);
  env->SetLongArrayRegion(handle, 0, 1, &made);
  return code;
}

JNIEXPORT void JNICALL Java_potik_flink_NativeHost_close(JNIEnv*, jclass, jlong handle) {
  potik_host_close(host_of(handle));
}

JNIEXPORT jbyteArray JNICALL Java_potik_flink_NativeHost_error(JNIEnv* env, jclass, jlong handle) {
  return text_of(env, potik_host_error(host_of(handle)));
}

JNIEXPORT jobject JNICALL Java_potik_flink_NativeHost_slab(JNIEnv* env, jclass, jlong handle,
                                                           jlong size) {
  uint8_t* slab = potik_host_slab(host_of(handle), static_cast<size_t>(size));
  return slab == nullptr ? nullptr : env->NewDirectByteBuffer(slab, size);
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_push(JNIEnv*, jclass, jlong handle, jlong size) {
  const uint8_t* slab = potik_host_slab(host_of(handle), static_cast<size_t>(size));
  return potik_host_push(host_of(handle), slab, static_cast<size_t>(size));
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_advance(JNIEnv*, jclass, jlong handle,
                                                           jlong slice) {
  return potik_host_advance(host_of(handle), slice);
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_waits(JNIEnv*, jclass, jlong handle) {
  return potik_host_waits(host_of(handle));
}

JNIEXPORT jlong JNICALL Java_potik_flink_NativeHost_slice(JNIEnv*, jclass, jlong handle) {
  return potik_host_slice(host_of(handle));
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_take(JNIEnv* env, jclass, jlong handle,
                                                        jlongArray span) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  const int code = potik_host_take(host_of(handle), &bytes, &size);
  return span_of(env, span, code, bytes, size);
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_save(JNIEnv* env, jclass, jlong handle,
                                                        jint key_group, jlongArray span) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  const int code =
      potik_host_save(host_of(handle), static_cast<uint32_t>(key_group), &bytes, &size);
  return span_of(env, span, code, bytes, size);
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_restore(JNIEnv* env, jclass, jlong handle,
                                                           jint key_group, jbyteArray state) {
  const Bytes bytes(env, state);
  if (bytes.data() == nullptr) return POTIK_MEMORY;
  return potik_host_restore(host_of(handle), static_cast<uint32_t>(key_group),
                            reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_start(JNIEnv*, jclass, jlong handle) {
  return potik_host_start(host_of(handle));
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_settle(JNIEnv* env, jclass, jlong handle,
                                                          jlongArray span) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  const int code = potik_host_settle(host_of(handle), &bytes, &size);
  return span_of(env, span, code, bytes, size);
}

JNIEXPORT jint JNICALL Java_potik_flink_NativeHost_metrics(JNIEnv* env, jclass, jlong handle,
                                                           jlongArray span) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  const int code = potik_host_metrics(host_of(handle), &bytes, &size);
  return span_of(env, span, code, bytes, size);
}

JNIEXPORT jobject JNICALL Java_potik_flink_NativeHost_view(JNIEnv* env, jclass, jlong address,
                                                           jlong size) {
  return env->NewDirectByteBuffer(reinterpret_cast<void*>(address), size);
}

}  // extern "C"
