"""How far behind a server answers when many readers hover at once, on this machine.

``python tests/benchmarks/readers.py [--readers 50] [--seconds 20]`` serves one page of
2x198 tokens and speaks to it as so many pages would: each moves 8 times a second and
sends what a page sends of that, at most 5 reports a second. `--rate 8` is a page that
sends every move.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil
from pages import AUTOCOMPLETE
from served import serve
from tornado.websocket import WebSocketClientConnection, websocket_connect

APP = f"""
import json
from pathlib import Path
from textualheatmap import TextualHeatmap

text = Path({str(AUTOCOMPLETE)!r}).read_text(encoding="utf-8")
heatmap = TextualHeatmap(width=600, facet_titles=["GRU", "LSTM"])
heatmap.set_data(json.loads(text)).servable()
moves = Path(__file__).with_name("moves.txt")
heatmap.param.watch(lambda event: moves.open("a").write("x"), "focus")
"""
TOKENS = 190
MOST_READERS, MOST_SECONDS = 100, 120
RATE = 5


class Reader:
    """One page: its connection, and what it waits for."""

    def __init__(
        self, socket: WebSocketClientConnection, state: dict[str, Any]
    ) -> None:
        self.socket = socket
        self.state = state
        self.sent: dict[str, float] = {}
        self.delays: list[float] = []
        self.echoes = 0

    async def hover(self, number: int) -> None:
        """Send the focus on a token, as a page does."""
        index = 7 * number % TOKENS
        if "report" in self.state:
            attribute = "report"
            value: Any = {
                "version": self.state["version"],
                "sequence": self.state["sequence"],
                "state": {
                    **self.state["state"],
                    "facet": "GRU",
                    "start": index,
                    "stop": index + 1,
                },
            }
        else:
            attribute, value = "origin", [0, index, index]
        event = {
            "kind": "ModelChanged",
            "model": {"id": self.state["id"]},
            "attr": attribute,
            "new": value,
        }
        key = f"move-{number}"
        self.sent[key] = time.perf_counter()
        header = {"msgid": key, "msgtype": "PATCH-DOC"}
        for part in (header, {}, {"events": [event]}):
            await self.socket.write_message(json.dumps(part))

    async def listen(self) -> None:
        """Take the server's answers, and count what it sends unasked."""
        while True:
            header = await read_header(self.socket)
            if header["msgtype"] == "PATCH-DOC":
                self.echoes += 1
            elif header.get("reqid") in self.sent:
                start = self.sent.pop(header["reqid"])
                self.delays.append(1e3 * (time.perf_counter() - start))
                if header["msgtype"] != "OK":
                    msg = f"the server answered {header['msgtype']}"
                    raise RuntimeError(msg)


async def read_message(socket: WebSocketClientConnection) -> tuple[Any, Any]:
    """Read a message of Bokeh's protocol: its header and its content."""
    header = json.loads(await read_part(socket))
    await read_part(socket)  # metadata
    content = json.loads(await read_part(socket))
    for _ in range(2 * header.get("num_buffers", 0)):
        await read_part(socket)
    return header, content


async def read_header(socket: WebSocketClientConnection) -> Any:  # noqa: ANN401 - JSON
    """Read a message, and return its header."""
    header, _ = await read_message(socket)
    return header


async def read_part(socket: WebSocketClientConnection) -> Any:  # noqa: ANN401 - text or bytes
    """Read one part of a message.

    Raises
    ------
    ConnectionError
        If the server has gone.
    """
    part = await socket.read_message()
    if part is None:
        msg = "the server has gone"
        raise ConnectionError(msg)
    return part


async def open_reader(url: str) -> Reader:
    """Open a session as a page does, and find its state model."""
    loop = asyncio.get_running_loop()
    page = await loop.run_in_executor(None, lambda: urllib.request.urlopen(url).read())  # noqa: S310 - localhost
    (token,) = re.findall(r'"token":"([^"]+)"', page.decode())
    socket = await websocket_connect(
        url.replace("http", "ws") + "/ws",
        subprotocols=["bokeh", token],
        max_message_size=10**9,
    )
    await read_message(socket)  # ACK
    for part in ({"msgid": "pull", "msgtype": "PULL-DOC-REQ"}, {}, {}):
        await socket.write_message(json.dumps(part))
    _, content = await read_message(socket)
    for model in find_objects(content["doc"]):
        attributes = model.get("attributes", {})
        if model.get("name") == "HeatmapState" or attributes.get("name") == "state":
            return Reader(socket, read_state(model["id"], attributes))
    msg = f"{url} has no model named 'state'"
    raise RuntimeError(msg)


def read_state(identity: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return what a report needs of the state model."""
    command = to_plain(attributes.get("command"))
    if command is None:
        return {"id": identity}
    return {
        "id": identity,
        "report": True,
        "version": command["version"],
        "sequence": command["sequence"],
        "state": command["state"],
    }


def to_plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return Bokeh's JSON as plain JSON."""
    if isinstance(value, dict) and value.get("type") == "map":
        return {key: to_plain(each) for key, each in value.get("entries", [])}
    if isinstance(value, dict):
        return {key: to_plain(each) for key, each in value.items()}
    return value


def find_objects(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return every model in a document's JSON."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if value.get("type") == "object" and "id" in value:
            found.append(value)
        for each in value.values():
            found += find_objects(each)
    elif isinstance(value, list):
        for each in value:
            found += find_objects(each)
    return found


async def hover_together(
    url: str, count: int, seconds: float, rate: float
) -> tuple[list[Reader], float]:
    """Let readers hover for some seconds, and wait for what is still unanswered.

    Returns
    -------
    readers
        With what they waited for.
    cpu
        Seconds of the server's CPU that it took.
    """
    readers = [await open_reader(url) for _ in range(count)]
    started = count_server_cpu()
    listening = [asyncio.create_task(reader.listen()) for reader in readers]
    await asyncio.sleep(1)

    async def run(reader: Reader, offset: float) -> None:
        await asyncio.sleep(offset / rate)
        start = time.perf_counter()
        for number in range(int(seconds * rate)):
            await reader.hover(number)
            await asyncio.sleep(max(0, start + number / rate - time.perf_counter()))

    await asyncio.gather(
        *(run(reader, place / count) for place, reader in enumerate(readers))
    )
    for _ in range(300):
        if not any(reader.sent for reader in readers):
            break
        await asyncio.sleep(0.1)
    cpu = count_server_cpu() - started
    for task, reader in zip(listening, readers, strict=True):
        if task.done():
            task.result()
        task.cancel()
        reader.socket.close()
    return readers, cpu


def count_server_cpu() -> float:
    """Sum the CPU seconds of the servers that this script started."""
    times = [process.cpu_times() for process in psutil.Process().children()]
    return sum(each.user + each.system for each in times)


def main() -> None:
    """Print how far behind the server was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=RATE)
    options = parser.parse_args()
    count = min(options.readers, MOST_READERS)
    seconds = min(options.seconds, MOST_SECONDS)
    with tempfile.TemporaryDirectory() as folder, serve(APP, Path(folder)) as url:
        readers, cpu = asyncio.run(hover_together(url, count, seconds, options.rate))
        heard = len(Path(folder, "moves.txt").read_text(encoding="utf-8"))
    delays = [delay for reader in readers for delay in reader.delays]
    unanswered = sum(len(reader.sent) for reader in readers)
    echoes = sum(reader.echoes for reader in readers)
    print(
        f"{count} readers, {options.rate:g} messages a second each, {seconds:g} s: "
        f"answers behind by {statistics.median(delays):.0f} ms in the median, "
        f"{statistics.quantiles(delays, n=20)[-1]:.0f} ms in the 95th percentile; "
        f"{len(delays)} answered, {unanswered} not in 30 s more, "
        f"{heard} heard by Python, {1e3 * cpu / max(heard, 1):.1f} ms of CPU each; "
        f"{echoes} messages that nobody asked for"
    )


if __name__ == "__main__":
    main()
