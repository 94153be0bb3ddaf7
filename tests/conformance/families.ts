/**
 * The families of behaviours that Twisted's and Tornado's own tests assert, and how many ids each
 * has. The ids run from 1: `CORE-01` to `CORE-14`.
 *
 * @module
 */

/** A family of ids. */
export interface Family {
  /** What the ids begin with. */
  readonly name: string;
  /** How many ids it has. */
  readonly size: number;
  /** The suite of the originals that it stands for. */
  readonly source: string;
  /**
   * How far this package has come: the ids up to this number must each have a test or a reason.
   * 0 for a family that is not begun, `size` for one that is finished.
   */
  readonly finishedUpTo: number;
}

function family(name: string, size: number, source: string, finishedUpTo = 0): Family {
  return { name, size, source, finishedUpTo };
}

/** Every family. */
export const FAMILIES: readonly Family[] = [
  family("CORE", 14, "twisted internet/test/test_core.py", 14),
  family("TIME", 3, "twisted internet/test/test_time.py", 3),
  family("FDSET", 11, "twisted internet/test/test_fdset.py", 11),
  family("IO", 60, "tornado test/ioloop_test.py", 60),
  family("TW", 18, "tornado test/twisted_test.py", 18),
  family("NU", 9, "tornado test/netutil_test.py", 9),
  family("IS", 45, "tornado test/iostream_test.py", 45),
  family("TS", 8, "tornado test/tcpserver_test.py", 8),
  family("TC", 30, "tornado test/tcpclient_test.py", 30),
  family("CMIX", 8, "twisted internet/test/connectionmixins.py", 8),
  family("TCP", 82, "twisted internet/test/test_tcp.py", 82),
  family("UDP", 18, "twisted internet/test/test_udp.py", 18),
  family("UDPI", 4, "twisted internet/test/test_udp_internals.py", 4),
  family("UNIX", 17, "twisted internet/test/test_unix.py", 17),
  family("THR", 10, "twisted internet/test/test_threads.py", 10),
  family("PROC", 39, "twisted internet/test/test_process.py", 39),
  family("TLS", 3, "twisted internet/test/test_tls.py", 3),
  family("NTLS", 5, "twisted internet/test/test_newtls.py", 5),
  family("BASE", 20, "twisted internet/test/test_base.py", 20),
  family("MAIN", 3, "twisted internet/test/test_main.py", 3),
  family("POSIXB", 14, "twisted internet/test/test_posixbase.py", 14),
  family("RES", 17, "twisted internet/test/test_resolver.py", 17),
  family("SOCK", 8, "twisted internet/test/test_socket.py", 8),
  family("ABS6", 6, "twisted internet/test/test_abstract.py", 6),
  family("FDESC", 4, "twisted internet/test/test_filedescriptor.py", 4),
  family("AIO", 11, "twisted internet/test/test_asyncioreactor.py", 11),
  family("DEFER", 180, "twisted test/test_defer.py", 180),
  family("TASK", 66, "twisted test/test_task.py", 66),
  family("INET", 63, "twisted test/test_internet.py", 63),
  family("OTCP", 36, "twisted test/test_tcp.py", 36),
  family("FACT", 6, "twisted test/test_factories.py", 6),
  family("PROT", 7, "twisted test/test_protocols.py", 7),
  family("LINE", 66, "twisted protocols/test/test_basic.py", 66),
  family("COOP", 29, "twisted test/test_cooperator.py", 29),
  family("LOOP", 19, "twisted test/test_loopback.py", 19),
  family("POL", 38, "twisted test/test_policies.py", 38),
  family("PRO", 25, "twisted internet/test/test_protocol.py", 25),
  family("ADDR", 8, "twisted internet/test/test_address.py", 8),
  family("INL", 60, "twisted internet/test/test_inlinecb.py", 60),
  family("DBL", 40, "twisted internet/test/test_testing.py", 40),
  family("OUDP", 18, "twisted test/test_udp.py", 18),
  family("OUNIX", 10, "twisted test/test_unix.py", 10),
  family("OTHR", 15, "twisted test/test_threads.py", 15),
  family("OSSL", 11, "twisted test/test_ssl.py", 11),
  family("ABS4", 10, "twisted test/test_abstract.py", 10),
  family("ERR", 8, "twisted test/test_error.py", 8),
  family("HOSTS", 20, "twisted names/test/test_hosts.py", 20),
  family("CACHE", 6, "twisted names/test/test_cache.py", 6),
  family("CHAIN", 2, "twisted names/test/test_resolve.py", 2),
  family("NCOM", 10, "twisted names/test/test_common.py", 10),
  family("NCLI", 72, "twisted names/test/test_client.py", 72),
];
