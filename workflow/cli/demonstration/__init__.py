"""The demonstration played by itself: what happens (script), who does it over HTTP (visitor), and whether it went so (player)."""
