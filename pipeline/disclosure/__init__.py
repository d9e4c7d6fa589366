"""Which figures must stay hidden, and what can still be worked out: pure functions on frames."""
