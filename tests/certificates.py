"""Certificates for tests, made with the `openssl` command."""

import ssl
import subprocess
from pathlib import Path

import pytest

from legato.service.mqtt.broker import Tls
from tests.mosquitto import executable


class Authority:
    """Signs what it is asked to. Without `may_sign`, the authority that `openssl req -x509` makes by itself."""

    def __init__(self, folder: Path, name: str, may_sign: str = "critical,keyCertSign,cRLSign") -> None:
        self.folder = folder / name
        self.folder.mkdir()
        self.cert, self._key = self.folder / "ca.pem", self.folder / "ca.key"
        whole = ("-x509", "-days", "2", "-subj", f"/CN={name}", "-keyout", str(self._key), "-out", str(self.cert))
        _openssl("req", *_NEW_KEY, *whole, *(("-addext", f"keyUsage={may_sign}") if may_sign else ()))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for `name`, and its key."""
        request, cert, key = (self.folder / f"{name}{end}" for end in (".csr", ".pem", ".key"))
        names = self.folder / f"{name}.ext"
        names.write_text(f"subjectAltName=IP:{name}" if name[0].isdigit() else f"subjectAltName=DNS:{name}")
        _openssl("req", *_NEW_KEY, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
        signed = ("-CA", str(self.cert), "-CAkey", str(self._key), "-CAcreateserial", "-days", "2")
        _openssl("x509", "-req", "-in", str(request), *signed, "-extfile", str(names), "-out", str(cert))
        return cert, key

    def tls(self, cert: Path | None = None, key: Path | None = None) -> Tls:
        """How a client trusts whom this authority has signed."""
        return Tls(self.cert, cert, key)


def be_strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every Python look at certificates as 3.13 and newer do by themselves."""
    lenient = Tls.context

    def context(tls: Tls) -> ssl.SSLContext:
        strict = lenient(tls)
        strict.verify_flags |= ssl.VERIFY_X509_STRICT
        return strict

    monkeypatch.setattr(Tls, "context", context)


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def _openssl(*args: str) -> None:
    subprocess.run([executable("openssl"), *args], check=True, capture_output=True)  # noqa: S603
