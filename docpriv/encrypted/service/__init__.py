"""The server's side over HTTP: bytes in, bytes out, for enrolled stations; refuses anybody else, and plain HTTP beyond this
machine."""
