"""The edge: HTTP, the websocket, the pages."""
