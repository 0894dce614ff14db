"""The people who ask: on both platforms, in every way, with events that arrive twice."""

import asyncio
import random
from dataclasses import dataclass, field
from itertools import cycle

from bots.playground.discord import Guild
from bots.playground.discord.state import Event, Interaction
from bots.playground.discord.state import Message as DiscordMessage
from bots.playground.slack import Workspace
from bots.playground.slack.courier import Delivery
from bots.playground.slack.state import Message as SlackMessage

PEOPLE = ("ada", "ben", "cleo")
CHANNEL = "general"
AGAIN = 0.3  # the share of events that arrive twice
AGAIN_WITHIN = 4.0  # seconds
SLACK = ("slack mention", "slack command")
DISCORD = ("discord mention", "discord command")


@dataclass(eq=False)
class Ask:
    """Something that a person asked, once; no other has the same prompt.

    `at` is the loop's time, `heard` whether the bots were connected then.
    """

    number: int
    way: str
    at: float
    heard: bool = True
    deliveries: list[Delivery] = field(default_factory=list)
    message: SlackMessage | DiscordMessage | None = None
    interaction: Interaction | None = None

    @property
    def prompt(self) -> str:
        """What is asked for: something that takes the sandbox little time to draw."""
        return f"a 3D model of lighthouse no {self.number:04}"


class Crowd:
    """Asks, at a steady rate, in each of the `ways` in turn."""

    def __init__(self, workspace: Workspace, guild: Guild, chance: random.Random) -> None:
        self.asks: list[Ask] = []
        self.ways = (*SLACK, *DISCORD)
        self._workspace = workspace
        self._guild = guild
        self._chance = chance

    async def ask(self, requests: int, rate: float) -> None:
        """Ask so many times, `rate` times a second, and return when all was sent."""
        pause = 1 / rate
        people = cycle(PEOPLE)
        async with asyncio.TaskGroup() as tasks:
            for number in range(requests):
                way = self.ways[number % len(self.ways)]
                now = asyncio.get_running_loop().time()
                ask = Ask(len(self.asks), way, now)
                self.asks.append(ask)
                tasks.create_task(self._send(ask, next(people)))
                await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))

    async def _send(self, ask: Ask, person: str) -> None:
        match ask.way:
            case "slack mention":
                await self._mention_in_slack(ask, person)
            case "slack command":
                command = self._workspace.command(person, CHANNEL, "/neocu", ask.prompt)
                ask.deliveries.append(await command)  # Slack never delivers a command again
            case "discord mention":
                ask.heard = self._guild.gateway.connected
                ask.message = await self._guild.say(person, CHANNEL, f"@neocu {ask.prompt}")
                await self._replay(self._guild.newest("MESSAGE_CREATE"))
            case _:
                ask.heard = self._guild.gateway.connected
                ask.interaction = await self._guild.command(
                    person, CHANNEL, "neocu", query=ask.prompt
                )
                await self._replay(self._guild.newest("INTERACTION_CREATE"))

    async def _mention_in_slack(self, ask: Ask, person: str) -> None:
        before = len(self._workspace.deliveries)
        ask.message = await self._workspace.say(person, CHANNEL, f"@neocu {ask.prompt}")
        ts = ask.message.ts
        ask.deliveries += [
            delivery
            for delivery in self._workspace.deliveries[before:]
            if delivery.payload.get("event", {}).get("ts") == ts
        ]
        await self._deliver_again(ask)

    async def _deliver_again(self, ask: Ask) -> None:
        for delivery in ask.deliveries[:]:
            if self._chance.random() < AGAIN:
                await asyncio.sleep(self._chance.uniform(0, AGAIN_WITHIN))
                ask.deliveries.append(self._workspace.redeliver(delivery))

    async def _replay(self, event: Event) -> None:
        if self._chance.random() < AGAIN:
            await asyncio.sleep(self._chance.uniform(0, AGAIN_WITHIN))
            self._guild.replay(event)
