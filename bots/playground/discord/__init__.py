"""A local Discord guild that a real bot logs in to: for tests, for trying out, for the page.

`async with Guild() as guild` opens it; the bot gets `guild.api_url`, `guild.gateway_url` and
`guild.token`. People `say`, `edit`, `delete`, `forward`, use a `command` or `message_command`,
`press`, `choose` and `submit`; `seen_by` tells what one of them sees, `modal` what they are asked.
The owner can `deny`, `allow`, `archive`, `lock`, `delete_channel`, `boost` and `remove_bot`.
`rules` sets limits, `faults` what goes wrong (`limit_threads`, `block`, …), `gateway.refuse` closes
for good, `drop_gateway` cuts the line, `replay` sends an event again. Afterwards `journal` knows
every call, and `inspection` who saw what, what was deleted or edited, and who was notified.
"""

from bots.playground.discord.faults import Faults
from bots.playground.discord.guild import Guild
from bots.playground.discord.state import (
    Attachment,
    Channel,
    Event,
    Interaction,
    Message,
    Modal,
    User,
)

__all__ = [
    "Attachment",
    "Channel",
    "Event",
    "Faults",
    "Guild",
    "Interaction",
    "Message",
    "Modal",
    "User",
]
