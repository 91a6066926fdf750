"""Situation: what is known. The picture, its journal and the websocket feed."""
