"""A private Elasticsearch: one node, forgotten when it ends. Where a server of one's own is named, that one is asked."""

import contextlib
import json
import os
import pwd
import shutil
import tempfile
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.carried import NotFetchedError, elasticsearch_home
from tests.services.processes import Server, ServiceMissingError, free_port, need

# It refuses to run as root.
PERSON = "nobody"
# One node for one test run: half the processor's time of an ordinary start, and a quarter of its memory.
JVM = ("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
# A full disk, or a person's other nodes, are no concern of tests.
SETTINGS = {
    "cluster.name": "weike-tests",
    "network.host": "127.0.0.1",
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "xpack.ml.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # In so small a heap there is always something that nobody has cleared away yet.
    "indices.breaker.total.use_real_memory": "false",
    "action.destructive_requires_name": "false",
}
LOG = """
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class Elasticsearch(Server):
    """One node on a free port, without passwords."""

    name = "elasticsearch"
    jvm: Sequence[str] = JVM

    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def scratch(self) -> Path:
        """Where it puts what it needs for a while."""
        return self.folder / "scratch"

    def place(self) -> Path:
        """Return its home: it looks there for its parts, whatever it is told."""
        return elasticsearch_home()

    def argv(self) -> Sequence[str]:
        java = need("java", package="default-jre-headless")
        try:
            home = elasticsearch_home()
        except NotFetchedError as missing:
            raise ServiceMissingError(str(missing)) from None
        self.configure()
        # What bin/elasticsearch runs; the artifact leaves that script out.
        launcher = [
            "-Xms4m",
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            f"-Djava.io.tmpdir={self.scratch}",
            "-Dcli.name=server",
            f"-Dcli.script={home}/bin/elasticsearch",
        ]
        places = ["-Dcli.libs=lib/tools/server-cli", f"-Des.path.home={home}", f"-Des.path.conf={self.folder}/config"]
        kind = [
            "-Des.distribution.type=zip",
            "-Des.java.type=ES_JAVA_HOME",
            "-cp",
            f"{home}/lib/*:{home}/lib/cli-launcher/*",
        ]
        return [*self.drop_root(), java, *launcher, *places, *kind, "org.elasticsearch.launcher.CliToolLauncher"]

    def drop_root(self) -> list[str]:
        """Return the start of an argv that runs a program as somebody who is not root, to whom the folder then belongs."""
        if os.geteuid() != 0:
            return []
        person = pwd.getpwnam(PERSON)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, person.pw_uid, person.pw_gid)
        return [need("runuser", package="util-linux"), "-u", PERSON, "--"]

    def configure(self) -> None:
        """Write the node's configuration."""
        config = self.folder / "config"
        for folder in (config, self.scratch):
            folder.mkdir(exist_ok=True)
        places = {"path.data": self.folder / "data", "path.logs": self.folder / "logs"}
        ports = {"http.port": self.port, "transport.port": free_port()}
        lines = [f"{name}: {value}" for name, value in {**SETTINGS, **places, **ports}.items()]
        (config / "elasticsearch.yml").write_text("\n".join(lines))
        (config / "jvm.options").write_text("\n".join([*self.jvm, f"-Djava.io.tmpdir={self.scratch}"]))
        (config / "log4j2.properties").write_text(LOG)

    def environment(self) -> Mapping[str, str]:
        java = Path(need("java", package="default-jre-headless")).resolve()
        mine = {"ES_JAVA_HOME": str(java.parents[1]), "ES_TMPDIR": str(self.scratch), "HOME": str(self.scratch)}
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOSTNAME": "localhost", **mine}

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url()}/_cluster/health", timeout=5) as answer:  # noqa: S310  # ours
                return bool(json.load(answer)["status"] == "green")
        except OSError:
            return False

    def stop(self) -> None:
        """End the node; it keeps nothing, so nothing is waited for."""
        self.kill()
        self.process = None
        forget_doors()
        shutil.rmtree(self.folder, ignore_errors=True)


def forget_doors() -> None:
    """Remove what Java processes that are no more left in the machine's folder for them, whatever folder they are told."""
    for door in Path(tempfile.gettempdir()).glob(".java_pid*"):
        if not Path("/proc", door.name.removeprefix(".java_pid")).exists():
            with contextlib.suppress(OSError):
                door.unlink()
