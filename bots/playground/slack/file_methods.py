"""The files.* methods (https://docs.slack.dev/messaging/working-with-files)."""

import asyncio
import re
from mimetypes import guess_type

from bots.playground.slack.access import writable_channel
from bots.playground.slack.args import Args
from bots.playground.slack.compose import checked_blocks, thread_of
from bots.playground.slack.desk import Desk
from bots.playground.slack.file_host import Upload
from bots.playground.slack.payloads import file_json
from bots.playground.slack.slack_error import SlackError, invalid
from bots.playground.slack.state import Channel, File, Json, Message

MAX_ALT = 1_000
SHARE = "share"
# https://github.com/slackapi/bolt-js/issues/2115
CHANNEL_ID = r"^[CGDZ][A-Z0-9]{8,}$"
# What stands beside files; markdown is refused: https://github.com/slackapi/node-slack-sdk/issues/2564
BESIDE_FILES = {"section", "context", "actions", "divider", "rich_text"}


async def get_upload_url(desk: Desk, args: Args) -> Json:
    """files.getUploadURLExternal: a file may have 1 GB."""
    name, length = args.need("filename", "missing_argument"), args.number("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    if length > desk.team.rules.upload_limit:
        raise SlackError("file_upload_size_restricted")
    if len(args.text("alt_txt")) > MAX_ALT:
        raise SlackError("alt_txt_too_large")
    upload = Upload(desk.team.new_id("F"), name, length, args.text("alt_txt"))
    return {"upload_url": desk.host.offer(upload), "file_id": upload.file_id}


async def complete(desk: Desk, args: Args) -> Json:
    """files.completeUploadExternal: all files turn up as one message, a moment later.

    The answer doesn't name that message: its ts stands in `files.info`, under `shares`.
    """
    channel = _channel(desk, args)
    message = await _message(desk, channel, args) if channel else None
    titles = {item.get("id"): item.get("title") for item in args.json("files") or []}
    arrived = desk.host.arrived()
    if not titles or not titles.keys() <= arrived.keys():
        raise SlackError("file_not_found")
    uploads = [desk.host.take(arrived[file_id]) for file_id in titles]
    files = [_keep(desk, upload, titles[upload.file_id]) for upload in uploads]
    desk.tasks.spawn(_process(desk, files, message))
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


async def info(desk: Desk, args: Args) -> Json:
    """files.info."""
    file, needs = desk.team.files.get(args.text("file")), desk.team.rules.files_need_membership
    if file is None or (needs and not desk.team.bot_sees(file)):
        raise SlackError("file_not_found")
    return {"file": file_json(desk.team, file)}


async def delete(desk: Desk, args: Args) -> Json:
    """files.delete: an app's own files. What was to show them shows nothing.

    https://docs.slack.dev/reference/methods/files.delete
    """
    file = desk.team.files.get(args.text("file"))
    if file is None:
        raise SlackError("file_not_found")
    if file.user != desk.team.bot.id:
        raise SlackError("cant_delete_file")
    del desk.team.files[file.id]
    return {}


def _channel(desk: Desk, args: Args) -> Channel | None:
    """Return where the files are shared: only where the bot is a member, never to a person's ID."""
    name = args.text("channel_id") or args.text("channels")
    if not name:
        return None
    if not re.match(CHANNEL_ID, name):
        problem = f"input must match regex pattern: {CHANNEL_ID} [json-pointer:/channel_id]"
        raise invalid("invalid_arguments", [problem])
    thread_ts = args.text("thread_ts")
    return writable_channel(desk.team, name, thread_ts=thread_ts, as_member=True)


async def _message(desk: Desk, channel: Channel, args: Args) -> Message:
    """Return the message that will show the files; a comment stands instead of blocks.

    https://github.com/slackapi/node-slack-sdk/pull/2261
    """
    team, text = desk.team, args.text("initial_comment")
    blocks = [] if text else await checked_blocks(team, desk.session, args)
    found = [
        f"unsupported type: {block['type']} [json-pointer:/blocks/{number}/type]"
        for number, block in enumerate(blocks)
        if block["type"] not in BESIDE_FILES
    ]
    if found:
        raise invalid("invalid_blocks", found)
    thread = thread_of(team, channel, args.text("thread_ts"))
    return Message(
        channel.id,
        "",
        team.bot.id,
        text,
        thread,
        blocks,
        bot_id=team.bot_id,
        subtype="file_share",
    )


def _keep(desk: Desk, upload: Upload, title: str | None) -> File:
    mimetype = guess_type(upload.name)[0] or "application/octet-stream"
    team, content = desk.team, upload.content or b""
    file = team.add_file(team.bot.id, upload.name, content, mimetype, file_id=upload.file_id)
    file.title, file.alt_txt, file.processed = title or upload.name, upload.alt_txt, False
    return file


async def _process(desk: Desk, files: list[File], message: Message | None) -> None:
    """Look at files for a while; then they can be shown, and mostly are."""
    team = desk.team
    fault = desk.faults.take(SHARE) if message else None
    await asyncio.sleep(team.rules.processing_time)
    for file in files:
        file.processed = True
    team.journal.changed()
    await asyncio.sleep(fault.delay if fault else 0)
    shown = [file for file in files if file.id in team.files and not _is_lost(desk, file)]
    if message and shown and not (fault and fault.drop):
        message.ts, message.files = team.new_ts(), shown
        team.add_message(message)
        desk.events.posted(message)


def _is_lost(desk: Desk, file: File) -> bool:
    """Tell whether Slack, having said ok, never shows the file: it has an image's alternative text.

    https://github.com/slackapi/python-slack-sdk/issues/1818
    """
    other = bool(file.alt_txt) and not file.mimetype.startswith("image/")
    return other and desk.team.rules.alt_txt_hides_other_files
