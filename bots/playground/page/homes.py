"""The workspaces and servers that one can look at, by platform."""

from bots.playground.page.discord import DiscordTab
from bots.playground.page.slack import SlackTab
from bots.playground.page.tab import Tab
from bots.playground.stage import Stage


def tabs_of(stage: Stage) -> dict[str, list[Tab]]:
    """Return a tab for each home of a platform, the first one's first."""
    slack: list[Tab] = [SlackTab(stage.workspace, "Neocu Lab")]
    discord: list[Tab] = [DiscordTab(stage.guild, stage.guild.guild_id)]
    if stage.neighbours:
        slack.append(SlackTab(stage.neighbours.acme, "Acme"))
        discord.append(DiscordTab(stage.guild, stage.neighbours.server))
    return {"slack": slack, "discord": discord}
