"""An independent auditor: a slow and plain model of docs/book.md, written from that page alone."""
