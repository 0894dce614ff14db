"""What people take back: a request before Neocu is asked, what is told of it, and its result."""

from core.conversation import Reply
from core.intent import Generate
from core.ledger.codec import REQUEST, decode_reply
from core.ledger.outbox import WITHDRAW, enqueue
from core.ledger.stores.base import Statement, Store
from core.records import Card, Entry, Notice, Part, Slot
from core.request import Request


class Withdrawals:
    """Takes back, by the state that a row is in: whoever works on it finds its lease lost."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def cancel(self, entry: Entry, card: Card) -> bool:
        """End a request for free, with a card. False if Neocu has been, or is being, asked.

        To submit a request and to cancel it exclude each other: both go by its state.
        """
        ended = await self._store.write(
            Statement(
                """UPDATE requests SET state = 'refused', due = NULL, lease = NULL,
                       fence = fence + 1, ended = clock()
                   WHERE key = $1 AND state IN ('received', 'announcing', 'announced')
                   RETURNING key""",
                (entry.key,),
            ),
            *enqueue(entry.key, card),
        )
        return bool(ended)

    async def mute(self, entry: Entry) -> bool:
        """Say no more of a request that Neocu has. False if it has ended, or is not there yet.

        Its question is still edited, which notifies nobody.
        """
        muted = await self._store.write(
            Statement(
                """UPDATE requests SET muted = 1
                   WHERE key = $1 AND state IN ('submitting', 'generating', 'stale')
                   RETURNING key""",
                (entry.key,),
            ),
            *enqueue(entry.key, {Part(Slot.PROGRESS): None}),
        )
        return bool(muted)

    async def delete_result(self, entry: Entry, card: Card) -> bool:
        """Take back the messages of a result, and forget the result. False if none stands.

        One that is on its way is taken back when it has arrived.
        """
        standing = await self._store.write(
            Statement(
                f"""UPDATE deliveries SET {WITHDRAW}
                    WHERE request = $1 AND slot = 'result' AND withdrawn = 0 AND dropped IS NULL
                    RETURNING 1""",
                (entry.key,),
            ),
            Statement("UPDATE requests SET assets = '[]' WHERE key = $1", (entry.key,)),
            *enqueue(entry.key, card),
        )
        return bool(standing)

    async def standing_result(self, entry: Entry) -> Reply | None:
        """Return the result as it stands, None where there is none."""
        rows = await self._store.read(
            Statement(
                """SELECT reply FROM deliveries WHERE request = $1 AND slot = 'result'
                   AND number = $2 AND withdrawn = 0 AND dropped IS NULL""",
                (entry.key, entry.answer),
            )
        )
        return decode_reply(rows[0]["reply"]) if rows else None

    async def replace_result(self, entry: Entry, reply: Reply) -> bool:
        """Have a new message stand for a result, and the old one go when it does.

        False if another press was first.
        """
        replaced = await self._store.write(
            Statement(
                """UPDATE requests SET answer = answer + 1
                   WHERE key = $1 AND answer = $2 AND assets <> '[]' RETURNING key""",
                (entry.key, entry.answer),
            ),
            *enqueue(
                entry.key,
                {
                    Part(Slot.RESULT, entry.answer): None,
                    Part(Slot.RESULT, entry.answer + 1): reply,
                },
            ),
        )
        return bool(replaced)

    async def report(self, about: Entry, person: str, notice: Notice) -> bool:
        """Tell in a channel what a person reports. False if they have reported it before."""
        key = f"report:{about.key}:{person}"
        where = (notice.platform, notice.workspace, notice.channel)
        request = Request(key, *where, "", Generate(""), notice.address)
        told = await self._store.write(
            Statement(
                """INSERT INTO requests (key, platform, workspace, channel, person, body, address,
                       thread, state, created, ended, parent)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, '', 'notice', clock(), clock(), $8)
                   ON CONFLICT (key) DO NOTHING RETURNING key""",
                (
                    *(key, *where, person),
                    *(REQUEST.dump_json(request).decode(), notice.address, about.key),
                ),
            ),
            *enqueue(key, {Part(Slot.NOTICE): notice.reply}),
        )
        return bool(told)
