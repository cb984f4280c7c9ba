"""The desk: HTTP, streams, standards and live pages over one open book."""
