"""From findings to destroyed pixels and the proof of it: plan, apply, verify; refuses styles that can be reversed."""
