"""The ledger's tables, in SQL that SQLite and PostgreSQL both understand.

Times are Unix seconds on the database's own clock, `clock()`. A row is
processed once it is `due`; a row without `due` is done.
"""

from core.ledger.shards import SHARDS
from core.ledger.tenancy_schema import CHOICES, FILE_OWNERS, WORKSPACES

FIRST = """
CREATE TABLE requests (
    key TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    channel TEXT NOT NULL,
    person TEXT NOT NULL,
    body TEXT NOT NULL,
    address TEXT NOT NULL,
    thread TEXT NOT NULL,
    state TEXT NOT NULL,
    query TEXT,
    files TEXT,
    task_id TEXT,
    assets TEXT,
    credits DOUBLE PRECISION NOT NULL DEFAULT 0,
    cost DOUBLE PRECISION,
    tries BIGINT NOT NULL DEFAULT 0,
    due DOUBLE PRECISION,
    lease DOUBLE PRECISION,
    owner TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    created DOUBLE PRECISION NOT NULL,
    submitted DOUBLE PRECISION,
    ended DOUBLE PRECISION
);
CREATE TABLE readings (at DOUBLE PRECISION NOT NULL, credits DOUBLE PRECISION NOT NULL);
CREATE INDEX readings_at ON readings (at);
CREATE TABLE compute (
    level TEXT NOT NULL, crossing BIGINT NOT NULL, floor DOUBLE PRECISION NOT NULL
);
INSERT INTO compute (level, crossing, floor) VALUES ('ok', 0, 0);
CREATE INDEX requests_due ON requests (due) WHERE due IS NOT NULL;
CREATE INDEX requests_state ON requests (state, platform, workspace, person);
CREATE INDEX requests_thread ON requests (platform, workspace, thread);
CREATE INDEX requests_ended ON requests (state, ended);
CREATE INDEX requests_task ON requests (task_id);
CREATE TABLE deliveries (
    request TEXT NOT NULL,
    what TEXT NOT NULL,
    position BIGINT NOT NULL,
    platform TEXT NOT NULL,
    reply TEXT NOT NULL,
    edits TEXT,
    state TEXT NOT NULL,
    message_id TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    due DOUBLE PRECISION,
    lease DOUBLE PRECISION,
    owner TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    created DOUBLE PRECISION NOT NULL,
    sent DOUBLE PRECISION,
    PRIMARY KEY (request, what)
);
CREATE INDEX deliveries_message ON deliveries (message_id);
CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL
"""

# A message was a row for what was said and one more for its edit; now a row is what should stand.
DESIRED_STATE = """
ALTER TABLE requests ADD COLUMN barrier TEXT;
ALTER TABLE requests ADD COLUMN answer BIGINT NOT NULL DEFAULT 1;
ALTER TABLE compute RENAME COLUMN floor TO balance_when_empty;
DROP INDEX deliveries_message;
DROP INDEX deliveries_due;
ALTER TABLE deliveries RENAME TO deliveries_1;
CREATE TABLE deliveries (
    request TEXT NOT NULL,
    slot TEXT NOT NULL,
    number BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    platform TEXT NOT NULL,
    reply TEXT NOT NULL,
    withdrawn BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    posts BIGINT NOT NULL DEFAULT 1,
    message_id TEXT,
    address TEXT,
    maybe_sent BIGINT NOT NULL DEFAULT 0,
    memo TEXT NOT NULL DEFAULT '',
    dropped TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    since DOUBLE PRECISION,
    due DOUBLE PRECISION,
    lease DOUBLE PRECISION,
    owner TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    created DOUBLE PRECISION NOT NULL,
    sent DOUBLE PRECISION,
    PRIMARY KEY (request, slot, number)
);
CREATE INDEX deliveries_message ON deliveries (message_id);
CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
INSERT INTO deliveries (request, slot, number, rank, platform, reply, message_id, maybe_sent,
    dropped, tries, due, created, sent)
SELECT d.request,
    CASE d.what WHEN 'asked' THEN 'question' WHEN 'started' THEN 'progress'
        WHEN 'notice' THEN 'notice' ELSE 'result' END,
    CASE WHEN d.what IN ('asked', 'started', 'notice') THEN 1 ELSE 1000 + d.position END,
    d.position, d.platform,
    COALESCE((SELECT e.reply FROM deliveries_1 AS e WHERE e.request = d.request
        AND e.edits = d.what ORDER BY e.position DESC LIMIT 1), d.reply),
    d.message_id,
    CASE WHEN d.state IN ('sending', 'again') THEN 1 ELSE 0 END,
    CASE d.state WHEN 'dropped' THEN 'unknown' END,
    d.tries,
    CASE WHEN d.state <> 'dropped' THEN COALESCE(d.due, (SELECT min(e.due) FROM deliveries_1 AS e
        WHERE e.request = d.request AND e.edits = d.what)) END,
    d.created, d.sent
FROM deliveries_1 AS d WHERE d.edits IS NULL;
DROP TABLE deliveries_1
"""

# Work to do is found by partial indexes that hold nothing else; whatever has ended is found by the
# index of the one question that is asked about it. None begins with a column that all rows share.
BY_QUESTION = """
DROP INDEX requests_due;
DROP INDEX requests_state;
DROP INDEX requests_thread;
DROP INDEX requests_ended;
DROP INDEX requests_task;
DROP INDEX deliveries_message;
CREATE INDEX requests_work ON requests (state, due) WHERE due IS NOT NULL;
CREATE INDEX requests_used ON requests (platform, workspace, submitted, state, person, channel,
    credits) WHERE submitted IS NOT NULL;
CREATE INDEX requests_person ON requests (platform, workspace, person, created)
    WHERE query IS NOT NULL;
CREATE INDEX requests_thread ON requests (platform, workspace, thread, ended)
    WHERE state = 'completed' AND assets <> '[]';
CREATE INDEX requests_task ON requests (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX requests_ended ON requests (ended) WHERE ended IS NOT NULL;
CREATE INDEX requests_created ON requests (created);
CREATE INDEX requests_notices ON requests (platform, channel)
    WHERE state = 'notice' AND ended IS NULL;
CREATE INDEX deliveries_message ON deliveries (message_id) WHERE message_id IS NOT NULL;
UPDATE requests SET ended = created WHERE state = 'draft';
CREATE TABLE samples (
    figure TEXT NOT NULL,
    kind TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    value DOUBLE PRECISION NOT NULL
);
CREATE INDEX samples_at ON samples (figure, kind, at)
"""

# What was asked in private is told in private only; a person's limits hold in all workspaces.
PERSONS = """
ALTER TABLE requests ADD COLUMN in_private BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN failing_since DOUBLE PRECISION;
CREATE INDEX requests_used_by ON requests (platform, person, submitted, state, credits)
    WHERE submitted IS NOT NULL
"""

# What was used by day, and in all of 30 days: a row for each workspace, channel and person.
TOTALS = """
CREATE TABLE daily_totals (
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    day BIGINT NOT NULL,
    medium TEXT NOT NULL,
    requests BIGINT NOT NULL,
    credits DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, workspace, scope, subject, day, medium)
);
CREATE INDEX daily_totals_day ON daily_totals (day, platform, workspace, scope, subject, medium);
CREATE TABLE totals (
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    requests BIGINT NOT NULL,
    credits DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, workspace, scope, subject)
);
CREATE INDEX totals_most ON totals (platform, workspace, scope, credits);
CREATE INDEX totals_void ON totals (requests) WHERE requests <= 0;
INSERT INTO daily_totals (platform, workspace, scope, subject, day, medium, requests, credits)
SELECT r.platform, r.workspace, s.scope,
    CASE s.scope WHEN 'workspace' THEN '' WHEN 'channel' THEN r.channel ELSE r.person END,
    CAST(r.submitted AS BIGINT) / 86400,
    CASE WHEN r.assets LIKE '%"type":"image"%' THEN 'image'
        WHEN r.assets LIKE '%"type":"video"%' THEN 'video'
        WHEN r.assets LIKE '%"type":"sound"%' THEN 'sound'
        WHEN r.assets LIKE '%"type":"voice"%' THEN 'voice'
        WHEN r.assets LIKE '%"type":"3d"%' THEN '3d'
        WHEN r.assets LIKE '%"type":"360"%' THEN '360' ELSE 'file' END,
    count(*), sum(COALESCE(r.cost, r.credits))
FROM requests AS r JOIN (
    SELECT 'workspace' AS scope, 0 AS in_private UNION ALL SELECT 'channel', 0
    UNION ALL SELECT 'person', 0 UNION ALL SELECT 'private', 1
) AS s ON s.in_private = r.in_private
WHERE r.submitted IS NOT NULL AND r.ended IS NOT NULL AND r.person <> ''
AND r.state IN ('completed', 'failed', 'unknown')
GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO totals (platform, workspace, scope, subject, requests, credits)
SELECT platform, workspace, scope, subject, sum(requests), sum(credits) FROM daily_totals
GROUP BY platform, workspace, scope, subject
"""

# Who pays: what was before is the operator's account. A person's limits hold in all workspaces of
# one account.
ACCOUNTS = """
ALTER TABLE requests ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE readings ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE samples ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE compute ADD COLUMN account TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX compute_account ON compute (account);
DROP INDEX readings_at;
CREATE INDEX readings_at ON readings (account, at);
DROP INDEX samples_at;
CREATE INDEX samples_at ON samples (account, figure, kind, at);
DROP INDEX requests_used_by;
CREATE INDEX requests_used_by ON requests (platform, person, account, submitted, state, credits)
    WHERE submitted IS NOT NULL
"""

# The prompts that people have saved. The owner is a person, or the workspace that shares it.
PROMPTS = """
CREATE TABLE prompts (
    platform TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    workspace TEXT NOT NULL,
    person TEXT NOT NULL,
    saved DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, owner, name)
);
CREATE INDEX prompts_person ON prompts (person);
CREATE INDEX prompts_workspace ON prompts (workspace)
"""

# A person may want to hear no more of a request; a result knows what it was made from.
HANDS = """
ALTER TABLE requests ADD COLUMN muted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests ADD COLUMN parent TEXT
"""

# What people have reported names them, and repeats what was asked: it is found by what it is about.
REPORTS = """
CREATE INDEX requests_reports ON requests (parent) WHERE state = 'notice' AND parent IS NOT NULL
"""

MIGRATIONS = (
    *(FIRST, DESIRED_STATE, BY_QUESTION, PERSONS, WORKSPACES, TOTALS, ACCOUNTS, SHARDS),
    *(PROMPTS, HANDS, CHOICES, FILE_OWNERS, REPORTS),
)
