"""A ledger with a past: requests that have ended, as months of use leave them."""

import json

from ledgers import PERSON, RESULT, card

from core.ledger.codec import REPLY, REQUEST
from core.ledger.stores.base import Statement, Store

DAYS = 90
PEOPLE, CHANNELS, THREADS = 500, 50, 5000

# What such requests leave by day, whatever they were asked for: months of it, as if nothing tidied.
_DAYS = f"""WITH RECURSIVE day(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM day WHERE d < {DAYS}),
        who(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM who WHERE i < {PEOPLE + CHANNELS})
    INSERT INTO daily_totals
    SELECT 'slack', 'T1', CASE WHEN i < {PEOPLE} THEN 'person' ELSE 'channel' END,
        CASE WHEN i < {PEOPLE} THEN 'U' || i ELSE 'C' || (i - {PEOPLE}) END,
        CAST(clock() AS BIGINT) / 86400 - d, 'image', 4, 4.0
    FROM day CROSS JOIN who WHERE TRUE
    ON CONFLICT (platform, workspace, scope, subject, day, medium) DO NOTHING"""
_TOTALS = """INSERT INTO totals
    SELECT platform, workspace, scope, subject, sum(requests), sum(credits)
    FROM daily_totals WHERE TRUE GROUP BY platform, workspace, scope, subject
    ON CONFLICT (platform, workspace, scope, subject) DO NOTHING"""


async def fill(store: Store, count: int, first: int = 1, youngest: float = 0.0) -> None:
    """Add so many requests of one busy workspace, all of which have ended, with their results.

    The `youngest` ended so many seconds ago.
    """
    body = REQUEST.dump_json(PERSON).decode()
    reply = REPLY.dump_json(card(RESULT)[RESULT]).decode()
    assets = json.dumps([{"id": "a1", "url": "https://files.example/a.png", "type": "image"}])
    last = first + count - 1
    numbers = f"""WITH RECURSIVE n(i) AS (
            SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}),
        past AS (SELECT i, ({last} - i) * {DAYS * 86400.0 / count} + {youngest} AS age FROM n)"""
    requests = f"""{numbers}
        INSERT INTO requests (key, platform, workspace, channel, person, body, address, thread,
            state, query, files, task_id, assets, credits, cost, fence, created, submitted, ended)
        SELECT 'old:' || i, 'slack', 'T1', 'C' || (i % {CHANNELS}), 'U' || (i % {PEOPLE}), $1,
            'C1/1', 't' || (i % {THREADS}),
            CASE i % 10 WHEN 0 THEN 'failed' WHEN 1 THEN 'refused' ELSE 'completed' END,
            'a lighthouse at dusk', '[]', 'old-' || i, $2, 1, 1, 3,
            clock() - age - 60, clock() - age - 59, clock() - age
        FROM past"""
    deliveries = f"""{numbers}
        INSERT INTO deliveries (request, slot, number, rank, platform, reply, message_id, address,
            fence, created, sent)
        SELECT 'old:' || i, 'result', 1, 2001, 'slack', $1, 'm-old-' || i, 'C1/1', 1,
            clock() - age - 60, clock() - age
        FROM past"""
    await store.write(
        Statement("SELECT 1"),
        Statement(requests, (body, assets)),
        Statement(deliveries, (reply,)),
        *map(Statement, (_DAYS, _TOTALS)),
        deadline=300,
    )
