"""The test runners: one file each, with what the server must know of it; the rest is the agent's part."""
