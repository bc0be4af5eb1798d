"""What is on a page besides text that was read; refuses to call a page blank that holds ink."""
