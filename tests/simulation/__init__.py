"""The made-up state: its papers, its truth, its schemes, and what the book makes of them."""
