"""`python -m bots`, and the console script `neocu-bots`."""

from bots.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main(prog_name="neocu-bots")
