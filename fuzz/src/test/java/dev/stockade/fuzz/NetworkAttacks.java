package dev.stockade.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Attacks from a network of the run's own, which is the most that a policy can give. */
final class NetworkAttacks {
  private NetworkAttacks() {}

  /** What ::1 answers in a network of one's own: some kernels, User-Mode Linux's, have no IPv6. */
  private static final String IPV6 =
      Files.exists(Path.of("/proc/net/if_inet6")) ? "ECONNREFUSED" : "EAFNOSUPPORT";

  private static final String REACH =
      """
      from attempts import *
      import socket
      socket.setdefaulttimeout(3)
      def reach(label, address, kind=socket.SOCK_STREAM):
          family = socket.AF_INET6 if ':' in address[0] else socket.AF_INET
          def send():
              with socket.socket(family, kind) as out:
                  out.connect(address)
                  out.send(b'x')
          attempt(label, send)
      reach('canary', ('127.0.0.1', %d))
      reach('canary, any', ('0.0.0.0', %d))
      reach('canary, 127.8.8.8', ('127.8.8.8', %d))
      reach('canary, IPv6', ('::1', %d))
      reach('canary, mapped', ('::ffff:127.0.0.1', %d))
      reach('metadata', ('169.254.169.254', 80))
      reach('gateway', ('%s'.rsplit('.', 1)[0] + '.1', 80))
      reach('host', ('%s', %d))
      reach('DNS', ('8.8.8.8', 53), socket.SOCK_DGRAM)
      reach('multicast', ('224.0.0.1', 53), socket.SOCK_DGRAM)
      """;

  private static String reach() {
    Canary canary = Canary.shared();
    return REACH.formatted(
        canary.port,
        canary.port,
        canary.port,
        canary.port,
        canary.port,
        canary.hostAddress(),
        canary.hostAddress(),
        canary.port);
  }

  static final List<Attack> ALL =
      List.of(
          Attack.python(Lesson.NO_NETWORK, "out of a network of its own", reach())
              .policy("loopback")
              .prints(
                  "canary: ECONNREFUSED",
                  "canary, any: ECONNREFUSED",
                  "canary, 127.8.8.8: ECONNREFUSED",
                  "canary, IPv6: " + IPV6,
                  "canary, mapped: " + IPV6,
                  "metadata: ENETUNREACH",
                  "gateway: ENETUNREACH",
                  "host: ENETUNREACH",
                  "DNS: ENETUNREACH",
                  "multicast: ENETUNREACH")
              .build(),
          Attack.python(Lesson.NO_NETWORK, "without a network", reach())
              .prints(
                  "canary: EAFNOSUPPORT",
                  "canary, any: EAFNOSUPPORT",
                  "canary, 127.8.8.8: EAFNOSUPPORT",
                  "canary, IPv6: EAFNOSUPPORT",
                  "canary, mapped: EAFNOSUPPORT",
                  "metadata: EAFNOSUPPORT",
                  "gateway: EAFNOSUPPORT",
                  "host: EAFNOSUPPORT",
                  "DNS: EAFNOSUPPORT",
                  "multicast: EAFNOSUPPORT")
              .build(),
          Attack.python(
                  Lesson.NO_NETWORK,
                  "its own network does work, and holds nothing else",
                  """
                  from attempts import *
                  import socket, fcntl, struct
                  server = socket.create_server(('127.0.0.1', 0))
                  client = socket.create_connection(server.getsockname())
                  server.accept()[0].send(b'hello')
                  print(client.recv(5), [name for index, name in socket.if_nameindex()])
                  print(open('/proc/self/net/route').read().count('\\n'))
                  attempt('raw', socket.socket, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
                  attempt('packet', socket.socket, 17, socket.SOCK_RAW, 0)
                  lo = struct.pack('16sH14x', b'lo', 0)
                  attempt('lo down', fcntl.ioctl, client, 0x8914, lo)
                  attempt('privileged port', socket.socket().bind, ('127.0.0.1', 80))
                  attempt('bind to device', client.setsockopt, socket.SOL_SOCKET, 25, b'eth0')
                  attempt('mark', client.setsockopt, socket.SOL_SOCKET, 36, 1)
                  """)
              .policy("loopback")
              .prints(
                  "b'hello' ['lo']",
                  "1",
                  "raw: EPERM",
                  "packet: EAFNOSUPPORT",
                  "lo down: EPERM",
                  "privileged port: EACCES",
                  "bind to device: ENODEV",
                  "mark: EPERM")
              .build());
}
