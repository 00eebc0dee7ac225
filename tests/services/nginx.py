"""nginx with the very configuration file of docker/, its blanks filled in for this computer."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from tests.services.processes import ROOT, Server, need

TYPES = Path("/etc/nginx/mime.types")


def render(values: Mapping[str, str]) -> str:
    """Return docker/nginx.conf with its ${NAMES} filled in; nginx's own $variables stay."""
    text = (ROOT / "docker/nginx.conf").read_text()
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def blanks() -> set[str]:
    """Return the names that the configuration leaves open."""
    text = (ROOT / "docker/nginx.conf").read_text()
    uncommented = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {found["braced"] for found in Template.pattern.finditer(uncommented) if found["braced"]}


class Nginx(Server):
    """nginx before a web process, with its static files and media."""

    name = "nginx"

    def __init__(self, *, web_port: int, data: Path) -> None:
        super().__init__()
        self.web_port, self.data = web_port, data

    def argv(self) -> Sequence[str]:
        program = need("nginx", package="nginx-light")
        config = self.folder / "nginx.conf"
        config.write_text(
            render(
                {
                    "NGINX_LISTEN": f"127.0.0.1:{self.port}",
                    "NGINX_RUN": str(self.folder),
                    "NGINX_TYPES": str(TYPES),
                    "WEB": f"127.0.0.1:{self.web_port}",
                    "STATIC_ROOT": str(self.data / "static"),
                    "MEDIA_ROOT": str(self.data / "media"),
                }
            )
        )
        # As root its children would become nobody, who may not read the test's folders.
        person = " user root;" if os.geteuid() == 0 else ""
        return [program, "-p", str(self.folder), "-c", str(config), "-g", f"daemon off;{person}"]

    def url(self, path: str = "/") -> str:
        """Return an address behind this nginx."""
        return f"http://127.0.0.1:{self.port}{path}"
