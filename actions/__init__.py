"""Rasa's custom actions: thin classes that call the plain packages under ``bot``."""
