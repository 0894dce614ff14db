"""Where what was asked is to be answered: by where it was asked, and what it is."""

import time
from typing import Any

from bots.slack.ladder import (
    Channel,
    DirectMessage,
    Ephemeral,
    Place,
    ResponseUrl,
    Thread,
    is_direct,
)
from core.intent import Ask
from core.request import PRIVATE_ACTIONS, Action, Body, Press, Request

Json = dict[str, Any]


def place_of_command(body: Json) -> Channel:
    """Return where a command is answered."""
    return Channel(body["channel_id"], response(body))


def place_of_press(body: Json) -> Thread | Channel:
    """Return what a button stands in: its thread; the channel if only one person saw it."""
    container, message = body["container"], body.get("message", {})
    channel: str = container["channel_id"]
    thread_ts: str = container.get("thread_ts") or message.get("thread_ts") or ""
    if not thread_ts and not container.get("is_ephemeral"):
        thread_ts = container["message_ts"]
    url = response(body)
    return Thread(channel, thread_ts, url) if thread_ts else Channel(channel, url)


def place_of_answer(press: Press, below: Thread | Channel, person: str) -> Place:
    """Return where the answer to a press goes."""
    if press.action is Action.MAKE_PRIVATELY:
        return DirectMessage(person)
    if press.action is Action.INVITE:
        return Channel(below.channel, below.response, join=True)
    if press.action is Action.SHOW_IN_CHANNEL:
        return Channel(below.channel, below.response)
    turns = press.action is Action.PAGE
    if not turns and (press.action not in PRIVATE_ACTIONS or is_direct(below.channel)):
        return below
    if press.action in {Action.SHOW, Action.SEND_TO_ME}:  # an ephemeral could not show the files
        return DirectMessage(person)
    thread_ts = below.thread_ts if isinstance(below, Thread) else ""
    return Ephemeral(below.channel, person, thread_ts, below.response, replaces=turns)


def to_person(body: Json) -> Ephemeral:
    """Return where the person who pressed, or opened a form, alone reads what is said."""
    channel = body.get("channel_id") or body.get("channel", {}).get("id") or ""
    person = body.get("user_id") or body["user"]["id"]
    return Ephemeral(channel, person, response=response(body))


def pointer(request: Request) -> Ephemeral | None:
    """Return where to tell that the answer is in the person's direct message; None where it isn't.

    Below a message that has no thread yet, Slack shows nothing to one person.
    """
    pictured = isinstance(request.body, Ask) and request.body.pictured
    if not pictured or is_direct(request.channel):
        return None
    thread_ts = request.thread.partition("/")[2]
    begins = thread_ts and request.key.endswith(f":{thread_ts}")
    return Ephemeral(request.channel, request.person, "" if begins else thread_ts)


def in_private(asked: Body, here: Ephemeral) -> Ephemeral | DirectMessage:
    """Return where one person is answered. No ephemeral can show a file of ours.

    https://github.com/slackapi/node-slack-sdk/issues/1790
    """
    pictured = isinstance(asked, Ask) and asked.pictured
    return DirectMessage(here.person) if pictured else here


def response(body: Json) -> ResponseUrl | None:
    """Return what answers an interaction without being a member, None where there is none."""
    url = body.get("response_url")
    return ResponseUrl(url, time.time()) if url else None
