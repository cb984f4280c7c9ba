"""What trade statistics give away: each file one measure, as Ibis expressions for every engine."""
