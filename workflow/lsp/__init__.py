"""The language server: what an editor asks about flows, organisations and lists while one types. Not here: what is wrong with them (language), files (cli)."""
