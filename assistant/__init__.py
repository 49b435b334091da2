"""Trợ lý ảo dịch vụ công: guidance on public-service procedures in Vietnamese."""

__version__ = "0.1.0"
