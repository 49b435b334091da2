"""Components of ours inside Rasa: tokens, entities from the knowledge, and the REST channel.

Runs in Rasa's environment (Python 3.10) and needs nothing of ours but :mod:`assistant.text`.
"""
