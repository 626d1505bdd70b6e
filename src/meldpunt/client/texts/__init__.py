"""What a line's texts ask and tell: answers to its form, its guide, and the steps of a report."""
