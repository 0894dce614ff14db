"""How the bot answers an interaction: once, within three seconds, then for fifteen minutes.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
import secrets
import time
from collections.abc import Callable

from aiohttp import web

from bots.playground.discord import payloads, posting
from bots.playground.discord.body import Body, read_body
from bots.playground.discord.components import check_modal, walk
from bots.playground.discord.error_codes import DiscordError, Form, invalid
from bots.playground.discord.permissions import Permission, may
from bots.playground.discord.state import (
    EPHEMERAL,
    Channel,
    Interaction,
    Json,
    Message,
    Modal,
    User,
)
from bots.playground.discord.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
MAX_CHOICES, MAX_CHOICE_LENGTH = 25, 100
# Message types: a reply, an answer to a slash command, an answer to a context menu command.
REPLY, SLASH_ANSWER, MENU_ANSWER = 19, 20, 23
TOKEN_MINUTES = 15
USER_INSTALL_FOLLOWUPS = 5
NO_ANSWER = "The application did not respond"

Answer = Callable[[Interaction, Body], None]


class Interactions:
    """Starts interactions, watches their deadlines, takes the bot's answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._timers: dict[int, asyncio.TimerHandle] = {}

    def close(self) -> None:
        """Stop watching deadlines."""
        for timer in self._timers.values():
            timer.cancel()

    def start(
        self,
        kind: int,
        person: User,
        channel: Channel,
        data: Json,
        *,
        message: Message | None = None,
        user_install: bool = False,
        seconds_ago: float = 0.0,
    ) -> Interaction:
        """Return a new interaction, sent to the bot, its clock running.

        `seconds_ago`: it was started earlier, as one that the bot hears of by a RESUME.
        """
        world, token = self._world, secrets.token_urlsafe(40)
        interaction = Interaction(world.snowflake(seconds_ago), token, kind, person, channel, data)
        interaction.started -= seconds_ago
        interaction.message, interaction.user_install = message, user_install
        interaction.name = data.get("name", "")
        # Without USE_EXTERNAL_APPS what a user-installed app says is for its user only.
        external = may(world, person, channel, Permission.USE_EXTERNAL_APPS)
        interaction.forced_ephemeral = user_install and not external
        world.interactions[interaction.token] = interaction
        wait = max(0.0, world.rules.interaction_deadline - seconds_ago)
        loop = asyncio.get_running_loop()
        self._timers[interaction.id] = loop.call_later(wait, self._give_up, interaction)
        world.emit("INTERACTION_CREATE", payloads.interaction(world, interaction), channel)
        return interaction

    def _give_up(self, interaction: Interaction) -> None:
        interaction.failed = True
        if interaction.kind == AUTOCOMPLETE:  # the client says so in its list
            return
        note = Message(self._world.snowflake(), interaction.channel, self._world.bot, NO_ANSWER)
        note.flags, note.seen_only_by, note.failed = EPHEMERAL, interaction.user, True
        posting.publish(self._world, note)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes, without the version prefix."""
        hook = "/webhooks/{app}/{token}"
        one = hook + "/messages/{message}"
        return [
            web.post("/interactions/{interaction}/{token}/callback", self.callback),
            web.post(hook, self.followup),
            web.get(one, self.get),
            web.patch(one, self.edit),
            web.delete(one, self.delete),
        ]

    async def callback(self, request: web.Request) -> web.Response:
        """Take the initial response: 10062 too late, 40060 twice."""
        interaction = self._world.interactions.get(request.match_info["token"])
        if interaction is None or str(interaction.id) != request.match_info["interaction"]:
            raise DiscordError(10062)
        body = await read_body(request, self._world.file_limit(interaction.channel))
        if interaction.failed:
            raise DiscordError(10062)
        if interaction.answered is not None:
            raise DiscordError(40060)
        kind = int(body.data.get("type", 0))
        self._answer(interaction, kind, body.inner())
        interaction.answered = kind
        self._timers.pop(interaction.id).cancel()
        self._world.journal.changed()
        if request.query.get("with_response", "").lower() not in ("1", "true"):
            return web.Response(status=204)
        return web.json_response(self._outcome(interaction))

    def _answer(self, interaction: Interaction, kind: int, body: Body) -> None:
        answers: dict[int, Answer] = {
            MESSAGE: self._say,
            DEFERRED: self._defer,
            MODAL: self._ask,
        }
        if interaction.message and interaction.kind in (COMPONENT, MODAL_SUBMIT):
            answers |= {DEFERRED_UPDATE: self._leave, UPDATE: self._update}
        if interaction.kind == MODAL_SUBMIT:
            del answers[MODAL]
        if interaction.kind == AUTOCOMPLETE:
            answers = {CHOICES: self._suggest}
        if kind not in answers:
            reason = f"Value must be one of {tuple(sorted(answers))}."
            raise invalid("type", "BASE_TYPE_CHOICES", reason)
        answers[kind](interaction, body)

    def _say(self, interaction: Interaction, body: Body) -> None:
        interaction.response = posting.respond(
            self._world, interaction, body, _message_type(interaction)
        )

    def _defer(self, interaction: Interaction, body: Body) -> None:
        flags = int(body.data.get("flags") or 0)
        if flags & ~EPHEMERAL:
            raise invalid("data.flags", "BITFIELD_INVALID_FLAGS", "Invalid flags provided.")
        interaction.ephemeral = interaction.forced_ephemeral or bool(flags)
        interaction.response = posting.placeholder(
            self._world, interaction, _message_type(interaction)
        )

    def _leave(self, interaction: Interaction, _: Body) -> None:
        interaction.response = interaction.message

    def _update(self, interaction: Interaction, body: Body) -> None:
        if interaction.message:
            interaction.response = posting.revise(
                self._world, interaction.message, body, posting.WEBHOOK
            )

    def _suggest(self, interaction: Interaction, body: Body) -> None:
        """https://docs.discord.com/developers/interactions/application-commands#autocomplete ."""
        form, choices = Form(), body.data.get("choices")
        form.count("data.choices", choices, MAX_CHOICES)
        for index, choice in enumerate(choices or []):
            path = f"data.choices.{index}"
            form.length(f"{path}.name", choice.get("name"), MAX_CHOICE_LENGTH, 1)
            form.length(f"{path}.value", choice.get("value"), MAX_CHOICE_LENGTH, 1)
        form.check()
        interaction.choices = choices or []

    def _ask(self, interaction: Interaction, body: Body) -> None:
        form = Form()
        check_modal(form, body.data)
        form.check()
        data = body.data
        # Discord tells every ID as text: https://docs.discord.com/developers/reference#snowflakes
        for part in walk(data["components"]):
            for one in part.get("default_values", ()):
                one["id"] = str(one["id"])
        modal = Modal(interaction, data["custom_id"], data["title"], data["components"])
        self._world.modals[interaction.user.id] = modal

    def _outcome(self, interaction: Interaction) -> Json:
        payload: Json = {"id": str(interaction.id), "type": interaction.kind}
        resource: Json = {"type": interaction.answered}
        if interaction.response:
            payload |= {
                "response_message_id": str(interaction.response.id),
                "response_message_loading": interaction.response.thinking,
                "response_message_ephemeral": interaction.response.seen_only_by is not None,
            }
            resource["message"] = payloads.message(self._world, interaction.response)
        return {"interaction": payload, "resource": resource}

    async def followup(self, request: web.Request) -> web.Response:
        """Take a further message; the first one after a defer fills the placeholder."""
        interaction = self._valid(request)
        body = await read_body(request, self._world.file_limit(interaction.channel))
        if interaction.response and interaction.response.thinking:
            note = posting.revise(self._world, interaction.response, body, posting.WEBHOOK)
            return web.json_response(payloads.message(self._world, note))
        if interaction.user_install and len(interaction.followups) >= USER_INSTALL_FOLLOWUPS:
            raise DiscordError(40094)
        note = posting.respond(self._world, interaction, body, REPLY)
        interaction.followups.append(note)
        return web.json_response(payloads.message(self._world, note))

    async def get(self, request: web.Request) -> web.Response:
        """Return the original response or a follow-up."""
        return web.json_response(payloads.message(self._world, self._message(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Change the original response or a follow-up."""
        note = self._message(request)
        body = await read_body(request, self._world.file_limit(note.channel))
        posting.revise(self._world, note, body, posting.WEBHOOK)
        return web.json_response(payloads.message(self._world, note))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete the original response or a follow-up."""
        posting.remove(self._world, self._message(request))
        return web.Response(status=204)

    def _valid(self, request: web.Request) -> Interaction:
        if request.match_info["app"] != str(self._world.bot.id):
            raise DiscordError(10015)
        interaction = self._world.interactions.get(request.match_info["token"])
        if interaction is None or time.time() - interaction.started > TOKEN_MINUTES * 60:
            raise DiscordError(self._world.rules.expired_token_code)
        if interaction.answered is None:
            raise DiscordError(10015)
        if interaction.channel.id not in self._world.channels:
            raise DiscordError(10003)
        return interaction

    def _message(self, request: web.Request) -> Message:
        interaction, wanted = self._valid(request), request.match_info["message"]
        ours = [
            note
            for note in (interaction.response, *interaction.followups)
            if note and not note.deleted
        ]
        for note in ours:
            if wanted == str(note.id) or (wanted == "@original" and note is interaction.response):
                return note
        raise DiscordError(10008)


def _message_type(interaction: Interaction) -> int:
    if interaction.kind == COMMAND:
        return SLASH_ANSWER if interaction.data.get("type") == 1 else MENU_ANSWER
    return REPLY
