"""What SQLite's planner is told of the tables."""

# How a large store is spread, for SQLite's planner: entries of an index, then how many share the
# first column, the first two, and so on. Fixed, so that plans never change as a store grows.
# https://www.sqlite.org/fileformat2.html#stat1tab
STATISTICS = (
    ("requests", "sqlite_autoindex_requests_1", "1000000 1"),
    ("requests", "requests_work", "200 50 1"),
    ("requests", "requests_used", "1000000 500000 100000 2 1 1 1 1"),
    ("requests", "requests_used_by", "1000000 500000 200 200 2 1 1"),
    ("requests", "requests_person", "1000000 500000 100000 200 1"),
    ("requests", "requests_thread", "800000 500000 100000 3 1"),
    ("requests", "requests_task", "1000000 1"),
    ("requests", "requests_ended", "1000000 2"),
    ("requests", "requests_ended_in", "1000000 500000 100000 2"),
    ("requests", "requests_created", "1000000 2"),
    ("requests", "requests_notices", "20 10 2"),
    ("deliveries", "sqlite_autoindex_deliveries_1", "2000000 2 1 1"),
    ("deliveries", "deliveries_message", "2000000 2"),
    ("deliveries", "deliveries_due", "200 2"),
    ("readings", "readings_at", "100000 50000 1"),
    ("samples", "samples_at", "500 500 250 50 1"),
    ("compute", "compute_account", "10000 1"),
    ("workspaces", "sqlite_autoindex_workspaces_1", "10000 5000 1"),
    ("workspaces", "workspaces_account", "10000 2"),
    ("settings_log", "settings_log_at", "100000 50000 10 1"),
    ("accounts", "sqlite_autoindex_accounts_1", "10000 1"),
    ("credentials", "sqlite_autoindex_credentials_1", "10000 5000 1"),
    ("once_tokens", "sqlite_autoindex_once_tokens_1", "100 1"),
    ("daily_totals", "sqlite_autoindex_daily_totals_1", "500000 250000 50000 20000 60 2 1"),
    ("daily_totals", "daily_totals_day", "500000 16000 8000 2000 700 2 1"),
    ("totals", "sqlite_autoindex_totals_1", "10000 5000 2000 1000 1"),
    ("totals", "totals_most", "10000 5000 2000 1000 1"),
    ("totals", "totals_void", "2 2"),
    ("prompts", "sqlite_autoindex_prompts_1", "100000 50000 10 1"),
    ("prompts", "prompts_person", "100000 10"),
    ("prompts", "prompts_workspace", "100000 100"),
)
