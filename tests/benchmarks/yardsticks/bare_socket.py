"""A bare websocket: `python bare_socket.py ADDRESS` acknowledges each envelope at once, and keeps nothing."""

import asyncio
import json
import sys

import aiohttp


async def main(address: str) -> None:
    """Echo until the other end hangs up."""
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as socket:
        async for frame in socket:
            envelope = json.loads(frame.data)
            if "envelope_id" in envelope:
                await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))


asyncio.run(main(sys.argv[1]))
