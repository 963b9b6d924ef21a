package dev.stockade.core.seccomp;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.stockade.core.fault.HostUnsupportedException;

/** Finds libseccomp, or says what the host lacks and how to get it. */
final class LibSeccompLoader {
  static final String SONAME = "libseccomp.so.2";

  private static final int MAJOR = 2;
  private static final int MINOR = 5;

  private static final String INSTALL = "apt-get install libseccomp2";

  private LibSeccompLoader() {}

  static LibSeccomp load(String soname) {
    requireJna();
    LibSeccomp library;
    try {
      library = LibSeccomp.load(soname);
    } catch (UnsatisfiedLinkError e) {
      throw new HostUnsupportedException(
          "libseccomp", soname + " cannot be loaded (" + firstLine(e) + ")", INSTALL);
    }
    Pointer version = library.seccomp_version();
    requireVersion(version.getInt(0), version.getInt(4), version.getInt(8));
    requireX8664(library.seccomp_arch_native());
    // Makes the result independent of this host's kernel: whether it knows SECCOMP_RET_USER_NOTIF
    // matters where the filter is installed, not here.
    int status = library.seccomp_api_set(LibSeccomp.API_LEVEL_NOTIFY);
    if (status != 0) {
      throw new HostUnsupportedException(
          "libseccomp", "it has no API level " + LibSeccomp.API_LEVEL_NOTIFY, INSTALL);
    }
    return library;
  }

  static void requireVersion(int major, int minor, int micro) {
    if (major != MAJOR || minor < MINOR) {
      String found = major + "." + minor + "." + micro;
      throw new HostUnsupportedException(
          "libseccomp", "version " + found + " is here, 2.5 or a later 2 is needed", INSTALL);
    }
  }

  static void requireX8664(int nativeArchitecture) {
    if (nativeArchitecture != LibSeccomp.SCMP_ARCH_X86_64) {
      throw new HostUnsupportedException(
          "x86-64 system calls",
          "this processor's AUDIT_ARCH is 0x" + Integer.toHexString(nativeArchitecture),
          "use an x86-64 host");
    }
  }

  /** JNA unpacks its own native part at its first use. */
  private static void requireJna() {
    try {
      if (Native.POINTER_SIZE != Long.BYTES) {
        throw new IllegalStateException("a pointer has " + Native.POINTER_SIZE + " bytes");
      }
    } catch (LinkageError e) {
      throw new HostUnsupportedException(
          "JNA",
          "its native part cannot be unpacked and loaded (" + firstLine(e) + ")",
          "start java with -Djna.tmpdir=DIR, a writable folder that is not mounted noexec");
    }
  }

  private static String firstLine(LinkageError e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
