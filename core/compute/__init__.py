"""The compute balance: who is told, what a request may cost, how long it lasts."""
