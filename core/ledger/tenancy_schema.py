"""The tables of who is here: workspaces, their settings, secrets and files."""

# Who is here, what they have chosen, and the secrets that they have left us, encrypted.
WORKSPACES = """
CREATE TABLE workspaces (
    platform TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    presence TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}',
    version BIGINT NOT NULL DEFAULT 0,
    since DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, id)
);
CREATE INDEX workspaces_account ON workspaces (account);
CREATE TABLE settings_log (
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL
);
CREATE INDEX settings_log_at ON settings_log (platform, workspace, at);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    last_four TEXT NOT NULL,
    secret TEXT NOT NULL,
    key_id TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL
);
CREATE TABLE credentials (
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    secret TEXT NOT NULL,
    key_id TEXT NOT NULL,
    changed DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (platform, workspace)
);
CREATE TABLE once_tokens (
    token TEXT PRIMARY KEY,
    expires DOUBLE PRECISION NOT NULL
)
"""

# What a workspace has chosen may be that its requests are forgotten sooner than others'.
CHOICES = """
ALTER TABLE settings_log ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX requests_ended_in ON requests (platform, workspace, ended) WHERE ended IS NOT NULL
"""

# File IDs are no secrets, and an account may pay for several workspaces.
FILE_OWNERS = """
CREATE TABLE file_owners (
    id TEXT NOT NULL,
    platform TEXT NOT NULL,
    workspace TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id, platform, workspace)
);
CREATE INDEX file_owners_at ON file_owners (at)
"""
