"""Services that channels reach: real receivers on this machine, which take, refuse, fail or hang."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

SECRETS = ("s3cret-password", "s3cret-path", "s3cret-header")


@dataclass
class Receiver:
    """A service on this machine: answers with the statuses in ``says``, then 200; or hangs until let go."""

    port: int = 0
    says: list[int] = field(default_factory=list)
    took: list[dict[str, Any]] = field(default_factory=list)
    hangs: bool = False
    dribbles: bool = False
    reached: Event = field(default_factory=Event)
    let_go: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def url(self, schema: str = "json") -> str:
        """An Apprise URL with secrets wherever one may stand."""
        password, path, header = SECRETS
        return f"{schema}://desk:{password}@127.0.0.1:{self.port}/{path}?+X-Key={header}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        self.reached.set()
        if self.dribbles:
            request.send_response(200)
            request.end_headers()
            while not self.let_go.wait(0.05):
                request.wfile.write(b".")
            return
        if self.hangs:
            self.let_go.wait()
            return
        with self.lock:
            status = self.says.pop(0) if self.says else 200
            if status == 200:
                self.took.append(json.loads(body))
        request.send_response(status)
        if 300 <= status < 400:
            request.send_header("Location", "/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()


class Server(ThreadingHTTPServer):
    """Lets in all who come at once, however slowly it gets to each."""

    request_queue_size = 100
    daemon_threads = True


@contextmanager
def receivers(count: int) -> Iterator[list[Receiver]]:
    """So many services that can be reached."""
    running: list[tuple[Receiver, Server]] = []
    for _ in range(count):
        receiver = Receiver()

        class Handler(BaseHTTPRequestHandler):
            service = receiver

            def do_POST(self) -> None:
                with suppress(ConnectionError):
                    self.service.answer(self)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = Server(("127.0.0.1", 0), Handler)
        receiver.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        running.append((receiver, server))
    try:
        yield [receiver for receiver, _ in running]
    finally:
        for receiver, server in running:
            receiver.let_go.set()
            server.shutdown()
            server.server_close()
