"""Frozen, typed facts that every source yields and every policy reads; standard library only."""
