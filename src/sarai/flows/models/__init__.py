"""What is estimated from series and panels: pure functions of small arrays, with their uncertainty."""
