"""Says what kind of paper a document is, from features that hold nothing personal."""
