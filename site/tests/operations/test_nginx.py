"""The README's nginx configuration works as it is, on another port and without TLS."""

import re
import time
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlencode

import pytest

from bench.processes import free_port

from ..servers import ROOT, Server
from .host import NAME, certify, start_nginx, trusting

CONFIGURATION = """
daemon off; pid nginx.pid; error_log error.log; worker_processes 1; events {{ }}
http {{
access_log off;
client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
uwsgi_temp_path uwsgi; scgi_temp_path scgi;
{block}
}}
"""


def block(port, upstream, has_tls):
    """Return the README's block with these ports."""
    readme = (ROOT / "README.md").read_text()
    lines = re.search(r"(?:^    .*\n)*^    map .*\n(?:^    .*\n)+", readme, re.MULTILINE)[0]
    tls = "ssl; ssl_certificate certificate.pem; ssl_certificate_key key.pem" if has_tls else ""
    listens = lines.replace("listen 443 ssl", f"listen 127.0.0.1:{port} {tls}")
    return listens.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")


@pytest.fixture(params=[True, False], ids=["with TLS", "without TLS"])
def site(request, tmp_path):
    """Return (port, has_tls) of a site behind nginx that is not set up yet."""
    tls = {} if request.param else {"TLS": "off"}
    server = Server(tmp_path, ALLOWED_HOSTS=NAME, **tls)
    server.prepare()
    server.start()
    port = free_port()
    certify(tmp_path)
    text = CONFIGURATION.format(block=block(port, server.port, request.param))
    nginx = start_nginx(tmp_path, text)
    try:
        yield port, request.param
    finally:
        nginx.terminate()
        nginx.wait()
        server.kill()


def answer_of(site, method, path, body=None, **headers):
    """Return (status, headers, text) of nginx's response, as soon as it has started."""
    port, has_tls = site
    deadline = time.monotonic() + 10
    while True:
        options = {"context": trusting()} if has_tls else {}
        connection = (HTTPSConnection if has_tls else HTTPConnection)("127.0.0.1", port, **options)
        try:
            connection.request(method, path, body, {"Host": f"{NAME}:{port}", **headers})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        finally:
            connection.close()


def test_forms_are_taken_on_another_port(site):
    port, has_tls = site
    status, headers, page = answer_of(site, "GET", "/setup/")
    assert status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    sent = {
        "Cookie": headers["Set-Cookie"].partition(";")[0],
        "Origin": f"{'https' if has_tls else 'http'}://{NAME}:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode({"csrfmiddlewaretoken": token, "workspace": "Casa"})
    # The form is invalid, which shows that CSRF did not reject it with 403.
    assert answer_of(site, "POST", "/setup/", body, **sent)[0] == 422
