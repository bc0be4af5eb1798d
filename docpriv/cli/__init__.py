"""The commands, one file each: arguments in, results printed; refuses to hold any rule of redaction."""
