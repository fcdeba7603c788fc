"""The engine. It knows no chat network: adapters find it, it finds them only by entry points."""
