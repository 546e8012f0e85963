"""Proof that the assistant answers right: scripted conversations, labelled questions, reports."""
