"""The ledger's tables, in SQL that SQLite and PostgreSQL both understand.

Times are Unix seconds on the database's own clock, `clock()`. A row is
processed once it is `due`; a row without `due` is done.
"""

MIGRATIONS = (
    """
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
    barrier TEXT,
    answer BIGINT NOT NULL DEFAULT 1,
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
    level TEXT NOT NULL,
    crossing BIGINT NOT NULL,
    balance_when_empty DOUBLE PRECISION NOT NULL
);
INSERT INTO compute (level, crossing, balance_when_empty) VALUES ('ok', 0, 0);
CREATE INDEX requests_due ON requests (due) WHERE due IS NOT NULL;
CREATE INDEX requests_state ON requests (state, platform, workspace, person);
CREATE INDEX requests_thread ON requests (platform, workspace, thread);
CREATE INDEX requests_ended ON requests (state, ended);
CREATE INDEX requests_task ON requests (task_id);
CREATE TABLE deliveries (
    request TEXT NOT NULL,
    slot TEXT NOT NULL,
    number BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    platform TEXT NOT NULL,
    reply TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    sent_version BIGINT NOT NULL DEFAULT 0,
    message_id TEXT,
    address TEXT,
    maybe_sent BIGINT NOT NULL DEFAULT 0,
    memo TEXT NOT NULL DEFAULT '',
    dropped TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    due DOUBLE PRECISION,
    lease DOUBLE PRECISION,
    owner TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    created DOUBLE PRECISION NOT NULL,
    sent DOUBLE PRECISION,
    PRIMARY KEY (request, slot, number)
);
CREATE INDEX deliveries_message ON deliveries (message_id);
CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL
""",
)
