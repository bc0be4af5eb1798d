"""Invented people, addresses, firms and numbers, for the pages that are measured and the texts that are learnt from;
reads no file and knows neither pages nor models."""
