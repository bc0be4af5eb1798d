"""From findings to destroyed pixels and the proof of it: plan, paint, verify."""
