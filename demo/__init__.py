"""The main job of Winnow, shown in a terminal: ``make demo``."""
