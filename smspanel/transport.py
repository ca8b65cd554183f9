"""The sockets under smspanel/outbound.py: checked addresses, one deadline, and proof of what left.

No connection is used twice: a server may close an idle one at any moment, and a request that crosses the
close cannot be told from one that was taken. A handshake is cheaper than a message nobody can account for.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from smspanel import failpoints
from smspanel.addresses import ForbiddenAddress, resolve


class NotConnected(Exception):
    """There is no connection over which a request could have left."""


class NotAllowed(NotConnected):
    """This place is never called."""


class Attempt:
    """One call: until when it may take, whether a byte of it left, and the socket to cut at the deadline."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.left = False
        self.late = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Attempt:
        _local.attempt = self
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._socket = None

    def remaining(self) -> float:
        """Return the seconds left; raise NotConnected if there are none."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise NotConnected(_("There was no connection before the time was up."))
        return seconds

    def leave(self, connected: socket.socket) -> None:
        """Note that the first byte leaves now."""
        if self.left:
            return
        failpoints.hit("http.before")
        self.remaining()
        with self._lock:
            self._socket = connected
            self.left = True

    def _cut(self) -> None:
        with self._lock:
            self.late = True
            if self._socket is not None:
                with suppress(OSError):
                    # The plain shutdown, because that of a TLS socket is not made for a second thread.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


# The session and attempt of a thread; `pid` tells a forked child that the session is its parent's.
_local = threading.local()


class _Connection(HTTPConnection):
    """A connection that opens to checked addresses only and reports to the attempt under way."""

    def _new_conn(self) -> socket.socket:
        attempt: Attempt = _local.attempt
        place = f"{self.host}:{self.port}"
        try:
            addresses = resolve(
                self._dns_host,
                self.port,
                exempt=settings.PRIVATE_HOSTS_ALLOWED,
                timeout=attempt.remaining(),
            )
            return _connect(addresses, self.port, attempt)
        except ForbiddenAddress as error:
            raise NotAllowed(
                _("The panel may not call %(place)s (%(why)s).") % {"place": place, "why": error}
            ) from error
        except OSError as error:
            why = error.strerror or _("no answer")
            raise NotConnected(
                _("There is no connection to %(place)s (%(why)s).") % {"place": place, "why": why}
            ) from error

    def send(self, data: Any) -> None:
        """Write a piece of the request."""
        if self.sock is None:
            self.connect()
        _local.attempt.leave(self.sock)
        super().send(data)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        """Read the head of the answer."""
        failpoints.hit("http.sent")
        return super().getresponse()


class _SecureConnection(_Connection, HTTPSConnection):
    pass


def _connect(addresses: list[str], port: int, attempt: Attempt) -> socket.socket:
    """Open a socket to the first address that answers; its time-out covers the TLS handshake too."""
    failure: OSError = OSError()
    for address in addresses:
        try:
            connected = socket.create_connection((address, port), timeout=attempt.remaining())
        except OSError as error:
            failure = error
        else:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.settimeout(attempt.remaining())
            return connected
    raise failure


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _SecurePool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


@cache
def _tls() -> ssl.SSLContext:
    """Load the public authorities once: it takes longer than a handshake."""
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_tls(), **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Leave the check of certificates to the context, which has the authorities already."""


class _Session(requests.Session):
    """Follows nothing, remembers no cookie and takes nothing from the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(max_retries=0))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Hide redirects; requests would otherwise read the whole body to prepare the next call."""


def session() -> requests.Session:
    """Return the session of this process and thread."""
    if getattr(_local, "pid", None) != os.getpid():
        _local.session = _Session()
        _local.pid = os.getpid()
    found: requests.Session = _local.session
    return found
