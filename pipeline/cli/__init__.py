"""The command `sna`: nothing heavy is imported before a command needs it."""
