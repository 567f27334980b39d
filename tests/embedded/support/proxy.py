"""gunicorn as the image starts it, and nginx before it with the very file that councils take.

One worker instead of two is all that differs.
"""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection

from tests.embedded.support.project_folder import PROJECT

FILE = PROJECT / "docs" / "nginx.conf"
HOST = "council.example"
# As Debian's own, where it counts; a temporary folder for what Debian keeps in /var/lib/nginx.
AROUND = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; {user}
error_log {folder}/start.log;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_ports(count: int) -> list[int]:
    """Return ports of this machine on which nobody listens."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Site:
    """The web server and the proxy, as two processes; `trust` is what a browser checks it by."""

    def __init__(self, nginx: str, folder: Path) -> None:
        self.folder = folder
        self.gunicorn, self.port, self.plain, *more = free_ports(5)
        self.trust = self._certificate()
        (folder / "site.conf").write_text(self._put_in(FILE.read_text(encoding="utf-8"), more))
        user = "user root;" if os.geteuid() == 0 else ""  # the folder of a test is its owner's
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
        command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        self.running = [
            subprocess.Popen(self._web_server(), env=self._environment(), cwd=PROJECT),
            subprocess.Popen([*command, "-e", str(folder / "start.log")]),
        ]
        for port in (self.gunicorn, self.port):
            self._wait_for(port)

    def stop(self) -> None:
        for process in reversed(self.running):
            process.terminate()
            process.wait(timeout=20)

    def _put_in(self, text: str, more: list[int]) -> str:
        """Return the file with what is a council's own, and this machine's ports."""
        for said, meant in {
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{self.gunicorn};",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            "listen [::]:443 ": f"listen 127.0.0.1:{more[0]} ",
            "listen [::]:80": f"listen 127.0.0.1:{more[1]}",
            "/var/log/nginx/": f"{self.folder}/",
            "/etc/ssl/certs/council.example.pem": f"{self.folder}/certificate.pem",
            "/etc/ssl/private/council.example.key": f"{self.folder}/certificate.key",
        }.items():
            assert said in text, said
            text = text.replace(said, meant)
        return text

    def _web_server(self) -> list[str]:
        [said] = re.findall(r"^CMD (\[.*?\])$", (PROJECT / "Dockerfile").read_text(), re.M | re.S)
        command = json.loads(said.replace("\\\n", ""))
        assert command[0] == "gunicorn"
        command[command.index("0.0.0.0:8000")] = f"127.0.0.1:{self.gunicorn}"
        command[command.index("--workers") + 1] = "1"
        return [sys.executable, "-m", *command]

    def _environment(self) -> dict[str, str]:
        given = connection.settings_dict
        where = f"/{given['HOST']}" if given["HOST"].startswith("/") else ""
        host = "" if where else quote(given["HOST"])
        signed_in = f"{given['USER']}:{given['PASSWORD']}"
        return os.environ | {
            "DATABASE_URL": f"postgres://{signed_in}@{host}{where}/{given['NAME']}",
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}/",
            "LOCAL_HTTP": "0",
            "BEHIND_TLS_PROXY": "1",
            # One more than there are: what a browser claims would count if it came this far.
            "TRUSTED_PROXY_COUNT": "2",
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }

    def _certificate(self) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
            .sign(key, hashes.SHA256())
        )
        (self.folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (self.folder / "certificate.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def _wait_for(self, port: int) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and all(one.poll() is None for one in self.running):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise AssertionError((self.folder / "start.log").read_text())
