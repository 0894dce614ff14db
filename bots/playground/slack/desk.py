"""What the workspace works with: one of each, shared by the Web API and by what people do."""

from dataclasses import dataclass

import aiohttp

from bots.playground.slack.background import Tasks
from bots.playground.slack.courier import Courier
from bots.playground.slack.events import Events
from bots.playground.slack.faults import Faults
from bots.playground.slack.file_host import FileHost
from bots.playground.slack.rate_limits import RateLimits
from bots.playground.slack.response_url import ResponseUrls
from bots.playground.slack.socket_mode import Sockets
from bots.playground.slack.team import Team


@dataclass(frozen=True)
class Desk:
    """The parts of the workspace, for whoever serves a call or plays a person."""

    team: Team
    courier: Courier
    events: Events
    sockets: Sockets
    response_urls: ResponseUrls
    faults: Faults
    tasks: Tasks
    session: aiohttp.ClientSession
    host: FileHost
    limits: RateLimits
