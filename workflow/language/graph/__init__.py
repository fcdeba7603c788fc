"""A flow as a picture: `shape` says what is drawn, `layout` and `route` where, `svg`, `mermaid` and `dot` write it down."""
