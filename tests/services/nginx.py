"""nginx with the very configuration files of docker/, their blanks filled in for this computer."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from tests.services.certificate import Certificate
from tests.services.processes import ROOT, Server, free_port, need, port_answers

TYPES = Path("/etc/nginx/mime.types")
ERROR_PAGES = ROOT / "docker/error-pages"
VARIABLES = ROOT / "docker/nginx-variables"


def computed(told: Mapping[str, str]) -> dict[str, str]:
    """Return what docker/nginx-variables makes of the environment it is told, as the image's entrypoint sources it."""
    asked = subprocess.run(
        ["/bin/sh", "-ec", f'. "{VARIABLES}"; env -0'],
        env={"PATH": os.environ["PATH"], **told},
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    pairs = (line.partition("=") for line in asked.stdout.split("\0") if line)
    return {name: value for name, _equals, value in pairs}


def render(told: Mapping[str, str]) -> str:
    """Return docker/nginx.conf with its ${NAMES} filled in; nginx's own $variables stay."""
    text = (ROOT / "docker/nginx.conf").read_text()
    for name, value in computed(told).items():
        text = text.replace(f"${{{name}}}", value)
    return text


def blanks() -> set[str]:
    """Return the names that the configuration leaves open."""
    text = (ROOT / "docker/nginx.conf").read_text()
    uncommented = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {found["braced"] for found in Template.pattern.finditer(uncommented) if found["braced"]}


class Nginx(Server):
    """nginx before a web process, with its static files and media; with a certificate it speaks HTTPS as well."""

    name = "nginx"

    def __init__(
        self,
        *,
        web_port: int,
        uploads_port: int | None = None,
        data: Path,
        certificate: Certificate | None = None,
        trusted_proxies: str = "",
        s3_endpoint: str = "",
    ) -> None:
        super().__init__()
        self.web_port, self.uploads_port, self.data = web_port, uploads_port or web_port, data
        self.certificate, self.trusted_proxies = certificate, trusted_proxies
        self.s3_endpoint = s3_endpoint
        self.tls_port = free_port()

    @property
    def access_log(self) -> Path:
        """The file with one line for each request."""
        return self.folder / "access.jsonl"

    def told(self) -> dict[str, str]:
        """Return what the compose file tells the container, for this computer."""
        certificate = self.certificate
        return {
            "NGINX_LISTEN": f"127.0.0.1:{self.port}",
            "NGINX_LISTEN_TLS": f"127.0.0.1:{self.tls_port}",
            "NGINX_CERTIFICATE": str(certificate.chain) if certificate else "",
            "NGINX_CERTIFICATE_KEY": str(certificate.key) if certificate else "",
            "NGINX_TRUSTED_PROXIES": self.trusted_proxies,
            "NGINX_ACCESS_LOG": str(self.access_log),
            "WEIKE_S3_ENDPOINT": self.s3_endpoint,
            "NGINX_RUN": str(self.folder),
            "NGINX_TYPES": str(TYPES),
            "NGINX_ERROR_PAGES": str(ERROR_PAGES),
            "WEB": f"127.0.0.1:{self.web_port}",
            "UPLOADS": f"127.0.0.1:{self.uploads_port}",
            "STATIC_ROOT": str(self.data / "static"),
            "MEDIA_ROOT": str(self.data / "media"),
        }

    def argv(self) -> Sequence[str]:
        program = need("nginx", package="nginx-light")
        config = self.folder / "nginx.conf"
        config.write_text(render(self.told()))
        # As root its children would become nobody, who may not read the test's folders.
        person = " user root;" if os.geteuid() == 0 else ""
        return [program, "-p", str(self.folder), "-c", str(config), "-g", f"daemon off;{person}"]

    def is_ready(self) -> bool:
        return port_answers(self.port) and (self.certificate is None or port_answers(self.tls_port))

    def url(self, path: str = "/") -> str:
        """Return an address behind this nginx, over HTTPS when it has a certificate."""
        if self.certificate:
            return f"https://localhost:{self.tls_port}{path}"
        return f"http://127.0.0.1:{self.port}{path}"
