"""Trains the named-entity model from open corpora and generated documents; reads no scanned page and no user data.

Run as `python -m docpriv_lab.names_model`; needs the extra `train` (torch, transformers, onnx, faker and name lists).
"""
