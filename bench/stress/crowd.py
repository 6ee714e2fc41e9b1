"""A crowd of clients for a service, in a process of its own: `MODULE HOST:PORT LISTENERS STALLED FLOODING`.

It says `ready` once all have come, goes on until its stdin ends, and hands in what they got. Requests come in a flood
from an address of their own, as from one client that has gone mad.
"""

import asyncio
import json
import sys
from asyncio import StreamReader, StreamWriter
from base64 import b64encode
from collections import Counter

EVENTS = "/api/v1/events"
ASKED = "/api/v1/devices"
_ELSEWHERE = "127.0.0.2"
_CHUNK = 1 << 16


class Crowd:
    """What came back: bytes of news, answers by status."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard = 0
        self.answers: Counter[str] = Counter()
        self._host, _, port = address.rpartition(":")
        self._port = int(port)

    async def listener(self) -> tuple[StreamReader, StreamWriter]:
        """A WebSocket that gets all news; as little of one as will do."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        key = b64encode(b"as good as random").decode()[:22] + "=="
        head = ("GET " + EVENTS + " HTTP/1.1", f"Host: {self.address}", "Upgrade: websocket", "Connection: Upgrade",
                f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13")  # fmt: skip
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        if b" 101 " not in (answer := await reader.readuntil(b"\r\n\r\n")):
            raise RuntimeError(f"no WebSocket: {answer.splitlines()[0].decode()}")
        return reader, writer

    async def listen(self, reader: StreamReader) -> None:
        """Reads on and on."""
        while data := await reader.read(_CHUNK):
            self.heard += len(data)

    async def flood(self) -> None:
        """Asks again as soon as there is an answer."""
        request = f"GET {ASKED} HTTP/1.1\r\nHost: {self.address}\r\n\r\n".encode()
        while True:
            reader, writer = await asyncio.open_connection(self._host, self._port, local_addr=(_ELSEWHERE, 0))
            try:
                while True:
                    writer.write(request)
                    self.answers[await _status(reader)] += 1
            except (OSError, asyncio.IncompleteReadError):
                self.answers["closed"] += 1
            finally:
                writer.close()


async def _status(reader: StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next((line.partition(":")[2] for line in head.split("\r\n") if line.startswith("content-length")), "0")
    await reader.readexactly(int(length))
    return head.split(" ", 2)[1]


async def main(address: str, listeners: int, stalled: int, flooding: int) -> None:
    """Goes on until stdin ends."""
    loop, ended, crowd = asyncio.get_running_loop(), asyncio.Event(), Crowd(address)
    loop.add_reader(sys.stdin, ended.set)
    ends = [await crowd.listener() for _ in range(listeners + stalled)]
    jobs = [crowd.listen(reader) for reader, _ in ends[:listeners]]
    tasks = [asyncio.create_task(job) for job in (*jobs, *(crowd.flood() for _ in range(flooding)))]
    print("ready", flush=True)
    await ended.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps({"heard": crowd.heard, "answers": crowd.answers}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
