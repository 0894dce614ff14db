"""A local Slack workspace and a local Discord guild that the real SDKs talk to."""
