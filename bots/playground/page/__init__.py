"""The playground in a browser: one page with a Slack tab, a Discord tab and a look behind."""

from bots.playground.page.server import Page

__all__ = ["Page"]
