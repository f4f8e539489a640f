"""Runs named behaviours and prints one JSON line for each: what run.mjs collects into its table."""
import http.client
import json
import socket
import sys
import time
import traceback
import urllib.parse

_registered = []


class Skip(Exception):
    """The SDK has no such call; the reason is shown in the table's notes."""


def behaviour(name):
    def register(function):
        _registered.append((name, function))
        return function
    return register


def run_all():
    failed = 0
    for name, function in _registered:
        line = {'behaviour': name, 'ok': True}
        try:
            function()
        except Skip as reason:
            line = {'behaviour': name, 'skip': str(reason)}
        except BaseException as error:  # a failed behaviour must not stop the others
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            line = {'behaviour': name, 'ok': False, 'detail': f'{type(error).__name__}: {error} (line {where.lineno})'[:1500]}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    print(json.dumps({'count': len(_registered)}), flush=True)
    sys.exit(1 if failed else 0)


def equal(actual, expected, what='value'):
    assert actual == expected, f'{what}: expected {expected!r}, got {actual!r}'


def resolve_everything_to_loopback():
    """The harness's resolver: names under .test lead to this machine, so that virtual-hosted style can be tried without DNS."""
    real = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.endswith('.test'):
            return real('127.0.0.1', *args, **kwargs)
        return real(host, *args, **kwargs)
    socket.getaddrinfo = lookup


def fetch(url, method='GET', headers=None, body=None):
    """A request without an SDK: status, headers with names in lower case, and body; errors are answers too."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc)
    try:
        connection.request(method, f'{address.path}?{address.query}' if address.query else address.path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def wait_until(condition, what, seconds=10):
    """Asks again until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f'waited {seconds} seconds for {what}'
        time.sleep(0.05)
