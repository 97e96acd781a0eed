"""Many runs of one protocol over values of a cell: what they are, where they are kept, and what runs them."""
