"""A tiny OpenID Connect provider on this machine. The test decides who logs in."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt

CLIENT = {"id": "tertulia", "secret": "the secret of tests"}
LOGIN, CALLBACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"
CLARA = {
    "sub": "c-1",
    "preferred_username": "clara",
    "email": "clara@example.com",
    "email_verified": True,
}


class Issuer:
    """`person` holds the claims of the user; `asked` the parameters of the token requests."""

    def __init__(self):
        self.person = {}
        self.asked = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        # `stop` waits for up to one poll interval of the server.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path):
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "userinfo_endpoint": f"{self.url}/userinfo",
                    "jwks_uri": f"{self.url}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            case "/token":
                said = self.person | {"iss": self.url, "aud": CLIENT["id"]}
                said |= {"iat": 1, "exp": 4_000_000_000}
                token = jwt.encode(said, "k" * 32, algorithm="HS256")
                return {"access_token": "access", "id_token": token, "token_type": "Bearer"}
            case "/userinfo":
                return self.person

    def _handler(self):
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(issuer.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                issuer.asked.append(parse_qs(self.rfile.read(length).decode()))
                self.do_GET()

            def log_message(self, *arguments):
                pass

        return Handler
