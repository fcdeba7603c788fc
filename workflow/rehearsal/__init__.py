"""PURE: a flow rehearsed on the real decision core with a fake clock and made-up people: cases played, ways counted, a session stepped through.

Not here: files and terminals (cli), the engine, what people read in their chats (talk).
"""
