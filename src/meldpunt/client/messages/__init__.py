"""What a client writes: drafts, missing wraps, referrals and proofs."""
