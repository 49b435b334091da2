"""Doors between people and Rasa."""
