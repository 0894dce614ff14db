"""What a bot is shown of a message: without the message content intent, often only its shell.

https://docs.discord.com/developers/events/gateway#message-content-intent
"""

from bots.playground.discord import payloads
from bots.playground.discord.mentions import USER
from bots.playground.discord.state import Json, Message
from bots.playground.discord.world import World

MESSAGE_CONTENT = 1 << 15
CONTENT_FIELDS: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


def readable(world: World, message: Message) -> bool:
    """Tell whether the bot may read a message without the intent."""
    if message.author is world.bot or message.channel.is_dm:
        return True
    if str(world.bot.id) in USER.findall(message.content):
        return True
    # A reply with its ping on counts, but not one to a response to an interaction.
    replied = message.reply_to
    return (
        replied is not None
        and replied.author is world.bot
        and replied.interaction is None
        and world.bot in message.mentions
    )


def redacted(world: World, message: Message, data: Json, intents: int) -> Json:
    """Return a message object as a bot with these intents gets it."""
    if intents & MESSAGE_CONTENT:
        return data
    if not readable(world, message):
        data = data | CONTENT_FIELDS
        if "message_snapshots" in data:
            # Not documented: a forward is taken to be as empty as the message around it.
            data = data | {
                "message_snapshots": [_emptied(one) for one in data["message_snapshots"]]
            }
    replied = message.reply_to
    if replied and data.get("referenced_message") and not readable(world, replied):
        data = data | {"referenced_message": data["referenced_message"] | CONTENT_FIELDS}
    return data


def _emptied(snapshot: Json) -> Json:
    return {"message": snapshot["message"] | CONTENT_FIELDS}


def event_data(world: World, message: Message) -> Json:
    """Return a message as its gateway events carry it: with guild and member."""
    data = payloads.message(world, message)
    channel = message.channel
    data["channel_type"] = channel.kind
    if channel.guild_id:
        data["guild_id"] = str(channel.guild_id)
        data["member"] = payloads.member(message.author)
        data["mentions"] = [
            payloads.user(who) | {"member": payloads.member(who)} for who in message.mentions
        ]
    return data
