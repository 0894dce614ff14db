"""The doctor: looks at settings, keys, chats, database and clock, and says what to mend."""

from bots.doctor.examination import at_start, examine
from bots.doctor.finding import Finding, Level

__all__ = ["Finding", "Level", "at_start", "examine"]
