"""What the app may do in a workspace, and what each scope is for."""

# Without these the bot can't do its work.
NEEDED_SCOPES = {
    "app_mentions:read": "hearing mentions",
    "chat:write": "answering",
    "commands": "/neocu, and “Use in Neocu” in a message's menu",
    "files:read": "fetching what people attach",
    "files:write": "posting results as files",
    "im:history": "hearing direct messages",
    "channels:history": "mentions with a file, and finding what was said before a crash",
    "groups:history": "the same in private channels",
}
# And without these it does a little less.
OPTIONAL_SCOPES = {
    "im:write": "answers that go into a direct message",
    "mpim:history": "direct messages of several people",
    "channels:join": "“Invite me” in public channels",
    "users:read": "telling guests and admins apart, names in prompts, and people's languages",
    "channels:read": "introducing itself in a channel that it is let into",
    "groups:read": "the same in private channels",
}
AGENT_SCOPES = {"assistant:write": "suggested prompts in the Messages tab"}
