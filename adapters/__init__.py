"""Every way in and out, one folder a network. They know ports, talk, the engine's public face, and never each other."""
