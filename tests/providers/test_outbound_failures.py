"""A failure is NeverLeft only if no byte can have arrived; everything else is NoAnswer (R6, S40)."""

from __future__ import annotations

import datetime
import socket
import ssl
import time
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from smspanel import failpoints, outbound, transport
from tests.providers.scripted import (
    CUT_BODY,
    DROP_AFTER_READING,
    DROP_BEFORE_READING,
    Reply,
    Scripted,
    answer,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD = b"HTTP/1.1 200 OK\r\n"
SOON = 1.5
"""Seconds in which a request has surely left, and after which an answer in pieces is far from its end."""
PAUSE = 0.2
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SIZED = HEAD + b"Content-Length: 99\r\n\r\n"
GZIPPED = HEAD + b"Content-Encoding: gzip\r\n\r\n"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(DROP_BEFORE_READING, id="dropped before reading"),
        pytest.param(DROP_AFTER_READING, id="dropped after reading"),
        pytest.param(Reply(reset=True), id="reset after reading"),
        pytest.param(CUT_BODY, id="body cut"),
        pytest.param(Reply([CHUNKED + b"5\r\nab"]), id="chunk cut"),
        pytest.param(Reply([HEAD + b"Content-Length: 5"]), id="head cut"),
        pytest.param(Reply([b"SSH-2.0-OpenSSH_9.2\r\n"]), id="not HTTP"),
        pytest.param(Reply([GZIPPED + b"abc"]), id="bad gzip"),
        pytest.param(Reply([HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n"]), id="endless header"),
    ],
)
def test_a_connection_that_breaks_leaves_no_answer(server: Scripted, reply: Reply) -> None:
    server.script(reply)
    with pytest.raises(outbound.NoAnswer):
        outbound.send("POST", server.url, json={"a": 1})
    assert server.connections == 1


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([b""] * 100, id="silence"),
        pytest.param([bytes([byte]) for byte in HEAD * 9], id="a header byte at a time"),
        pytest.param([SIZED, *[b"x"] * 99], id="a body byte at a time"),
        pytest.param([HEAD + b"\r\n", *[b"x"] * 99], id="a body without an end"),
        pytest.param([CHUNKED, *[b"1\r\nx\r\n"] * 99], id="a chunk at a time"),
    ],
)
def test_the_deadline_ends_the_slowest_answer(server: Scripted, chunks: list[bytes]) -> None:
    server.script(Reply(chunks, pause=PAUSE))
    began = time.monotonic()
    with pytest.raises(outbound.NoAnswer, match=r"1\.5 seconds"):
        outbound.send("POST", server.url, json={}, deadline=SOON)
    assert time.monotonic() - began < 10 * SOON


def test_the_deadline_ends_a_request_that_nobody_reads() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(outbound.NoAnswer):
            outbound.send("POST", url, content=b"x" * 50_000_000, deadline=SOON)


@pytest.mark.parametrize("declared", [True, False])
def test_a_huge_answer_is_not_read(server: Scripted, declared: bool) -> None:
    size = 10_000_000
    head = HEAD + (b"Content-Length: %d\r\n" % size if declared else b"") + b"\r\n"
    server.script(Reply([head, *[b"x" * 100_000] * (size // 100_000)]))
    with pytest.raises(outbound.NoAnswer, match="longer than 65536 bytes"):
        outbound.send("GET", server.url, max_bytes=65536)


def test_a_redirect_with_a_huge_body_is_not_read_either(server: Scripted) -> None:
    server.script(Reply([b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", *[b"x" * 100_000] * 100]))
    with pytest.raises(outbound.NoAnswer):
        outbound.send("GET", server.url)


def test_a_refused_connection_never_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(outbound.NeverLeft, match="refused"):
        outbound.send("POST", f"http://127.0.0.1:{port}/", json={})


def test_a_name_that_does_not_exist_never_left() -> None:
    with pytest.raises(outbound.NeverLeft, match=r"no-such-host\.invalid"):
        outbound.send("POST", "https://no-such-host.invalid/?key=secret", json={})


def test_a_failure_before_the_first_byte_never_left(server: Scripted) -> None:
    def fail() -> None:
        raise OSError

    server.script(answer())
    failpoints.arm("http.before", fail)
    try:
        with pytest.raises(outbound.NeverLeft):
            outbound.send("POST", server.url, json={})
    finally:
        failpoints.disarm()
    assert server.bytes_received == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//127.0.0.1",
        "http://",
        "http://[::1",
        "http://u:p@127.0.0.1/",
    ],
)
def test_an_address_that_cannot_be_called_never_left(url: str) -> None:
    with pytest.raises(outbound.NeverLeft):
        outbound.send("GET", url)


def test_a_request_that_cannot_be_written_never_left(server: Scripted) -> None:
    for headers, json in [({"X": "a\r\nb"}, None), ({}, {"n": float("nan")})]:
        with pytest.raises(outbound.NeverLeft):
            outbound.send("POST", server.url, headers=headers, json=json)
    assert server.bytes_received == 0


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    with Scripted(answer(), tls=self_signed(tmp_path)) as server:
        with pytest.raises(outbound.NeverLeft, match="certificate"):
            outbound.send("POST", server.url, json={"text": "secret"})
        assert server.connections == 1
    assert server.requests == []


@pytest.mark.parametrize("chunks, deadline, whole", [([OK], 60, True), ([SIZED, *[b"x"] * 99], SOON, False)])
def test_a_trusted_server_is_answered_under_the_same_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: list[bytes], deadline: float, whole: bool
) -> None:
    context = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=tmp_path / "server.pem")
    monkeypatch.setattr(transport, "_tls", lambda: trusting)
    monkeypatch.setattr(transport, "session", lambda: transport._Session())
    with Scripted(Reply(chunks, pause=PAUSE), tls=context) as server:
        try:
            assert outbound.send("POST", server.url, json={}, deadline=deadline).body == b"ok"
        except outbound.NoAnswer:
            assert not whole
        assert len(server.requests) == 1


def test_a_server_that_never_shakes_hands_gets_nothing(server: Scripted) -> None:
    server.script(Reply([b""] * 100, pause=PAUSE, read_request=False))
    with pytest.raises(outbound.NeverLeft):
        outbound.send("POST", server.url.replace("http:", "https:"), json={}, deadline=SOON)
    assert server.requests == []
