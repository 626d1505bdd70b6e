"""What a client writes: drafts, wraps for readers who lack them, referrals, proofs."""
