"""Procedure entries: model, loading, checking."""
