package potik.flink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Loads the core into this class loader. A library can be loaded by one class loader only, and each
 * job that brings our jar along has one of its own: so each gets a copy of its own, whose file is
 * taken away as soon as it is mapped. Threads: any.
 */
final class NativeLibrary {
  private static final String RESOURCE = "/potik/flink/libpotik_flink.so";
  /** POTIK_HOST_VERSION of src/host/potik_host.h. */
  private static final int HOST_VERSION = 2;

  private static boolean loaded;

  private NativeLibrary() {}

  /** Whether the jar was built with the core. */
  static boolean isThere() {
    return NativeLibrary.class.getResource(RESOURCE) != null;
  }

  /** Once for all; throws HostException where the core cannot run. */
  static synchronized void load() {
    if (loaded) return;
    try (InputStream library = NativeLibrary.class.getResourceAsStream(RESOURCE)) {
      if (library == null) {
        throw new HostException("This jar was built without Potik's core (" + RESOURCE
            + "); build the target potik_flink, then run tools/build-flink");
      }
      Path copy = Files.createTempFile("libpotik_flink", ".so");
      try {
        Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
        System.load(copy.toString());
      } finally {
        Files.delete(copy);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      HostException told = new HostException("Potik's core could not be loaded: " + e.getMessage());
      told.initCause(e);
      throw told;
    }
    check();
    loaded = true;
  }

  private static void check() {
    int version = NativeHost.version();
    if (version != HOST_VERSION) {
      throw new HostException("Potik's core is of version " + version + " and this jar of version "
          + HOST_VERSION + "; build both from the same sources");
    }
    byte[] unfit = NativeHost.unfit();
    if (unfit != null) throw new HostException(new String(unfit, StandardCharsets.UTF_8));
  }
}
