"""The opponent in memory and in starting: a process that imports the SDKs, says so, and waits."""

import sys
import time

import aiohttp  # noqa: F401 (what it costs to have it)
import discord  # noqa: F401 (the same)
import slack_bolt.async_app  # noqa: F401 (the same)

print("ready", flush=True)
while "--wait" in sys.argv:
    time.sleep(3600)
