"""Be a small Slack on this computer; import nothing of the bot."""
