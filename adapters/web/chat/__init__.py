"""The chat in the browser: the conversation, whole forms, items and files. Not here: who somebody is, the console."""
