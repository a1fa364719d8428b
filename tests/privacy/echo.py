"""An API that says back all that it was told, key and body, in every form of its answers."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = ("message", "errors", "html", "broken")


@contextmanager
def echoing(status: int, form: str) -> Iterator[str]:
    """Serve on a loopback port, and return the address."""
    handler = type("Handler", (_Echo,), {"status": status, "form": form})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/v2"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Echo(BaseHTTPRequestHandler):
    status: ClassVar[int]
    form: ClassVar[str]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        told = f"{self.headers['x-api-key']} {body}"
        said = _said(self.form, told, body).encode()
        self.send_response(self.status, "Canary")
        self.send_header("content-length", str(len(said)))
        self.send_header("x-canary", self.headers["x-api-key"])
        if self.status // 100 == 3:
            self.send_header("location", f"/canary?{self.headers['x-api-key']}")
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self) -> None:
        self.headers["content-length"] = "0"
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def _said(form: str, told: str, body: str) -> str:
    if form == "message":
        return json.dumps({"success": False, "message": told, "error": told, "code": told})
    if form == "errors":
        orders = json.loads(body).get("orders", []) if body else []
        errors = [{"order_id": one.get("order_id"), "error": told} for one in orders]
        return json.dumps({"success": False, "message": told, "errors": errors})
    return {"html": f"<h1>{told}</h1>", "broken": f'{{"message": "{told}'}[form]
