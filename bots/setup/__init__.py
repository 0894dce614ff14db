"""What an app needs to be on Slack and Discord, and how to get it there."""
