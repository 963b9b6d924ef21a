package dev.stockade.core.host;

/** Commands that several fixes need. */
final class Fixes {
  private Fixes() {}

  /** Sets a sysctl now and at every boot. */
  static String sysctl(String key, String value) {
    String file = "/etc/sysctl.d/60-stockade-" + key.replace('.', '-') + ".conf";
    return "echo '" + key + " = " + value + "' | sudo tee " + file + " && sudo sysctl -p " + file;
  }

  /** Installs a package, by its Debian name. */
  static String install(String debianPackage) {
    return "sudo apt-get install " + debianPackage + " (or your distribution's package of it)";
  }
}
