package dev.stockade.core.host;

import java.util.Map;

/** What kind of container we are in, as far as it shows: the fix is told in its words. */
enum Container {
  NONE("start Stockade outside of whatever installed this filter"),
  DOCKER(
      "docker run --security-opt seccomp=packaging/docker/seccomp.json --security-opt"
          + " apparmor=unconfined --security-opt systempaths=unconfined ... (all flags:"
          + " packaging/docker/Dockerfile)"),
  PODMAN(
      "podman run --security-opt seccomp=packaging/docker/seccomp.json --security-opt unmask=ALL ..."),
  KUBERNETES(
      "in the pod: hostUsers: false, appArmorProfile: {type: Unconfined}, seccompProfile:"
          + " packaging/docker/seccomp.json, and in the container's securityContext procMount:"
          + " Unmasked (all of it: packaging/kubernetes/stockade.yaml)"),
  OTHER(
      "let the container's runtime permit unshare, clone, mount and a fresh /proc"
          + " (systemd-nspawn: --system-call-filter=@mount; LXC: lxc.include = nesting.conf)");

  private final String fix;

  Container(String fix) {
    this.fix = fix;
  }

  /** How to start such a container so that a sandbox can be built in it. */
  String fix() {
    return fix;
  }

  static Container of(HostFiles files, Map<String, String> environment) {
    if (environment.containsKey("KUBERNETES_SERVICE_HOST")) {
      return KUBERNETES;
    }
    if (files.exists("/run/.containerenv")) {
      return PODMAN;
    }
    if (files.exists("/.dockerenv")) {
      return DOCKER;
    }
    return environment.containsKey("container") || files.exists("/run/systemd/container")
        ? OTHER
        : NONE;
  }
}
