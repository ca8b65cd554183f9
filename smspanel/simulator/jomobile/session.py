"""Signing in: authorization codes and tokens, which live in virtual time."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from smspanel.simulator.ids import hex_id
from smspanel.simulator.jomobile.wire import NAME, JoMobileSwitches, Refused, done, text
from smspanel.simulator.wire import Json, Reply, Request
from smspanel.simulator.world import World

CODE_SECONDS = 600.0
CODES, TOKENS, GONE = (f"{NAME}:{kind}" for kind in ("codes", "tokens", "gone"))


def authorize(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Give a code for a login and its password."""
    del request
    own = world.switchboard.of(JoMobileSwitches)
    if not (_same(text(values, "username"), own.username) and _same(text(values, "password"), own.password)):
        raise Refused({"password": ["Incorrect username or password."]})
    with world.store.transaction():
        code = hex_id(world.seed, world.store.reserve(1), digits=32)
        until = world.clock.now() + CODE_SECONDS
        _keep(world, CODES, _kept(world, CODES) | {code: until})
    return done({"authorization_code": code, "expires_at": int(until)}, "a code")


def access_token(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Give a token for a code."""
    del request
    own, code = world.switchboard.of(JoMobileSwitches), text(values, "authorization_code")
    with world.store.transaction():
        codes = _kept(world, CODES)
        if codes.get(code, 0.0) <= world.clock.now():
            raise Refused("Authorization code is not valid")
        if own.single_use_codes:
            _keep(world, CODES, {key: until for key, until in codes.items() if key != code})
        token = hex_id(world.seed, world.store.reserve(1), digits=30)
        until = world.clock.now() + own.token_seconds
        _keep(world, TOKENS, _kept(world, TOKENS) | {token: until})
    return done({"access_token": token, "expires_at": int(until)}, "a token")


def authenticate(world: World, request: Request) -> str:
    """Return the token of the request; refuse one that is missing, expired, logged out or of an inactive account."""
    own, token = world.switchboard.of(JoMobileSwitches), request.header("X-Access-Token")
    static = bool(own.token) and _same(token, own.token) and token not in _kept(world, GONE)
    if own.inactive or not (static or _kept(world, TOKENS).get(token, 0.0) > world.clock.now()):
        raise Refused("Unauthorized", status=401)
    return token


def logout(world: World, request: Request, values: dict[str, Json]) -> Reply:
    """Destroy the token of the request."""
    del values
    token = request.header("X-Access-Token")
    with world.store.transaction():
        tokens = _kept(world, TOKENS)
        tokens.pop(token, None)
        _keep(world, TOKENS, tokens)
        _keep(world, GONE, _kept(world, GONE) | {token: world.clock.now()})
    return done({}, "logged out")


def _kept(world: World, key: str) -> dict[str, float]:
    kept = world.store.remembered(key)
    return {name: value for name, value in kept.items() if isinstance(value, float)} if isinstance(kept, dict) else {}


def _keep(world: World, key: str, values: Mapping[str, float]) -> None:
    kept: dict[str, Json] = {**values}
    world.store.remember(key, kept)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
