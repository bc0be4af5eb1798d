"""What is on a page besides text that was read: photographs, codes, signatures, stamps, writing, ink that nobody read."""
