"""The commands of the command line, one file each: a file's ``COMMANDS`` are what it offers."""
